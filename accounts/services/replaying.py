"""After a backup is restored: what had been destroyed since then is destroyed again, from the log outside of it.

Each line says what was destroyed of whom and when; what is gone already is passed over, so a replay may be repeated.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.dateparse import parse_date, parse_datetime

from accounts.enums import MEMBER_MOVES, MemberStatus, RecordType
from accounts.models import Destruction, KeptRecord, Member, StoredData
from accounts.queries.destroyables import kinds
from accounts.services import batches, destruction_log, separation
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.transitions import move

Line = Mapping[str, Any]
AGAIN: Final = "백업 복구 뒤 다시 파기 / Destroyed again after a backup was restored"
STORED: Final = "stored_data"


@enforces("upstage/21.1")
def replay(lines: Iterable[str], *, at: datetime, by: Any = None) -> int:
    """Destroy again what the lines say; returns how many of them found something. Each line is a transaction."""
    found = 0
    for line in destruction_log.read(lines):
        found += _replay(line, at=at, by=by)
    return found


@transaction.atomic
def _replay(line: Line, *, at: datetime, by: Any) -> bool:
    again = _way(line["what"])(line, at)
    if again:
        audit.record("destruction.replayed", line["subject"], by=by, at=at, about=line["subject"], reason=AGAIN,
                     clauses=batches.CLAUSES, facts={"what": line["what"]})  # fmt: skip
    Destruction.objects.bulk_create(
        [Destruction(what=line["what"], subject=line["subject"], clauses=line.get("clauses", []), at=_instant(line))],
        ignore_conflicts=True,
    )
    return again


def _way(what: str) -> Callable[[Line, datetime], bool]:
    if what == STORED:
        return _stored
    if what in kinds():
        return _other
    return {destruction_log.LIVE: _live, destruction_log.ERASED: _erased}.get(what, _record)


def _other(line: Line, at: datetime) -> bool:
    one = kinds()[line["what"]]
    try:
        rows = one.left().filter(public_id=line["subject"]).select_for_update(of=("self",), no_key=True)
    except NotFound:  # a malformed id names nothing
        return False
    return batches.destroy_rows(one, list(rows), at=at) > 0


def _live(line: Line, at: datetime) -> bool:
    member = _member(line)
    if member is None or member.separated_at is not None:
        return False
    left_at = parse_datetime(line.get("left_at", "")) or _instant(line)
    if member.status in (MemberStatus.APPLIED, MemberStatus.HELD):
        move(member, MemberStatus.ACTIVE, allowed=MEMBER_MOVES, by=None, at=at, reason=AGAIN, accepted_at=left_at)
    if member.status == MemberStatus.ACTIVE:
        move(member, MemberStatus.WITHDRAWN, allowed=MEMBER_MOVES, by=None, at=at, reason=AGAIN, withdrawn_at=left_at)
    separation.separate([member], at=at)
    return True


def _record(line: Line, at: datetime) -> bool:
    kind, _colon, until = line["what"].partition(":")
    day = parse_date(until) if kind in RecordType.values else None
    if day is None:
        return False
    rows = KeptRecord.objects.filter(member__public_id=line["subject"], record=kind, kept_until=day)
    return batches.destroy_records(list(rows.filter(destroyed_at__isnull=True).locked()), at=at) > 0


def _erased(line: Line, at: datetime) -> bool:
    member = _member(line)
    if member is None or member.status == MemberStatus.ERASED:
        return False
    _live(line, at)
    batches.destroy_records(list(KeptRecord.objects.filter(member=member, destroyed_at__isnull=True).locked()), at=at)
    move(member, MemberStatus.ERASED, allowed=MEMBER_MOVES, by=None, at=at, reason=AGAIN, clauses=batches.CLAUSES)
    return True


def _stored(line: Line, at: datetime) -> bool:
    """Falls due now; the job of stored data destroys file and row."""
    rows = StoredData.objects.filter(public_id=line["subject"], destroyed_at__isnull=True)
    return rows.update(destroy_at=at) > 0


def _member(line: Line) -> Member | None:
    try:
        found: Member | None = Member.objects.filter(public_id=line["subject"]).locked().first()
    except NotFound:  # a malformed id names nobody
        return None
    return found


def _instant(line: Line) -> datetime:
    at = parse_datetime(line["at"])
    if at is None:
        raise NotFound
    return at
