"""Payments and repayments whose outcome stays unknown: nobody guesses it, so after a day staff look into it."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from billing.models import Payment, Repayment
from billing.services import payments, repayments
from upstage_console.kernel import due
from upstage_console.kernel.due import NewItem
from upstage_console.kernel.models import DueItem

TASK: Final = "money_open"
AFTER: Final = timedelta(days=1)
"""How long a gateway may be silent before somebody asks; the console's own time."""

LOOKED_INTO_WITHIN: Final = timedelta(days=2)
CLAUSE: Final = "upstage/19"
LIMIT: Final = 1_000


def ask_staff(*, at: datetime) -> int:
    """Open a task for each that is open for longer than a day, and close those that are settled; returns how many are
    open for so long. A repeat opens none twice."""
    silent = [*_silent(Payment, payments.OPEN, at), *_silent(Repayment, repayments.OPEN, at)]
    with transaction.atomic():
        due.open_all([_item(row, at) for row in silent], at=at)
    _close_settled({row.public_id for row in silent}, at)
    return len(silent)


def _silent(model: Any, states: tuple[str, ...], at: datetime) -> Any:
    rows = model.objects.filter(status__in=states, created_at__lte=at - AFTER).select_related("member")
    return rows.order_by("pk")[:LIMIT]


def _item(row: Payment | Repayment, at: datetime) -> NewItem:
    return NewItem(
        kind=TASK,
        key=row.public_id,
        subject=row,
        about=row.member,
        title_ko=f"결과를 알 수 없는 결제: {row.public_id}",
        title_en=f"No outcome is known: {row.public_id}",
        clause=CLAUSE,
        due_at=at + LOOKED_INTO_WITHIN,
        warn_at=at,
    )


def _close_settled(still_silent: set[str], at: datetime) -> None:
    settled = DueItem.objects.filter(kind=TASK, closed_at__isnull=True).exclude(key__in=still_silent)
    for key in settled.values_list("key", flat=True)[:LIMIT]:
        due.close_item(TASK, key, by=None, at=at, outcome="settled")
