"""What is kept, who looked at it, what is due to be destroyed, what a legal hold keeps."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Count, Exists, OuterRef, QuerySet

from accounts.enums import BatchStatus, MemberStatus
from accounts.models import DataView, Destruction, DestructionBatch, KeptRecord, LegalHold, Member
from accounts.queries.destroyables import kinds
from upstage_console.kernel.db import LockingQuerySet

OPEN: Final = (BatchStatus.PROPOSED, BatchStatus.APPROVED)
"""Batches that are under way; there is one at a time."""
SAMPLE: Final = 5


def views_of_member(member_id: int) -> QuerySet[DataView]:
    """The looks of staff at this member's data, newest first."""
    return DataView.objects.filter(member_id=member_id).order_by("-id")


def holds_on(member: str) -> QuerySet[LegalHold]:
    """The legal hold that is on over the member of an outer query, whose key is in `member`."""
    return LegalHold.objects.filter(member=OuterRef(member), ends_at__isnull=True)


def due_records(due_on: date) -> LockingQuerySet:
    """Kept records whose time was over by the end of `due_on`, held ones excepted."""
    return _over(due_on).exclude(Exists(holds_on("member")))


def held_records(due_on: date) -> LockingQuerySet:
    """Those that would be due, were there not a legal hold."""
    return _over(due_on).filter(Exists(holds_on("member")))


def _over(due_on: date) -> LockingQuerySet:
    return KeptRecord.objects.filter(destroyed_at__isnull=True, kept_until__lte=due_on)


def erasable_members() -> LockingQuerySet:
    """Former members of whom nothing is kept any more."""
    kept = KeptRecord.objects.filter(member=OuterRef("pk"), destroyed_at__isnull=True)
    former = Member.objects.filter(
        separated_at__isnull=False, status__in=[MemberStatus.WITHDRAWN, MemberStatus.DISQUALIFIED]
    )
    return former.exclude(Exists(kept)).exclude(Exists(holds_on("pk")))


def is_anything_due(due_on: date) -> bool:
    """Whether there is something to destroy."""
    if due_records(due_on).exists() or erasable_members().exists():
        return True
    return any(one.due(due_on).exists() for one in kinds().values())


def is_anything_held(due_on: date) -> bool:
    """Whether a legal hold keeps something of it."""
    return held_records(due_on).exists() or any(one.held(due_on).exists() for one in kinds().values())


def number_held(due_on: date) -> int:
    """How many things would be due, were there not a legal hold."""
    return held_records(due_on).count() + sum(one.held(due_on).count() for one in kinds().values())


def counts_of(batch: DestructionBatch) -> dict[str, int]:
    """How many things of each kind a batch destroyed."""
    counted: dict[str, int] = {}
    rows = Destruction.objects.filter(batch=batch).order_by().values_list("what").annotate(number=Count("pk"))
    for what, number in rows:
        kind = what.partition(":")[0]
        counted[kind] = counted.get(kind, 0) + number
    return dict(sorted(counted.items()))


@dataclass(frozen=True)
class Preview:
    """What a batch would destroy now: numbers by kind, members of whom nothing stays, a sample, what is held back."""

    counts: dict[str, int]
    erased: int
    sample: tuple[str, ...]
    on_hold: int


def preview(batch: DestructionBatch) -> Preview:
    """What the batch would destroy if it were carried out now."""
    rows = due_records(batch.due_on).order_by()
    counts = dict(rows.values_list("record").annotate(Count("pk")).order_by("record"))
    others = {name: one.due(batch.due_on).count() for name, one in kinds().items()}
    counts |= {name: number for name, number in others.items() if number}
    staying = KeptRecord.objects.filter(
        member=OuterRef("member"), destroyed_at__isnull=True, kept_until__gt=batch.due_on
    )
    last = rows.exclude(Exists(staying)).values("member").distinct().count()
    sample = tuple(rows.order_by("pk").values_list("public_id", flat=True)[:SAMPLE])
    return Preview(counts, last + erasable_members().count(), sample, number_held(batch.due_on))
