"""The queue: numbers equal their lists, tasks are taken on by one person, deadlines are only read."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import Member, User
from tests.admin.conftest import desk_of
from tests.admin.verbs import page_of, preview, use, verb_of
from upstage_console.kernel import due
from upstage_console.kernel.admin import cells, queue
from upstage_console.kernel.calendars import Calendar, day_end, kst_date, last_day
from upstage_console.kernel.models import AuditEvent, DueItem

LIST = "admin:kernel_dueitem_changelist"


def opened(number: int, due_at: datetime, at: datetime) -> DueItem:
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic():
        return due.open_item(
            "review", f"thing {number}", title_ko=f"심사 {number}", title_en=f"Review {number}", clause="upstage/16.1",
            due_at=due_at, warn_at=due_at - timedelta(days=1), at=at,
        )  # fmt: skip


@pytest.fixture
def items(db: None, at: datetime, amy: User) -> list[DueItem]:
    """Overdue by a second; due this instant; at tonight's midnight; after 7 days; a second later; mine; done."""
    tonight = day_end(kst_date(at))
    week = day_end(kst_date(at) + timedelta(days=7))
    dates = [at - timedelta(seconds=1), at, tonight, week, week + timedelta(seconds=1), week + timedelta(days=9), at]
    rows = [opened(number, due_at, at - timedelta(days=3)) for number, due_at in enumerate(dates)]
    due.claim(rows[5].public_id, by=amy, at=at)
    due.close_item("review", "thing 6", by=amy, at=at, outcome="done")
    return rows


@pytest.mark.parametrize(("when", "numbers"), [("overdue", [0, 1]), ("today", [2]), ("week", [2, 3]), ("mine", [5])])
def test_a_number_equals_the_list_behind_it(
    when: str, numbers: list[int], office: Client, items: list[DueItem], at: datetime, amy: User
) -> None:
    listed = office.get(reverse(LIST), {"when": when}).context["cl"].queryset
    assert [item.pk for item in listed] == [items[number].pk for number in numbers]
    assert queue.counts(at=at, user=amy)[when] == len(numbers)


def test_the_list_shows_what_is_open_first(office: Client, items: list[DueItem]) -> None:
    assert office.get(reverse(LIST)).context["cl"].result_count == 6


def test_what_is_closed_can_be_found(office: Client, items: list[DueItem]) -> None:
    assert [item.pk for item in office.get(reverse(LIST), {"when": "closed"}).context["cl"].queryset] == [items[6].pk]


def test_taking_on_is_exclusive(items: list[DueItem], amy: User, ben: User) -> None:
    use(desk_of(amy), verb_of(items[0], "claim"))
    answer = preview(desk_of(ben), verb_of(items[0], "claim"))
    items[0].refresh_from_db()
    assert (items[0].owner, answer.context["refused"].code) == (amy, "taken")


def test_a_missed_task_of_somebody_is_not_taken_away(items: list[DueItem], amy: User, ben: User, at: datetime) -> None:
    due.claim(items[0].public_id, by=amy, at=at)
    due.mark_missed(at=at)
    with pytest.raises(due.Taken):
        due.claim(items[0].public_id, by=ben, at=at)


def test_putting_back_frees_the_task(items: list[DueItem], amy: User, ben: User) -> None:
    use(desk_of(amy), verb_of(items[5], "put-back"))
    use(desk_of(ben), verb_of(items[5], "claim"))
    items[5].refresh_from_db()
    assert items[5].owner == ben


def test_finishing_keeps_the_outcome(office: Client, items: list[DueItem], at: datetime) -> None:
    use(office, verb_of(items[0], "finish"), reason="answered by phone")
    items[0].refresh_from_db()
    assert (items[0].state, items[0].outcome, items[0].closed_at) == ("done", "answered by phone", at)


def test_waiving_keeps_the_reason(office: Client, items: list[DueItem]) -> None:
    use(office, verb_of(items[0], "waive"), reason="withdrawn by the member")
    event = AuditEvent.objects.get(action="due_item.waived")
    assert event.reason == "withdrawn by the member"


def test_a_task_that_its_decision_closes_is_not_finished_by_hand(office: Client, waiting: Member) -> None:
    answer = preview(office, verb_of(DueItem.objects.get(), "finish"))
    assert answer.context["refused"].code == "closes_itself"


def test_no_verb_takes_a_deadline(office: Client, items: list[DueItem]) -> None:
    before = DueItem.objects.values_list("due_at", flat=True).get(pk=items[0].pk)
    use(office, verb_of(items[0], "claim"), due_at="2030-01-01")
    assert DueItem.objects.values_list("due_at", flat=True).get(pk=items[0].pk) == before


def test_opening_the_subject(office: Client, waiting: Member) -> None:
    answer = office.get(reverse("admin:open_subject", args=[waiting.public_id]))
    assert answer.headers["Location"] == page_of(waiting)


@pytest.mark.parametrize("public_id", ["mem_" + "0" * 32, "nonsense", "xyz_1"])
def test_opening_what_does_not_exist(public_id: str, office: Client) -> None:
    assert office.get(reverse("admin:open_subject", args=[public_id])).status_code == 404


@pytest.mark.parametrize(("days", "left"), [(0, 0), (1, 1), (2, 2), (3, 2), (5, 3), (-1, None), (400, None)])
def test_business_days_that_remain(days: int, left: int | None, at: datetime) -> None:
    today = kst_date(at)  # a Wednesday
    assert cells.business_days_left(Calendar(frozenset()), today, today + timedelta(days=days)) == left


def test_midnight_belongs_to_the_day_that_ends(at: datetime) -> None:
    assert last_day(day_end(kst_date(at))) == kst_date(at)


def test_a_deadline_says_what_remains(at: datetime) -> None:
    with translation.override("en"):
        due_at = day_end(kst_date(at) + timedelta(days=5))
        text: Any = cells.deadline(due_at, at=at, calendar=Calendar(frozenset()))
    assert ("5 days left" in text, "3 business days" in text) == (True, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_same_number_of_questions(
    rows: int, office: Client, at: datetime, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        opened(number, at + timedelta(days=number), at)
    office.get(reverse(LIST))
    with django_assert_num_queries(9):
        office.get(reverse(LIST))
