"""Destruction in batches: collected by itself, looked through by one person, approved by another, carried out by a job.

What is due when it is carried out goes, held data excepted; each step is one bounded transaction, so a killed run is
taken up again. What stays is proof without personal data: a row for each thing, and a certificate (upstage/21.1, 3.6).
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from accounts.enums import BATCH_MOVES, MEMBER_MOVES, BatchStatus, MemberStatus
from accounts.errors import OnHold, SecondPersonNeeded
from accounts.models import Destruction, DestructionBatch, KeptRecord
from accounts.queries import retention
from accounts.queries.destroyables import Destroyable, kinds
from accounts.rules.retention import DAYS_TO_DESTROY
from accounts.services import destruction_log
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, kst_date, period_end
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, NotFound, SamePerson
from upstage_console.kernel.transitions import move, move_all
from upstage_console.kernel.wording import day

A_STEP: Final = 200
CLAUSES: Final = ["upstage/21.1", "upstage/3.6"]
TASK: Final = "destruction"


@transaction.atomic
def collect(*, at: datetime) -> DestructionBatch | None:
    """Propose a batch of what was due by yesterday; None where nothing is due, the open batch where there is one."""
    open_batch = DestructionBatch.objects.filter(status__in=retention.OPEN).locked().first()
    due_on = kst_date(at) - timedelta(days=1)
    if open_batch is not None or not retention.is_anything_due(due_on):
        return open_batch
    batch = DestructionBatch.objects.create(due_on=due_on, proposed_at=at)
    today = kst_date(at)
    due.open_item(
        TASK, batch, about=batch, clause="upstage/21.1", at=at,
        title_ko=f"보관 기간이 끝난 개인정보의 파기 ({day(due_on, 'ko')})",
        title_en=f"Destruction of personal data whose time is over ({day(due_on, 'en')})",
        due_at=day_end(period_end(today, days=DAYS_TO_DESTROY)), warn_at=day_end(today),
    )  # fmt: skip
    audit.record("destruction.collected", batch, by=None, at=at, clauses=CLAUSES)
    return batch


@enforces("upstage/21.1")
@transaction.atomic
def look_through(batch_id: str, *, reason: str, by: Any, at: datetime) -> DestructionBatch:
    """The first person has looked through a batch and proposes it; refuses `already_done`."""
    batch = _locked(batch_id)
    if batch.proposed_by_id is not None or batch.status != BatchStatus.PROPOSED:
        raise AlreadyDone
    batch.proposed_by = by
    batch.save(update_fields=["proposed_by"])
    audit.record("destruction.proposed", batch, by=by, at=at, reason=reason, clauses=CLAUSES)
    return batch


@enforces("upstage/21.1")
@transaction.atomic
def approve(batch_id: str, *, reason: str, by: Any, at: datetime) -> DestructionBatch:
    """The second person approves; the job carries it out.

    Refuses `second_person_needed` before the first has looked, `same_person`, `on_hold` where a legal hold stands over
    all of it, and what the states of a batch do not allow.
    """
    batch = _locked(batch_id)
    if batch.proposed_by_id is None:
        raise SecondPersonNeeded
    if batch.proposed_by_id == by.pk:
        raise SamePerson
    if not retention.is_anything_due(batch.due_on) and retention.is_anything_held(batch.due_on):
        raise OnHold
    move(batch, BatchStatus.APPROVED, allowed=BATCH_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES,
         approved_by=by, approved_at=at)  # fmt: skip
    audit.record("destruction.approved", batch, by=by, at=at, reason=reason, clauses=CLAUSES)
    return batch


@transaction.atomic
def drop(batch_id: str, *, reason: str, by: Any, at: datetime) -> DestructionBatch:
    """Do not destroy now; what is due is collected again by the next night, unless a legal hold stands over it."""
    batch = _locked(batch_id)
    move(batch, BatchStatus.DROPPED, allowed=BATCH_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES)
    audit.record("destruction.dropped", batch, by=by, at=at, reason=reason, clauses=CLAUSES)
    due.close_item(TASK, batch.public_id, by=by, at=at, outcome=reason)
    return batch


@enforces("upstage/21.1", "upstage/3.6")
def carry_out(*, at: datetime) -> int:
    """Destroy what the approved batches hold, step by step; returns how many things. A repeat goes on."""
    destroyed = 0
    for batch in DestructionBatch.objects.filter(status=BatchStatus.APPROVED).order_by("pk"):
        while step := _destroy_records(batch, at) or _erase_members(batch, at) or _destroy_others(batch, at):
            destroyed += step
        _finish(batch.public_id, at)
    return destroyed


@transaction.atomic
def _destroy_records(batch: DestructionBatch, at: datetime) -> int:
    rows = retention.due_records(batch.due_on).select_related("member").locked()[:A_STEP]
    return destroy_records(list(rows), at=at, batch=batch)


def destroy_records(rows: Sequence[KeptRecord], *, at: datetime, batch: DestructionBatch | None = None) -> int:
    """Empty these locked rows and write down that they are gone; returns how many."""
    KeptRecord.objects.filter(pk__in=[row.pk for row in rows]).update(content={}, destroyed_at=at)
    destruction_log.record([
        Destruction(what=name_of(row), subject=row.member.public_id, batch=batch, clauses=row.clauses, at=at)
        for row in rows
    ])  # fmt: skip
    return len(rows)


def name_of(row: KeptRecord) -> str:
    """What a kept record is called in the log: its kind and last day, which a replay finds again."""
    return f"{row.record}:{row.kept_until}"


@transaction.atomic
def _erase_members(batch: DestructionBatch, at: datetime) -> int:
    members = list(retention.erasable_members().locked()[:A_STEP])
    rows = retention.erasable_members().filter(pk__in=[member.pk for member in members])
    moved = move_all(rows, MemberStatus.ERASED, allowed=MEMBER_MOVES, at=at, clauses=CLAUSES)
    destruction_log.record([
        Destruction(what=destruction_log.ERASED, subject=member.public_id, batch=batch, clauses=CLAUSES, at=at)
        for member in members
    ])  # fmt: skip
    return moved


def _destroy_others(batch: DestructionBatch, at: datetime) -> int:
    return sum(_destroy_kind(one, batch, at) for one in kinds().values())


@transaction.atomic
def _destroy_kind(one: Destroyable, batch: DestructionBatch, at: datetime) -> int:
    """A step of one kind: what somebody needs again since it was found is passed over once it is locked."""
    found = one.due(batch.due_on).order_by("pk").select_for_update(of=("self",), no_key=True)[:A_STEP]
    ids = [row.pk for row in found]
    return destroy_rows(one, list(one.due(batch.due_on).filter(pk__in=ids).order_by("pk")), at=at, batch=batch)


def destroy_rows(one: Destroyable, rows: Sequence[Any], *, at: datetime, batch: DestructionBatch | None = None) -> int:
    """Blank these locked rows of a kind and write down that they are gone; returns how many."""
    if rows:
        one.destroy(rows, at)
    destruction_log.record([
        Destruction(what=one.kind, subject=row.public_id, batch=batch, clauses=list(one.clauses), at=at)
        for row in rows
    ])  # fmt: skip
    return len(rows)


@transaction.atomic
def _finish(batch_id: str, at: datetime) -> None:
    batch = _locked(batch_id)
    if batch.status != BatchStatus.APPROVED:
        return
    proof = certificate(batch, at)
    move(batch, BatchStatus.EXECUTED, allowed=BATCH_MOVES, by=None, at=at, clauses=CLAUSES, executed_at=at,
         certificate=proof)  # fmt: skip
    audit.record("destruction.executed", batch, by=None, at=at, clauses=CLAUSES, facts=proof["counts"])
    due.close_item(TASK, batch.public_id, by=None, at=at, outcome=batch.public_id)


def certificate(batch: DestructionBatch, at: datetime) -> dict[str, Any]:
    """What was destroyed, in numbers, with the hash over every line of it; nobody's data is in it."""
    lines = "\n".join(f"{one.what} {one.subject} {one.at.isoformat()}" for one in batch.destructions.order_by("pk"))
    return {
        "batch": batch.public_id, "due_on": batch.due_on.isoformat(), "executed_at": at.isoformat(),
        "counts": retention.counts_of(batch), "on_hold": retention.number_held(batch.due_on),
        "proposed_by": batch.proposed_by.public_id if batch.proposed_by else "",
        "approved_by": batch.approved_by.public_id if batch.approved_by else "",
        "approved_at": batch.approved_at.isoformat() if batch.approved_at else "",
        "clauses": CLAUSES, "sha256": hashlib.sha256(lines.encode()).hexdigest(),
    }  # fmt: skip


def _locked(batch_id: str) -> DestructionBatch:
    batch: DestructionBatch | None = DestructionBatch.objects.filter(public_id=batch_id).locked().first()
    if batch is None:
        raise NotFound
    return batch
