"""Destruction: collected by itself, two people, proof without personal data, legal holds."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from accounts.errors import OnHold, SecondPersonNeeded
from accounts.models import Destruction, DestructionBatch, KeptRecord, Member, User
from accounts.queries import retention
from accounts.services import batches, holds, separation
from tests.accounts.leaving import destroyed, filled, morning, separated, withdrawn
from tests.conftest import MakeMember
from tests.credits.books import findings
from upstage_console.kernel.errors import AlreadyDone, IllegalMove, NotFound, SamePerson
from upstage_console.kernel.models import DueItem, Transition

LAST = date(2031, 11, 18)
"""The last day of a contract that ended on 18 November 2026."""
DUE = morning(date(2031, 11, 19))


@pytest.fixture
def former(member: Member, at: datetime) -> Member:
    return separated(filled(member, at), at)


@pytest.mark.clause("upstage/21.1")
@pytest.mark.clause("upstage/3.6")
def test_withdrawn_kept_destroyed(former: Member, amy: User, ben: User) -> None:
    assert (batches.collect(at=morning(LAST)), separation.data_of(former)) == (None, "kept")
    batch = destroyed(amy, ben, DUE)
    former.refresh_from_db()
    assert (separation.data_of(former), batch.status, KeptRecord.objects.get().content) == ("destroyed", "executed", {})
    assert Transition.objects.filter(subject=former.public_id).values_list("to_state", flat=True).get() == "erased"
    assert findings() == []


@pytest.mark.clause("upstage/21.1")
def test_what_is_due_becomes_one_task_with_five_days(former: Member) -> None:
    first, again = batches.collect(at=DUE), batches.collect(at=DUE + timedelta(days=1))
    item = DueItem.objects.get(kind="destruction")
    assert (first, item.due_at) == (again, morning(date(2031, 11, 25)) - timedelta(hours=9))


@pytest.mark.clause("upstage/21.1")
def test_two_people(former: Member, amy: User, ben: User) -> None:
    batch = batches.collect(at=DUE)
    assert batch is not None
    with pytest.raises(SecondPersonNeeded):
        batches.approve(batch.public_id, reason="r", by=amy, at=DUE)
    batches.look_through(batch.public_id, reason="r", by=amy, at=DUE)
    with pytest.raises(AlreadyDone):
        batches.look_through(batch.public_id, reason="r", by=ben, at=DUE)
    with pytest.raises(SamePerson):
        batches.approve(batch.public_id, reason="r", by=amy, at=DUE)
    assert batches.carry_out(at=DUE) == 0
    assert separation.data_of(Member.objects.get()) == "kept"
    batches.approve(batch.public_id, reason="r", by=ben, at=DUE)
    with pytest.raises(AlreadyDone):
        batches.approve(batch.public_id, reason="r", by=ben, at=DUE)


def test_a_dropped_batch_destroys_nothing_and_comes_again(former: Member, amy: User) -> None:
    batch = batches.collect(at=DUE)
    assert batch is not None
    batches.drop(batch.public_id, reason="not yet", by=amy, at=DUE)
    assert batches.carry_out(at=DUE) == 0
    with pytest.raises(IllegalMove):
        batches.approve(_looked(batch, amy), reason="r", by=None or User.objects.create_superuser("c@staff.example"),
                        at=DUE)  # fmt: skip
    again = batches.collect(at=DUE)
    assert again is not None
    assert (again.pk != batch.pk, DueItem.objects.filter(closed_at__isnull=True).count()) == (True, 1)


def _looked(batch: DestructionBatch, by: User) -> str:
    DestructionBatch.objects.filter(pk=batch.pk).update(proposed_by=by)
    return str(batch.public_id)


def test_a_batch_nobody_knows(amy: User, at: datetime) -> None:
    with pytest.raises(NotFound):
        batches.approve("des_0", reason="r", by=amy, at=at)


def test_the_certificate_names_nobody(former: Member, amy: User, ben: User) -> None:
    batch = destroyed(amy, ben, DUE)
    proof = json.dumps(batch.certificate, ensure_ascii=False)
    assert (batch.certificate["counts"], batch.certificate["approved_by"]) == (
        {"contract": 1, "erased": 1}, ben.public_id,
    )  # fmt: skip
    assert [name in proof for name in ("김하늘", "010-1234", "member1@", "amy@", "Ben")] == [False] * 5
    assert batch.certificate["sha256"] == batches.certificate(batch, DUE)["sha256"]


def test_what_was_destroyed_is_written_down(former: Member, amy: User, ben: User) -> None:
    destroyed(amy, ben, DUE)
    written = set(Destruction.objects.values_list("what", "subject"))
    assert written == {(what, former.public_id) for what in ("live", "contract:2031-11-18", "erased")}


@pytest.mark.clause("upstage/21.1")
def test_a_legal_hold_goes_before_destruction(former: Member, amy: User, ben: User) -> None:
    batch = batches.collect(at=DUE)
    assert batch is not None
    holds.place(former.pk, reason="수사 협조", by=amy, at=DUE)
    batches.look_through(batch.public_id, reason="r", by=amy, at=DUE)
    with pytest.raises(OnHold):
        batches.approve(batch.public_id, reason="r", by=ben, at=DUE)
    holds.release(former.pk, reason="끝남", by=amy, at=DUE)
    batches.approve(batch.public_id, reason="r", by=ben, at=DUE)
    assert batches.carry_out(at=DUE) == 2


def test_of_a_batch_only_what_is_held_stays(former: Member, make_member: MakeMember, amy: User, ben: User) -> None:
    held = separated(make_member(), former.withdrawn_at)
    holds.place(held.pk, reason="소송", by=amy, at=DUE)
    batch = destroyed(amy, ben, DUE)
    assert (batch.certificate["on_hold"], [separation.data_of(one) for one in Member.objects.order_by("pk")]) == (
        1, ["destroyed", "kept"],
    )  # fmt: skip


def test_a_hold_is_placed_once_and_released_once(member: Member, amy: User, at: datetime) -> None:
    holds.place(member.pk, reason="소송", by=amy, at=at)
    with pytest.raises(AlreadyDone):
        holds.place(member.pk, reason="소송", by=amy, at=at)
    holds.release(member.pk, reason="끝남", by=amy, at=at)
    with pytest.raises(NotFound):
        holds.release(member.pk, reason="끝남", by=amy, at=at)


def test_the_preview_says_what_the_batch_does(former: Member, make_member: MakeMember, amy: User, ben: User) -> None:
    separated(make_member(), former.withdrawn_at)
    batch = batches.collect(at=DUE)
    assert batch is not None
    shown = retention.preview(batch)
    assert (shown.counts, shown.erased, len(shown.sample), shown.on_hold) == ({"contract": 2}, 2, 2, 0)
    done = destroyed(amy, ben, DUE)
    assert done.certificate["counts"] == {"contract": 2, "erased": 2}


def test_a_killed_run_is_taken_up_again(
    former: Member, make_member: MakeMember, amy: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        separated(make_member(), former.withdrawn_at)
    monkeypatch.setattr(batches, "A_STEP", 1)
    batch = batches.collect(at=DUE)
    assert batch is not None
    batches.look_through(batch.public_id, reason="r", by=amy, at=DUE)
    batches.approve(batch.public_id, reason="r", by=ben, at=DUE)
    kill = _killed_after(2, batches.destroy_records)
    monkeypatch.setattr(batches, "destroy_records", kill)
    with pytest.raises(KeyboardInterrupt):
        batches.carry_out(at=DUE)
    monkeypatch.undo()
    assert KeptRecord.objects.filter(destroyed_at__isnull=True).count() == 1
    batches.carry_out(at=DUE + timedelta(minutes=10))
    batch.refresh_from_db()
    assert batch.certificate["counts"] == {"contract": 3, "erased": 3}
    assert (batches.carry_out(at=DUE), findings()) == (0, [])


def _killed_after(number: int, function: Any) -> Any:
    calls = iter(range(number + 1))

    def run(*args: Any, **kwargs: Any) -> Any:
        if next(calls) == number:
            raise KeyboardInterrupt
        return function(*args, **kwargs)

    return run


def test_invariants_find_what_is_left_behind(former: Member, at: datetime) -> None:
    User.objects.filter(pk=former.user_id).update(name="김하늘")
    Member.objects.filter(pk=former.pk).update(status="erased")
    sentences = {finding.split("“")[1].split("”")[0] for finding in findings()}
    assert sentences == {
        "Nothing live names a former member", "Of an erased member nothing is kept",
        "What was destroyed has its proof",
    }  # fmt: skip


def test_nothing_is_collected_while_members_are_active(member: Member, stranger: Member, at: datetime) -> None:
    withdrawn(stranger, at)
    assert batches.collect(at=at + timedelta(days=4000)) is None
