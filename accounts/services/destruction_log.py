"""What was destroyed, without the data: rows that are only added to, and the same lines in a file outside of the
database and its backups, from which a restored backup is replayed.

A line is written before its transaction commits: should that fail, replaying the line destroys what was due anyway.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TextIO

from django.conf import settings
from django.utils.dateparse import parse_datetime

from accounts.models import Destruction, Member
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.inserting import insert_missing

LIVE: Final = "live"
"""The live data of a member, taken out; what the law keeps of it lies apart."""
ERASED: Final = "erased"
"""Everything of a member."""
TAIL: Final = 1 << 18
AGAIN: Final = timedelta(days=1)
A_BATCH: Final = 1000


def record(rows: Sequence[Destruction]) -> None:
    """Write destructions into the table and the file, in the caller's transaction."""
    require_transaction()
    insert_missing(rows)
    if settings.DESTRUCTION_LOG:
        _append(lines_of(rows))


def export(file: TextIO) -> int:
    """Write every destruction there is as JSON lines; returns how many."""
    number = 0
    for batch in _batches(Destruction.objects.order_by("pk")):
        for line in lines_of(batch):
            file.write(line)
            number += 1
    return number


def catch_up() -> int:
    """Add to the file what the table has and its end has not, such as destructions of other services."""
    path = settings.DESTRUCTION_LOG
    if not path:
        return 0
    seen, newest = _tail(Path(path))
    rows = Destruction.objects.order_by("pk")
    missing = rows.filter(at__gt=newest - AGAIN) if newest else rows
    lines = [line for batch in _batches(missing) for line in lines_of(batch) if line not in seen]
    _append(lines)
    return len(lines)


def lines_of(rows: Sequence[Destruction]) -> list[str]:
    """The rows as lines; of live data with the instant from which the law's periods ran."""
    names = [row.subject for row in rows if row.what == LIVE]
    left = {member.public_id: member.withdrawn_at or member.disqualified_at
            for member in Member.objects.filter(public_id__in=names)}  # fmt: skip
    return [_line(row, left.get(row.subject) if row.what == LIVE else None) for row in rows]


def _line(row: Destruction, left_at: datetime | None) -> str:
    said: dict[str, Any] = {"what": row.what, "subject": row.subject, "at": _utc(row.at), "clauses": row.clauses}
    if left_at is not None:
        said["left_at"] = _utc(left_at)
    return json.dumps(said, sort_keys=True) + "\n"


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def read(lines: Iterable[str]) -> Iterator[Mapping[str, Any]]:
    """The lines of a file, each as what it says; a line cut off by a crash is passed over."""
    for line in lines:
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if isinstance(said, dict) and {"what", "subject", "at"} <= said.keys():
            yield said


def _append(lines: Sequence[str]) -> None:
    if not lines:
        return
    with Path(settings.DESTRUCTION_LOG).open("a", encoding="utf-8") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())


def _tail(path: Path) -> tuple[set[str], datetime | None]:
    if not path.exists():
        return set(), None
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - TAIL, 0))
        lines = file.read().decode("utf-8", "replace").splitlines(keepends=True)
    times = [parse_datetime(said["at"]) for said in read(lines)]
    return set(lines), max((at for at in times if at is not None), default=None)


def _batches(rows: Any) -> Iterator[list[Destruction]]:
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:A_BATCH]):
        yield batch
        last = batch[-1].pk
