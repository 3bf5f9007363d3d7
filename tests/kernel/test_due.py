"""Obligations: opened once, claimed by one, closed once."""

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from upstage_console.kernel import due
from upstage_console.kernel.errors import AlreadyDone, NotFound, Taken
from upstage_console.kernel.models import AuditEvent, DueItem

pytestmark = pytest.mark.django_db


def opened(at: datetime, key: str = "mem_1") -> DueItem:
    return due.open_item(
        "appeal",
        key,
        title_ko="소명 심사",
        title_en="Decide the statement",
        clause="upstage/3.4",
        due_at=at + timedelta(days=7),
        warn_at=at + timedelta(days=5),
        at=at,
    )


def test_the_same_obligation_is_opened_once(at: datetime) -> None:
    assert opened(at) == opened(at + timedelta(days=1))
    assert DueItem.objects.get().due_at == at + timedelta(days=7)


def test_a_warning_never_comes_after_the_deadline(at: datetime) -> None:
    item = due.open_item(
        "x", "y", title_ko="", title_en="", clause="upstage/3.4", due_at=at, warn_at=at + timedelta(1), at=at
    )
    assert item.warn_at == at


def test_closing_is_written_down(at: datetime, amy: User) -> None:
    opened(at)
    item = due.close_item("appeal", "mem_1", by=amy, at=at, outcome="upheld")
    assert (item.state, item.outcome, item.closed_at) == ("done", "upheld", at)
    assert AuditEvent.objects.get().action == "due_item.done"


def test_closing_twice_is_refused(at: datetime, amy: User) -> None:
    opened(at)
    due.close_item("appeal", "mem_1", by=amy, at=at, outcome="upheld")
    with pytest.raises(AlreadyDone):
        due.close_item("appeal", "mem_1", by=amy, at=at, outcome="rejected")
    assert DueItem.objects.get().outcome == "upheld"


def test_closing_what_is_not_there_is_refused(at: datetime, amy: User) -> None:
    with pytest.raises(NotFound):
        due.close_item("appeal", "mem_1", by=amy, at=at, outcome="")


def test_a_claim_is_exclusive(at: datetime, amy: User, ben: User) -> None:
    item = opened(at)
    assert due.claim(item.public_id, by=amy, at=at).owner == amy
    assert due.claim(item.public_id, by=amy, at=at).owner == amy
    with pytest.raises(Taken):
        due.claim(item.public_id, by=ben, at=at)


def test_what_is_past_its_deadline_is_missed_and_can_still_be_done(at: datetime, amy: User) -> None:
    item = opened(at)
    assert due.mark_missed(at=item.due_at - timedelta(seconds=1)) == 0
    assert due.mark_missed(at=item.due_at) == 1
    assert due.close_item("appeal", "mem_1", by=amy, at=item.due_at, outcome="late").state == "done"


def test_what_was_waived_stays_so_and_holds_up_no_decision(at: datetime, amy: User) -> None:
    opened(at)
    due.close_item("appeal", "mem_1", by=amy, at=at, outcome="withdrawn", waived=True)
    item = due.close_item("appeal", "mem_1", by=amy, at=at, outcome="upheld")
    assert (item.state, item.outcome) == (DueItem.State.WAIVED, "withdrawn")
    with pytest.raises(AlreadyDone):
        due.close_item("appeal", "mem_1", by=amy, at=at, outcome="again", waived=True)


def test_many_are_closed_each_with_its_outcome_and_what_is_closed_stays_so(at: datetime, amy: User, ben: User) -> None:
    for key in ("mem_1", "mem_2", "mem_3"):
        opened(at, key)
    due.close_item("appeal", "mem_3", by=amy, at=at, outcome="before")
    told = {"mem_2": "second", "mem_3": "third", "mem_9": "unknown"}
    assert due.close_all("appeal", told, by=ben, at=at + timedelta(days=1)) == 1
    assert due.close_all("appeal", told, by=ben, at=at + timedelta(days=1)) == 0
    assert due.close_all("other", {"mem_1": ""}, by=ben, at=at) == 0
    assert list(DueItem.objects.order_by("key").values_list("state", "outcome")) == [
        ("open", ""), ("done", "second"), ("done", "before"),
    ]  # fmt: skip
    item = DueItem.objects.get(key="mem_2")
    event = AuditEvent.objects.get(action="due_item.done", subject=item.public_id)
    assert (event.actor, event.at, event.reason, event.clauses) == (
        ben, item.closed_at, "second", ["upstage/3.4"],
    )  # fmt: skip


def test_the_system_closes_them_in_nobodys_name(at: datetime) -> None:
    opened(at)
    assert due.close_all("appeal", {"mem_1": "done"}, by=None, at=at) == 1
    assert AuditEvent.objects.get().actor is None
