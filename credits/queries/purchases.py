"""Paid credits as a refund looks at them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from credits.enums import EntryKind, LotKind
from credits.models import Entry, Lot
from credits.queries.balances import NOTHING


@dataclass(frozen=True)
class PaidLot:
    """Paid credits as a refund looks at them: what was paid, without tax, and what is left."""

    purchase: str
    paid_at: datetime
    expires_at: datetime
    amount: Decimal
    remaining: Decimal
    net: Decimal
    tax: Decimal
    number: int


def paid_lots(member_id: int) -> list[PaidLot]:
    """All paid credits a member ever had, in the order they were bought."""
    lots = Lot.objects.filter(member_id=member_id, kind=LotKind.PAID).order_by("granted_at", "id")
    return [
        PaidLot(
            one.purchase, one.granted_at, one.expires_at, one.amount, one.remaining, one.net or NOTHING,
            one.tax or NOTHING, one.pk,
        )
        for one in lots
    ]  # fmt: skip


def paid_balance_after(member_id: int, lot: PaidLot) -> Decimal:
    """The paid balance right after these credits came in; what had expired by then counts for nothing (16.2)."""
    came_in = Entry.objects.filter(member_id=member_id, lot=lot.number, kind=EntryKind.PURCHASE).values("sequence")
    moved = Entry.objects.filter(
        member_id=member_id, lot__kind=LotKind.PAID, lot__expires_at__gt=lot.paid_at, sequence__lte=came_in[:1]
    )
    total: Decimal | None = moved.aggregate(total=Sum("amount"))["total"]
    return total or NOTHING
