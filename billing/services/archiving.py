"""Old months of usage leave the table for files (upstage/8.3, 21.1).

Three steps, each a transaction of its own: the month is sealed against new events, exported and verified, and dropped
where its file still holds what was written. Killed anywhere, the next run takes the step up again: a file that is half
written is written anew under the same name, and the rows leave only in the transaction that says where they are.
"""

import hashlib
import logging
import os
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final

from django.core.files import File
from django.db import OperationalError, connection, transaction
from psycopg import errors, sql

from accounts.rules.retention import kept_until
from billing.enums import ARCHIVE_MOVES, ArchiveStatus
from billing.errors import ArchiveDiffers
from billing.models import UsageArchive, UsageImport
from billing.queries import archives
from billing.rules import events
from billing.services import parquet
from upstage_console.kernel import audit, due, policy
from upstage_console.kernel.calendars import kst_date, month_of, months_later
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.transitions import move

CLAUSES: Final = ("upstage/8.3", "upstage/21.1")
KEPT_AS: Final = "usage_archive"
"""The row of the schedule of retention that says how long the files are kept."""
TASK: Final = "usage_archive_failed"
MENDED_WITHIN: Final = timedelta(days=7)
"""The console's own time for staff to look into a month that could not be archived."""
LEAST_MONTHS: Final = 2
"""Usage may come 35 days late, which reaches back into the second month before this one."""
PATIENCE: Final = "SET LOCAL lock_timeout = '2s'"
"""Nobody who reports or reads usage waits longer than this for a month to be sealed or dropped."""

logger = logging.getLogger(__name__)

policy.reading(
    "usage_months_online",
    13,
    clause="upstage/8.3",
    why_ko="이번 달과 그 전 13개월의 사용 내역은 바로 조회할 수 있어, 지난해 같은 달과 비교할 수 있습니다. "
    "그 뒤에는 합계만 남고 내역은 파일로 보관됩니다. 사용은 35일까지 늦게 보고될 수 있어 2개월보다 짧을 수 없습니다.",
    why_en="Single uses are at hand for this month and the 13 before it, so that a month stands beside last year's; "
    "after that the sums stay and the uses lie in files. Use may be reported 35 days late, so it is never below 2.",
    valid=lambda months: type(months) is int and LEAST_MONTHS <= months <= 60,
)

SUMS = """
SELECT event.meter_id, service.code, meter.code, event.price_id, price.currency, count(*), sum(event.quantity),
    sum(event.amount)
FROM {} AS event LEFT JOIN billing_price AS price ON price.id = event.price_id
LEFT JOIN billing_meter AS meter ON meter.id = event.meter_id
LEFT JOIN billing_service AS service ON service.id = meter.service_id
GROUP BY 1, 2, 3, 4, 5 ORDER BY 2, 3, 4
"""
MEMBERS = "SELECT count(DISTINCT member_id) FROM {}"


def archive_due(*, at: datetime) -> int:
    """Archive every month that is older than the setting, the oldest first; returns how many were.

    A month that cannot be archived stays as it is, with a task for staff, and is tried again by the next run.
    """
    if _is_importing(at):
        return 0
    before = months_later(month_of(kst_date(at)), -policy.value("usage_months_online", at=at))
    return sum(archive(month, at=at) for month in archives.months_to_archive(before))


def archive(month: date, *, at: datetime) -> bool:
    """Seal, export and drop one month; returns whether it is archived now. Failures are kept on its row."""
    try:
        seal(month, at=at)
        export(month, at=at)
        return drop(month, at=at)
    except OperationalError as error:
        if not isinstance(error.__cause__, errors.LockNotAvailable):
            raise
        logger.info("somebody is using the usage of %s; the next run archives it", month)
    except Exception as error:  # whatever the storage does, the other months go on and the trouble is written down
        logger.exception("the usage of %s could not be archived", month)
        _note_trouble(month, error, at)
    return False


@transaction.atomic
def seal(month: date, *, at: datetime) -> None:
    """From now on the month takes nothing more; waits, shortly, for whoever is writing into it."""
    _row, is_new = UsageArchive.objects.get_or_create(
        month=month, defaults={"sealed_at": at, "file": f"usage/{month:%Y}/usage-{month:%Y-%m}.parquet"}
    )
    if is_new:
        _call("billing_seal_partition", month)


@transaction.atomic
def export(month: date, *, at: datetime) -> None:
    """Write the file of a sealed month and verify it, unless somebody else is at it. Refuses `archive_differs`."""
    found = UsageArchive.objects.filter(month=month, status=ArchiveStatus.SEALED)
    row: UsageArchive | None = found.select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return
    table = sql.Identifier(f"billing_usageevent_{month:%Y%m}")
    sums = _sums(table)
    written = _write(row, table)
    with row.file.open("rb") as file:
        kept, sha256, size = parquet.contents(file), _hash(file), row.file.size
    if kept != parquet.Contents(sum(line["events"] for line in sums), written):
        raise ArchiveDiffers(facts={"month": f"{month:%Y-%m}", "what": f"{kept.rows} rows, {kept.sha256}"})
    facts: dict[str, Any] = {"rows": kept.rows, "contents": written, "sha256": sha256, "size": size, "sums": sums}
    members = _one(sql.SQL(MEMBERS).format(table))
    move(row, ArchiveStatus.EXPORTED, allowed=ARCHIVE_MOVES, by=None, at=at, clauses=CLAUSES, exported_at=at,
         members=members, error="", **facts)  # fmt: skip


def _sums(table: sql.Identifier) -> list[dict[str, Any]]:
    names = ("meter", "service", "unit", "price", "currency", "events", "quantity", "amount")
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(SUMS).format(table))
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [row | {"quantity": f"{row['quantity']:f}", "amount": f"{row['amount']:f}"} for row in rows]


def _one(statement: sql.Composed) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def _write(row: UsageArchive, table: sql.Identifier) -> str:
    """The file under its name, in place of what a killed run has left; returns the hash of the rows."""
    rows = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(sql.SQL(parquet.SELECT).format(table))
    about = {"archive": row.public_id, "month": f"{row.month:%Y-%m}"}
    with TemporaryFile() as target:
        with connection.cursor() as cursor, cursor.copy(rows) as copy:
            written = parquet.write(copy, target, about=about)
        target.seek(0)
        row.file.storage.delete(row.file.name or "")
        row.file.storage.save(row.file.name, File(target))
    return written


def _hash(file: Any) -> str:
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()


@transaction.atomic
def drop(month: date, *, at: datetime) -> bool:
    """Take an exported month out of the table, if its file and its sums are what they must be.

    A file that has changed or gone is written anew by the next run, and what is not settled yet is waited for; sums
    that are not those of the days refuse `archive_differs`.
    """
    found = UsageArchive.objects.filter(month=month, status=ArchiveStatus.EXPORTED)
    row: UsageArchive | None = found.select_for_update(of=("self",), skip_locked=True).first()
    if row is None:
        return False
    if not _is_safe(row):
        move(row, ArchiveStatus.SEALED, allowed=ARCHIVE_MOVES, by=None, at=at, clauses=CLAUSES, exported_at=None)
        return False
    if archives.is_unsettled(month):
        return False
    different = archives.differences(row)
    if different:
        raise ArchiveDiffers(facts={"month": f"{month:%Y-%m}", "what": str(different[0])})
    _finish(row, at)
    return True


def _is_safe(row: UsageArchive) -> bool:
    """Whether the file is there as it was written, also after the power fails."""
    try:
        with row.file.open("rb") as file:
            if _hash(file) != row.sha256:
                return False
        path = Path(row.file.path)
    except FileNotFoundError:
        return False
    except NotImplementedError:  # a storage that is not on this machine keeps what it has taken
        return True
    for place in (path, path.parent):
        _sync(place)
    return True


def _sync(place: Path) -> None:
    number = os.open(place, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@enforces("upstage/21.1")
def _finish(row: UsageArchive, at: datetime) -> None:
    billed_on = archives.billed_on(row.month) or kst_date(at)
    move(row, ArchiveStatus.ARCHIVED, allowed=ARCHIVE_MOVES, by=None, at=at, clauses=CLAUSES, archived_at=at,
         kept_until=kept_until(KEPT_AS, billed_on), error="")  # fmt: skip
    audit.record("usage.archived", row, by=None, at=at, clauses=CLAUSES,
                 facts={"month": f"{row.month:%Y-%m}", "rows": row.rows, "sha256": row.sha256})  # fmt: skip
    if DueItem.objects.filter(kind=TASK, key=row.public_id, closed_at__isnull=True).exists():
        due.close_item(TASK, row.public_id, by=None, at=at, outcome="archived")
    _call("billing_drop_partition", row.month)


def _call(function: str, month: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PATIENCE)
        cursor.execute(sql.SQL("SELECT {}(%s)").format(sql.Identifier(function)), [month])


def _is_importing(at: datetime) -> bool:
    """Whether a file of old usage is half taken: its rest could not follow into a sealed month."""
    return UsageImport.objects.filter(finished_at__isnull=True, started_at__gt=at - events.LATE_LIMIT).exists()


@transaction.atomic
def _note_trouble(month: date, error: Exception, at: datetime) -> None:
    row: UsageArchive | None = UsageArchive.objects.filter(month=month).locked().first()
    if row is None:
        return
    row.error = f"{type(error).__name__}: {error}"[:2000]
    row.save(update_fields=["error"])
    due.open_item(
        TASK, row, about=row, clause="upstage/8.3", at=at,
        title_ko=f"{row.month:%Y}년 {row.month.month}월 사용 내역을 파일로 옮기지 못함",
        title_en=f"The usage of {row.month:%Y-%m} could not be archived",
        due_at=at + MENDED_WITHIN, warn_at=at,
    )  # fmt: skip
