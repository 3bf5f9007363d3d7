"""Looks at personal data: what for is asked, each is logged, the log is searched, and old rows go."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import DataView, Member, User
from accounts.services import keys, viewing
from tests.admin.verbs import page_of
from tests.conftest import MakeMember
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import day_start

LIST = "admin:accounts_member_changelist"
PURPOSE = "admin:accounts_dataview_purpose"
LOG = "admin:accounts_dataview_changelist"


@pytest.fixture
def asked() -> Iterator[None]:
    with override_settings(STAFF_PURPOSE_MINUTES=60):
        yield


def tell(client: Client, wanted: str, purpose: str = "refund of 3 May") -> Any:
    return client.post(reverse(PURPOSE), {"purpose": purpose, "next": wanted})


@pytest.mark.usefixtures("asked")
def test_what_for_is_asked_before_anything_is_shown(office: Client, member: Member) -> None:
    page = office.get(page_of(member)).content.decode()
    assert (member.name in page, DataView.objects.count()) == (False, 0)


@pytest.mark.usefixtures("asked")
def test_the_answer_leads_on_and_stands_in_the_log(office: Client, member: Member) -> None:
    wanted = page_of(member)
    assert tell(office, wanted).url == wanted
    office.get(wanted)
    assert DataView.objects.get().purpose == "refund of 3 May"


@pytest.mark.usefixtures("asked")
def test_after_an_hour_it_is_asked_again(office: Client, member: Member, at: datetime) -> None:
    tell(office, page_of(member))
    with clock.fixed(at + timedelta(minutes=59)):
        office.get(page_of(member))
    with clock.fixed(at + timedelta(minutes=60)):
        office.get(page_of(member))
    assert DataView.objects.count() == 1


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", ""])
def test_the_answer_never_leads_elsewhere(office: Client, wanted: str) -> None:
    assert tell(office, wanted).url == reverse("admin:index")


@pytest.mark.usefixtures("asked")
def test_a_purpose_of_nothing_is_asked_again(office: Client, member: Member) -> None:
    assert tell(office, page_of(member), purpose="  ").status_code == 200
    assert office.get(page_of(member)).context["form"] is not None


@pytest.mark.usefixtures("asked")
def test_who_may_not_see_it_is_not_asked(clerk: Callable[..., Client], member: Member) -> None:
    assert clerk().get(page_of(member)).status_code == 403


@pytest.mark.parametrize(("search", "screen"), [({}, "member.list"), ({"q": "회원"}, "member.search")])
def test_a_list_is_logged_with_the_number_of_members(
    search: dict[str, str], screen: str, office: Client, make_member: MakeMember
) -> None:
    for _ in range(3):
        make_member()
    office.get(reverse(LIST), search)
    view = DataView.objects.get()
    assert (view.screen, view.rows, view.member) == (screen, 3, None)


def test_the_rows_of_one_member_are_a_look_at_that_member(office: Client, member: Member, at: datetime) -> None:
    for number in range(2):
        keys.issue(member_id=member.pk, name=str(number), scopes=["usage:read"], by=member.user, at=at)
    office.get(reverse("admin:accounts_apikey_changelist"), {"member__id__exact": member.pk})
    assert DataView.objects.values_list("screen", "rows", "member").get() == ("apikey.list", 1, member.pk)


def test_a_list_that_shows_nobody_is_no_look(office: Client) -> None:
    office.get(reverse(LIST), {"q": "nobody"})
    assert DataView.objects.count() == 0


@pytest.mark.parametrize("term", ["amy@staff", "회원 1", "refund"])
def test_the_log_is_searched(term: str, office: Client, amy: User, member: Member, at: datetime) -> None:
    viewing.note(member, by=amy, at=at, ip="203.0.113.9", screen="member.page", purpose="refund of 3 May")
    assert list(office.get(reverse(LOG), {"q": term}).context["cl"].queryset) == [DataView.objects.get()]


def test_the_log_is_for_those_who_audit(clerk: Callable[..., Client]) -> None:
    assert clerk("accounts.view_member").get(reverse(LOG)).status_code == 403


@pytest.mark.clause("upstage/21.1")
def test_the_log_is_kept_two_years_to_the_day(amy: User, member: Member) -> None:
    looked = day_start(date(2026, 11, 18)) + timedelta(hours=10)
    viewing.note(member, by=amy, at=looked, ip="", screen="member.page")
    assert viewing.forget_old(at=day_start(date(2028, 11, 18)) + timedelta(hours=23)) == 0
    assert viewing.forget_old(at=day_start(date(2028, 11, 19))) == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_forgetting_is_one_statement(
    rows: int, amy: User, member: Member, at: datetime, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        viewing.note_many(rows=2, by=amy, at=at, ip="", screen="member.list")
    with django_assert_num_queries(1):
        assert viewing.forget_old(at=at + timedelta(days=800)) == rows
    assert viewing.forget_old(at=at + timedelta(days=800)) == 0
