"""The page of a member's own limits."""

from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import Member
from billing.models import OwnLimits
from billing.services import charging
from billing.services.rating import Use
from tests.billing import make
from tests.billing.limiting import limited
from tests.pages.conftest import AT

pytestmark = pytest.mark.django_db
PAGE = "/account/limits/"


def test_limits_are_set_and_shown_again(kims: Client, kim: Member) -> None:
    answer = kims.post(PAGE, {"soft": "800", "hard": "2000", "low_balance": "500.5"}, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    row = OwnLimits.objects.get()
    assert (row.member, row.soft, row.hard, row.low_balance) == (kim, 800, 2000, Decimal("500.5"))
    assert answer.context["form"].initial == {"soft": "800", "hard": "2000", "low_balance": "500.5"}
    assert (answer.context["now"].spent, answer.context["now"].left) == (1200, 800)


def test_an_empty_field_is_no_limit(kims: Client, kim: Member) -> None:
    limited(kim, "800", "2000", "500")
    kims.post(PAGE, {"soft": "", "hard": "0", "low_balance": ""})
    row = OwnLimits.objects.get()
    assert (row.soft, row.hard, row.low_balance) == (None, 0, None)


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"soft": "0"}, "soft"),
        ({"hard": "-1"}, "hard"),
        ({"low_balance": "x"}, "low_balance"),
        ({"soft": "1.0000001"}, "soft"),
        ({"soft": "3", "hard": "2"}, "__all__"),
        ({"hard": "1000000000001"}, "__all__"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_kept(kims: Client, given: dict[str, str], where: str) -> None:
    answer = kims.post(PAGE, given)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [where]
    assert not OwnLimits.objects.exists()


def test_a_reached_limit_is_said_on_top(kims: Client, kim: Member) -> None:
    limited(kim, hard="1200")
    page = kims.get(PAGE, HTTP_ACCEPT_LANGUAGE="en")
    assert page.context["now"].left == 0
    assert "한도(1,200원)에 이르렀습니다" in page.content.decode()


def test_a_month_above_its_limit_is_drawn_in_full(kims: Client, kim: Member) -> None:
    limited(kim, hard="100")
    assert [share["value"] for share in kims.get(PAGE).context["shares"]] == [1200]


def test_who_has_set_nothing_sees_the_month(client: Client) -> None:
    client.force_login(make.member(currency="USD").user, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(PAGE)
    assert (shown.status_code, shown.context["shares"], shown.context["now"].left) == (200, [], None)


def test_the_queries_are_bounded(kims: Client, kim: Member, django_assert_max_num_queries) -> None:
    limited(kim, "800", "2000", "500")
    with django_assert_max_num_queries(14):
        kims.get(PAGE)


def test_only_members_look(client: Client) -> None:
    assert client.get(PAGE).headers["Location"].startswith("/accounts/login/")
    assert client.post(PAGE, {"hard": "1"}).headers["Location"].startswith("/accounts/login/")
    assert not OwnLimits.objects.exists()


def test_the_parts_of_a_month_add_up_to_its_limit(kims: Client, kim: Member) -> None:
    charging.charge(member_id=kim.pk, use=Use.of_amount(Decimal("0.4")), by=None, at=AT)
    limited(kim, hard="2000")
    page = kims.get(PAGE).content.decode()
    assert ("1,200.4원" in page, "799.6원" in page) == (True, True)
