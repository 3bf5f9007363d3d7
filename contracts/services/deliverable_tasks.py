"""What is due about deliverables: the hand-over, the inspection, the rework (rift/5.2)."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from contracts.models import Deliverable, Delivery
from contracts.services import deadlines
from upstage_console.kernel import due
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.models import DueItem

CLAUSE: Final = "rift/5.2"
TO_DELIVER: Final = "deliverable"
INSPECTION: Final = "inspection"
REWORK: Final = "rework"
WARNED_BEFORE: Final = timedelta(days=3)


def open_to_deliver(row: Deliverable, *, at: datetime) -> None:
    """What has a day is handed over until its 24:00."""
    if row.due_on is None:
        return
    last, contract = day_end(row.due_on), row.contract
    due.open_item(
        TO_DELIVER, row, about=contract.customer, clause=CLAUSE, due_at=last, warn_at=last - WARNED_BEFORE, at=at,
        title_ko=f"산출물 인도: {contract.title}, {row.name}", title_en=f"Hand over: {contract.title}, {row.name}",
    )  # fmt: skip


def handed_over(row: Delivery, *, by: Any, at: datetime) -> None:
    """What waited for the hand-over is done; where there is a period, the inspection is waited for."""
    work = row.deliverable
    earlier = work.deliveries.exclude(pk=row.pk)
    close(TO_DELIVER, [work.public_id], by=by, at=at, outcome="handed over")
    close(REWORK, [one.public_id for one in earlier], by=by, at=at, outcome="handed over again")
    if row.inspect_by is None:
        return
    last, contract = day_end(row.inspect_by), work.contract
    due.open_item(
        INSPECTION, work, key=row.public_id, about=contract.customer, clause=CLAUSE, due_at=last, at=at,
        warn_at=last - WARNED_BEFORE, title_ko=f"고객의 검수: {contract.title}, {work.name}",
        title_en=f"The customer's inspection: {contract.title}, {work.name}",
    )  # fmt: skip


def decided(row: Delivery, *, by: Any, at: datetime, outcome: str) -> None:
    """The inspection is over."""
    close(INSPECTION, [row.public_id], by=by, at=at, outcome=outcome)


def open_rework(row: Delivery, *, at: datetime) -> None:
    """Work that was sent back is put right and handed over again."""
    last = deadlines.last_instant("rework_days", on=kst_date(at), at=at)
    work = row.deliverable
    due.open_item(
        REWORK, work, key=row.public_id, about=work.contract.customer, clause=CLAUSE, due_at=last, at=at,
        warn_at=last - WARNED_BEFORE, title_ko=f"반려된 산출물의 보완: {work.contract.title}, {work.name}",
        title_en=f"Put right what was rejected: {work.contract.title}, {work.name}",
    )  # fmt: skip


def close(kind: str, keys: Collection[str], *, by: Any, at: datetime, outcome: str) -> None:
    """Close what is open of these."""
    open_keys = DueItem.objects.filter(kind=kind, key__in=keys, closed_at__isnull=True).values_list("key", flat=True)
    for key in list(open_keys):
        due.close_item(kind, key, by=by, at=at, outcome=outcome)
