"""Separation: when a membership is over, what the law keeps goes apart, and everything else is gone (upstage/21.1).

After a withdrawal that is the day after the grace period of 3.5, after a loss of membership the day after the two
years of 3.6. A fixed number of statements for each batch of members; a batch is one transaction, so a killed run goes
on where it stopped.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.enums import DepartureStatus, MemberStatus, RejoinStatus, SanctionKind, SanctionStatus
from accounts.models import BarredIdentity, Departure, Destruction, KeptRecord, Member, RejoinRequest, Sanction
from accounts.rules.retention import kept_until, schedule
from accounts.services import destruction_log, kept_parts, parting
from accounts.services.kept_parts import Kept
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.inserting import insert_missing

A_BATCH: Final = 200
CLAUSES: Final = ["upstage/21.1", "upstage/3.6"]


@enforces("upstage/21.1", "upstage/3.6")
def separate_due(*, at: datetime) -> int:
    """Separate the data of everybody whose membership is over for good; returns how many members."""
    forget_bars(at=at)
    done, last = 0, 0
    while ids := list(due(at).filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:A_BATCH]):
        done += _separate_batch(ids, at)
        last = ids[-1]
    return done


def due(at: datetime) -> QuerySet[Member]:
    """Whose grace period, or whose two years, are over at `at`, and whose data is still live."""
    today = kst_date(at)
    departures = Departure.objects.filter(member=OuterRef("pk"), status=DepartureStatus.COMPLETED)
    asked = RejoinRequest.objects.filter(departure__member=OuterRef("pk"), status=RejoinStatus.REQUESTED)
    losses = Sanction.objects.filter(
        member=OuterRef("pk"), kind=SanctionKind.LOSS, status=SanctionStatus.IN_FORCE, kept_until__lt=today
    )
    left = Exists(departures) & ~Exists(departures.filter(kept_until__gte=today)) & ~Exists(asked)
    withdrawn = Q(left, status=MemberStatus.WITHDRAWN)
    lost = Q(Exists(losses), status=MemberStatus.DISQUALIFIED)
    return Member.objects.filter(withdrawn | lost, separated_at__isnull=True)


@transaction.atomic
def _separate_batch(ids: Sequence[int], at: datetime) -> int:
    locked = Member.objects.filter(pk__in=due(at).filter(pk__in=ids).values("pk")).locked()
    waiting = kept_parts.waiting(ids, at)
    members = [member for member in locked if member.pk not in waiting and member.separated_at is None]
    return separate(members, at=at)


def separate(members: Sequence[Member], *, at: datetime) -> int:
    """Put apart what the law keeps of these locked members, and blank the rest; returns how many."""
    require_transaction()
    ids = [member.pk for member in members]
    if not ids:
        return 0
    insert_missing(_records(kept_parts.kept_of(ids), kst_date(at)))
    parting.part(ids, at=at)
    kept_parts.forget(ids, at)
    destruction_log.record(
        [Destruction(what=destruction_log.LIVE, subject=one.public_id, clauses=CLAUSES, at=at) for one in members]
    )
    deeds = ({"action": "member.separated", "subject": one, "about": one, "clauses": CLAUSES} for one in members)
    audit.record_all(deeds, by=None, at=at)
    return len(ids)


def _records(kept: Iterable[Kept], today: date) -> list[KeptRecord]:
    """One row for each member, kind and last day; what is over already is not kept at all."""
    grouped: dict[tuple[int, str, date], list[Kept]] = defaultdict(list)
    for one in kept:
        until = kept_until(one.record, one.since)
        if until >= today:
            grouped[one.member_id, one.record, until].append(one)
    return [_record(*key, parts) for key, parts in grouped.items()]


def _record(member_id: int, record: str, until: date, parts: Sequence[Kept]) -> KeptRecord:
    row = schedule()[record]
    return KeptRecord(
        member_id=member_id, record=record, since=min(part.since for part in parts), kept_until=until,
        clauses=[row.clause], basis=row.basis_ko, content={"items": [dict(part.content) for part in parts]},
    )  # fmt: skip


@enforces("upstage/3.6")
def forget_bars(*, at: datetime) -> int:
    """Drop the keyed hashes by which somebody was barred, once their two years are over; returns how many."""
    dropped, _details = BarredIdentity.objects.filter(until__lt=kst_date(at)).delete()
    return dropped


def data_of(member: Member) -> str:
    """Where a member's data is: live, kept apart, or destroyed."""
    if member.status == MemberStatus.ERASED:
        return "destroyed"
    return "kept" if member.separated_at else "live"
