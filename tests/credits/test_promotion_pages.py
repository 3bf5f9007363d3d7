"""Promotions as members see them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Consent
from credits.models import PromotionGrant
from credits.services import promotions
from tests.credits import make, promoting
from upstage_console.kernel import clock

pytestmark = pytest.mark.django_db

LIST = reverse("promotions")


@pytest.fixture(autouse=True)
def noon():
    with clock.fixed(make.NOON):
        yield


@pytest.fixture
def kim(client):
    holder = make.member()
    client.force_login(holder.user)
    holder.user.language = "en"
    holder.user.save()
    return holder


def abroad(**other: object):
    return promoting.opened(currency="USD", budget=Decimal(1000), **other)


def page_of(promotion) -> str:
    return reverse("promotion", args=[promotion.public_id])


def test_what_can_be_joined_is_listed_with_its_days(client, kim) -> None:
    (
        promoting.opened(),
        promoting.drafted(name_en="Secret"),
        abroad(name_en="Dollars"),
    )
    text = client.get(LIST).content.decode()
    assert ("Autumn" in text, "Secret" in text, "Dollars" in text, "31 Mar 2026" in text) == (True, False, False, True)


@pytest.mark.clause("upstage/18.5")
def test_joining_agrees_and_leads_to_its_credits(client, kim) -> None:
    promotion = promoting.opened()
    text = client.get(page_of(promotion)).content.decode()
    assert ("Who joins receives free credits." in text, "참여한 회원에게" in text) == (True, True)
    answer = client.post(page_of(promotion), {"agreed": "on"})
    row = PromotionGrant.objects.get(member=kim)
    assert answer.headers["Location"] == reverse("lot", args=[row.lot.public_id])
    assert Consent.objects.get(member=kim).version == promotion.version
    assert "You have had its ₩1,000" in client.get(page_of(promotion)).content.decode()


def test_nobody_joins_without_agreeing(client, kim) -> None:
    answer = client.post(page_of(promoting.opened()), {})
    assert (answer.status_code, PromotionGrant.objects.count()) == (409, 0)


def test_a_refusal_is_said_on_the_page(client, kim) -> None:
    promotion = promoting.opened()
    promotions.end(promotion.public_id, by=None, at=make.NOON)
    answer = client.post(page_of(promotion), {"agreed": "on"})
    assert (answer.status_code, "and not now" in answer.content.decode()) == (409, True)


def test_what_is_not_for_this_member_is_not_found(client, kim) -> None:
    for promotion in (
        promoting.drafted(),
        abroad(),
        promoting.opened(is_open=False),
    ):
        assert client.get(page_of(promotion)).status_code == 404
    assert client.get(reverse("promotion", args=["prm_x"])).status_code == 404


def test_who_is_nobody_logs_in_first(client) -> None:
    for path in (LIST, page_of(promoting.opened())):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_the_list_takes_no_post(client, kim) -> None:
    assert client.post(LIST).status_code == 405


def test_the_list_takes_the_same_queries_for_one_and_three(client, kim, django_assert_max_num_queries) -> None:
    promoting.opened()
    client.get(LIST)
    with django_assert_max_num_queries(30) as one:
        client.get(LIST)
    promoting.opened(), promoting.opened()
    with django_assert_max_num_queries(len(one)):
        client.get(LIST)
