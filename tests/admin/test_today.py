"""The first page: its numbers lead to lists that are as long."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Member
from billing.services.invoices import issue_single
from credits.services import lots
from tests.conftest import MakeMember
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import day_end, kst_date


def numbers_of(page: Any, place: str) -> dict[str, Any]:
    return {str(figure.label): figure for figure in page.context[place]}


def test_the_most_urgent_task_stands_first(office: Client, waiting: Member) -> None:
    page = office.get(reverse("admin:index"))
    assert [line["item"].about for line in page.context["due_items"]] == [waiting.public_id]


def test_members_by_status_equal_their_lists(office: Client, waiting: Member, make_member: MakeMember) -> None:
    make_member(), make_member()
    shown = [figure for figure in office.get(reverse("admin:index")).context["figures"] if "/member/" in figure.url]
    lengths = [office.get(figure.url).context["cl"].result_count for figure in shown]
    assert ([figure.value for figure in shown], lengths) == ([1, 2], [1, 2])


def test_nothing_due_says_so(office: Client) -> None:
    assert "Nothing is due" in office.get(reverse("admin:index")).content.decode()


def test_whoever_may_see_nothing_sees_no_numbers(clerk: Callable[..., Client]) -> None:
    page = clerk().get(reverse("admin:index"))
    assert (page.context["figures"], page.context["tonight"], "due_items" in page.context) == ([], [], False)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_number_of_questions(
    rows: int, office: Client, make_member: MakeMember, at: datetime, django_assert_max_num_queries: Any
) -> None:
    for _ in range(rows):
        make_member()
    office.get(reverse("admin:index"))
    with django_assert_max_num_queries(21):
        office.get(reverse("admin:index"))


def grant(member: Member, expires_on: date, at: datetime) -> None:
    lots.grant(member_id=member.pk, amount=Decimal(700), expires_on=expires_on, reason="event", by=None, at=at)


def test_what_expires_tonight_equals_its_list(office: Client, make_member: MakeMember, at: datetime) -> None:
    today = kst_date(at)
    for days in (0, 0, 1):
        grant(make_member(), today + timedelta(days=days), at)
    figure = numbers_of(office.get(reverse("admin:index")), "tonight")["Credits that expire"]
    listed = office.get(figure.url).context["cl"].result_count
    assert (figure.value, figure.note, listed) == (Decimal(1400), "2 lots", 2)


def test_credits_outstanding_are_those_that_live(office: Client, make_member: MakeMember, at: datetime) -> None:
    grant(make_member(), kst_date(at), at)
    with clock.fixed(day_end(kst_date(at))):
        page = office.get(reverse("admin:index"))
    assert "Credits outstanding: free" not in numbers_of(page, "figures")


def test_receivables_equal_their_list(office: Client, member: Member, at: datetime) -> None:
    issue_single(
        member_id=member.pk,
        amount=Decimal(10_000),
        due_on=kst_date(at),
        what_ko="사용료",
        what_en="fee",
        by=None,
        at=at,
    )
    figure = numbers_of(office.get(reverse("admin:index")), "figures")["Receivables"]
    listed = office.get(figure.url).context["cl"].result_count
    assert (figure.value, figure.note, listed) == (Decimal(11_000), "1 invoice", 1)
