"""The files of archived months: read by staff for a stated purpose, destroyed when the law no longer keeps them."""

from datetime import datetime
from typing import Any, Final

from django.db import transaction

from accounts.models import Destruction
from accounts.services import destruction_log
from billing.enums import ARCHIVE_MOVES, ArchiveStatus
from billing.models import UsageArchive
from billing.queries import archives
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import Gone
from upstage_console.kernel.transitions import move

CLAUSES: Final = ("upstage/21.1",)
DESTROYED: Final = "usage_archive"
"""What a destroyed file is called in the log of destructions."""


@transaction.atomic
def open_for_staff(archive_id: int, *, purpose: str, by: Any, at: datetime) -> UsageArchive:
    """The archive whose file may now be read, with the purpose written down; refuses `gone` without a whole file."""
    row: UsageArchive = UsageArchive.objects.get(pk=archive_id)
    if row.status not in (ArchiveStatus.EXPORTED, ArchiveStatus.ARCHIVED):
        raise Gone
    audit.record("usage_archive.downloaded", row, by=by, at=at, reason=purpose, clauses=CLAUSES)
    return row


def destroy_due(*, at: datetime) -> int:
    """Destroy the files that are no longer kept, held ones excepted; returns how many. A repeat finds none."""
    over = UsageArchive.objects.filter(status=ArchiveStatus.ARCHIVED, kept_until__lt=kst_date(at))
    return sum(_destroy(archive_id, at) for archive_id in list(over.values_list("pk", flat=True)))


@enforces("upstage/21.1")
@transaction.atomic
def _destroy(archive_id: int, at: datetime) -> bool:
    """The file goes first: killed in between, the next run finds no file and writes it down."""
    row: UsageArchive = UsageArchive.objects.filter(pk=archive_id).locked().get()
    if row.status != ArchiveStatus.ARCHIVED or archives.is_held(row):
        return False
    row.file.storage.delete(row.file.name or "")
    move(row, ArchiveStatus.DESTROYED, allowed=ARCHIVE_MOVES, by=None, at=at, clauses=CLAUSES, destroyed_at=at, file="")
    destruction_log.record([Destruction(what=DESTROYED, subject=row.public_id, clauses=list(CLAUSES), at=at)])
    audit.record("usage_archive.destroyed", row, by=None, at=at, clauses=CLAUSES, facts={"month": f"{row.month:%Y-%m}"})
    return True
