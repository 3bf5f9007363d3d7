"""A member's own data as a file: asked for, made by a job, downloaded by its owner for some days (upstage/6.5, 21)."""

import logging
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import Any, Final

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import EXPORT_MOVES, ExportStatus
from accounts.errors import ExportRunning, LinkExpired
from accounts.models import DataExport, Destruction, Member
from accounts.services import notices
from accounts.services.archives import write_archive
from accounts.services.own_data import parts
from upstage_console.kernel import audit, policy
from upstage_console.kernel.calendars import day_end, kst_date, period_end
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.transitions import move

CLAUSES: Final = ("upstage/6.5", "upstage/21")
DEAD_AFTER: Final = timedelta(minutes=30)
"""How long a run may take before it counts as killed and another begins anew."""

A_BATCH: Final = 200
RUNNING: Final = (ExportStatus.REQUESTED, ExportStatus.RUNNING)

logger = logging.getLogger(__name__)

policy.reading(
    "data_export_link_days",
    7,
    clause="upstage/6.5",
    why_ko="내려받을 시간은 충분히 주되, 개인정보가 담긴 파일을 오래 두지 않습니다.",
    why_en="Long enough to download it, short enough that a file full of personal data does not lie about.",
    valid=lambda days: type(days) is int and 1 <= days <= 30,
)


@enforces("upstage/6.5")
@transaction.atomic
def ask(member_id: int, *, by: Any, at: datetime) -> DataExport:
    """Ask for a file with everything of the member's own; refuses `export_running` while one is being made.

    Everybody may, also who is restricted or has left.
    """
    member = Member.objects.filter(pk=member_id).locked().get()
    if DataExport.objects.filter(member=member, status__in=RUNNING).exists():
        raise ExportRunning
    row = DataExport.objects.create(member=member, requested_at=at, parts=len(parts()))
    audit.record("export.asked", row, by=by, at=at, about=member, clauses=CLAUSES)
    return row


def build_due(*, at: datetime) -> int:
    """Make every export that waits, and begin again those whose run was killed; returns how many were made."""
    return sum(build(export_id, at=at) for export_id in list(_waiting(at).values_list("pk", flat=True)))


def build(export_id: int, *, at: datetime) -> bool:
    """Make one export, unless somebody else is at it; returns whether it was made. A failure is kept on the row."""
    row = _claim(export_id, at)
    if row is None:
        return False
    try:
        return _make(row, at)
    except Exception as error:  # whatever fails is kept for staff, and the member may ask again
        logger.exception("export %s failed", row.public_id)
        _fail(row, error, at)
        return False


def _waiting(at: datetime) -> Any:
    killed = Q(status=ExportStatus.RUNNING, claimed_at__lte=at - DEAD_AFTER)
    return DataExport.objects.filter(Q(status=ExportStatus.REQUESTED) | killed).order_by("pk")


@transaction.atomic
def _claim(export_id: int, at: datetime) -> DataExport | None:
    """Take the export on; its file's name is written down before there is a file."""
    found = _waiting(at).filter(pk=export_id).select_for_update(of=("self",), skip_locked=True)
    row: DataExport | None = found.select_related("member__user").first()
    if row is None:
        return None
    if row.status == ExportStatus.REQUESTED:
        move(row, ExportStatus.RUNNING, allowed=EXPORT_MOVES, by=None, at=at, clauses=CLAUSES)
    row.file.name = f"exports/{kst_date(row.requested_at):%Y/%m/%d}/{row.public_id}.zip"
    row.claimed_at, row.parts_done, row.parts = at, 0, len(parts())
    row.save(update_fields=["file", "claimed_at", "parts_done", "parts"])
    return row


def _make(row: DataExport, at: datetime) -> bool:
    mine = DataExport.objects.filter(pk=row.pk, claimed_at=at, status=ExportStatus.RUNNING)
    with TemporaryFile() as target:
        write_archive(target, row.member, parts(), at=at, done=lambda count: mine.update(parts_done=count))
        row.size = target.tell()
        target.seek(0)
        row.file.storage.delete(row.file.name or "")
        row.file.storage.save(row.file.name, File(target))
    return _finish(row, at)


@transaction.atomic
def _finish(row: DataExport, at: datetime) -> bool:
    """Ready, unless another run has taken over meanwhile."""
    if not DataExport.objects.filter(pk=row.pk, claimed_at=at, status=ExportStatus.RUNNING).locked().exists():
        return False
    until = period_end(kst_date(at), days=policy.value("data_export_link_days", at=at))
    facts: dict[str, Any] = {"ready_at": at, "expires_at": day_end(until), "size": row.size}
    move(row, ExportStatus.READY, allowed=EXPORT_MOVES, by=None, at=at, clauses=CLAUSES, **facts)
    text = notices.compose(
        _("Your data is ready to download"),
        _(
            "The file you asked for is on your page “Your data”. You can download it to the end of %(day)s; we ask for "
            "your password again first. After that day we destroy it, and you can ask for a new one."
        ),
        day=until,
    )
    key = f"export:{row.public_id}"
    notices.notify(member_id=row.member_id, about="export", text=text, key=key, at=at, clauses=CLAUSES)
    audit.record("export.ready", row, by=None, at=at, about=row.member, clauses=CLAUSES, facts={"size": row.size})
    return True


@transaction.atomic
def _fail(row: DataExport, error: Exception, at: datetime) -> None:
    row.file.storage.delete(row.file.name or "")
    if DataExport.objects.filter(pk=row.pk, claimed_at=at, status=ExportStatus.RUNNING).locked().exists():
        text = f"{type(error).__name__}: {error}"[:2000]
        move(row, ExportStatus.FAILED, allowed=EXPORT_MOVES, by=None, at=at, clauses=CLAUSES, error=text, file="")


@enforces("upstage/21.1")
def expire_due(*, at: datetime) -> int:
    """Destroy the files whose link has expired; what cannot be deleted is tried again. Returns how many were."""
    destroyed, last = 0, 0
    while batch := _expired(at, after=last):
        destroyed += _expire(batch, at)
        last = batch[-1]
    return destroyed


def _expired(at: datetime, *, after: int) -> list[int]:
    rows = DataExport.objects.filter(status=ExportStatus.READY, expires_at__lte=at, pk__gt=after)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:A_BATCH])


@transaction.atomic
def _expire(ids: list[int], at: datetime) -> int:
    """The files go first: killed in between, the next run finds no file and writes it down."""
    rows = DataExport.objects.filter(pk__in=ids, status=ExportStatus.READY).locked()
    gone = [row for row in rows if _delete_file(row)]
    for row in gone:
        move(row, ExportStatus.EXPIRED, allowed=EXPORT_MOVES, by=None, at=at, clauses=CLAUSES, file="", error="")
    proof = {"what": "data_export", "clauses": ["upstage/21.1"], "at": at}
    destroyed = [Destruction(subject=row.public_id, **proof) for row in gone]
    Destruction.objects.bulk_create(destroyed, ignore_conflicts=True)
    return len(gone)


def _delete_file(row: DataExport) -> bool:
    try:
        row.file.storage.delete(row.file.name or "")
    except Exception as error:  # whatever the outside does, the others go on and the trouble is written down
        DataExport.objects.filter(pk=row.pk).update(error=f"{type(error).__name__}: {error}"[:2000])
        return False
    return True


@transaction.atomic
def download(export_id: str, *, member_id: int, by: Any, at: datetime, ip: str = "") -> DataExport:
    """The member's own export, to be read; each download is written down. Refuses `not_found` and `link_expired`."""
    row: DataExport = DataExport.objects.filter(member_id=member_id).select_related("member").get_public(export_id)
    if row.status != ExportStatus.READY or row.expires_at is None or row.expires_at <= at:
        raise LinkExpired
    audit.record("export.downloaded", row, by=by, at=at, about=row.member, clauses=CLAUSES, facts={"from": ip})
    return row
