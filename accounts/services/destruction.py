"""Destroying stored content and exports whose time is over (upstage/22.5, 22.6, 12-2.5).

The file goes first, then the row is emptied and the destruction written down, all rows of a batch in one transaction.
A process killed between the two leaves a row that still names its file: the next run finds no file and writes it down.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.enums import DataSource, MemberStatus
from accounts.errors import OnHold
from accounts.models import Destruction, LegalHold, StoredData
from accounts.rules import storage as rules
from upstage_console.kernel import due
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.models import DueItem

A_BATCH: Final = 200
MENDED_WITHIN: Final = timedelta(days=1)
"""The console's own time for staff to mend a storage that does not let go of a file."""

LEFT: Final = (MemberStatus.WITHDRAWN, MemberStatus.ERASED)
TASK: Final = "destruction_failed"


def require_no_hold(member_id: int) -> None:
    """Refuse `on_hold` while a legal hold stands over the member's data."""
    if LegalHold.objects.filter(member_id=member_id, ends_at__isnull=True).exists():
        raise OnHold


@enforces("upstage/22.5", "upstage/22.6", "upstage/12-2.5")
def destroy_due(*, at: datetime) -> int:
    """Destroy what is due, held data excepted, in batches; what cannot be deleted is tried again by the next run.

    Returns how many items were destroyed.
    """
    _close_accounts(at)
    destroyed, last = 0, 0
    while batch := _due_ids(at, after=last):
        destroyed += destroy(batch, at=at)
        last = batch[-1]
    return destroyed


def after_commit(*ids: int, at: datetime) -> None:
    """Destroy these at once, as soon as the caller's transaction has committed; should that fail, the job does it."""
    require_transaction()
    for start in range(0, len(ids), A_BATCH):
        batch = ids[start : start + A_BATCH]
        transaction.on_commit(partial(destroy, batch, at=at), robust=True)


@transaction.atomic
def destroy(ids: Sequence[int], *, at: datetime) -> int:
    """Destroy those of the rows that are due and not held; returns how many. Safe to repeat."""
    rows = list(_due(at).filter(pk__in=ids).order_by("pk").select_for_update(of=("self",), skip_locked=True))
    stuck_before = {row.pk for row in rows if row.destroy_error}
    gone = [row for row in rows if _delete_file(row)]
    for row in gone:
        row.file, row.sha256, row.name, row.destroyed_at = "", "", "", at
    StoredData.objects.bulk_update(rows, ["file", "sha256", "name", "destroyed_at", "destroy_error"])
    Destruction.objects.bulk_create(
        [
            Destruction(what="stored_data", subject=row.public_id, clauses=[rules.CLAUSES[row.source]], at=at)
            for row in gone
        ],
        ignore_conflicts=True,
    )
    _open_tasks([row for row in rows if row.destroy_error], at)
    _close_tasks([row for row in gone if row.pk in stuck_before], at)
    return len(gone)


def _due(at: datetime) -> Any:
    held = LegalHold.objects.filter(member_id=OuterRef("member_id"), ends_at__isnull=True)
    rows = StoredData.objects.filter(~Exists(held), destroyed_at__isnull=True, destroy_at__lte=at)
    return rows.select_related("member")


def _due_ids(at: datetime, *, after: int) -> list[int]:
    return list(_due(at).filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:A_BATCH])


def _delete_file(row: StoredData) -> bool:
    """Whether the file is gone; whatever the storage says instead is kept on the row."""
    try:
        row.file.storage.delete(row.file.name or "")
    except Exception as error:  # whatever the outside does, the others go on and the trouble is written down
        row.destroy_error = f"{type(error).__name__}: {error}"[:2000]
        return False
    row.destroy_error = ""
    return True


def _open_tasks(stuck: Sequence[StoredData], at: datetime) -> None:
    for row in stuck:
        due.open_item(
            TASK, row, about=row.member.public_id, clause=rules.CLAUSES[row.source], at=at,
            title_ko=f"저장소가 파일을 지우지 못함: {row.public_id}",
            title_en=f"The storage did not delete a file: {row.public_id}",
            due_at=at + MENDED_WITHIN, warn_at=at,
        )  # fmt: skip


def _close_tasks(mended: Sequence[StoredData], at: datetime) -> None:
    names = [row.public_id for row in mended]
    for key in DueItem.objects.filter(kind=TASK, key__in=names, closed_at__isnull=True).values_list("key", flat=True):
        due.close_item(TASK, key, by=None, at=at, outcome="destroyed")


@transaction.atomic
def _close_accounts(at: datetime) -> None:
    """What is kept as long as the account falls due with it (22.6), and so does what was never finished."""
    with_account = StoredData.objects.filter(destroyed_at__isnull=True, destroy_at__isnull=True)
    with_account.filter(member__status__in=LEFT).update(destroy_at=at)
    unfinished = Q(source=DataSource.CONSOLE, sha256="", stored_at__lte=at - timedelta(days=1))
    with_account.filter(unfinished).update(destroy_at=at)
