"""Paid credits as a refund looks at them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from credits.enums import EntryKind, LotKind
from credits.models import Entry, Lot
from credits.queries import claims
from credits.queries.balances import NOTHING
from credits.queries.holds import with_what_is_held
from credits.queries.lots import live_lots, parcel
from credits.rules import burning


@dataclass(frozen=True)
class PaidLot:
    """Paid credits as a refund looks at them: what was paid, without tax, and what is left.

    Of what remains `held` is held; `voided` where the rest went when the membership ended.
    """

    lot: str
    purchase: str
    paid_at: datetime
    expires_at: datetime
    amount: Decimal
    remaining: Decimal
    net: Decimal
    tax: Decimal
    number: int
    held: Decimal
    voided: bool


def paid_lots(member_id: int, at: datetime) -> list[PaidLot]:
    """All paid credits a member ever had, in the order they were bought; holds as they are at `at`.

    What was used and is not burned yet is no longer there: it is taken off what will burn for it.
    """
    lots = Lot.objects.filter(member_id=member_id, kind=LotKind.PAID)
    void = set(Entry.objects.filter(member_id=member_id, kind=EntryKind.VOID).values_list("lot", flat=True))
    found = with_what_is_held(lots.order_by("granted_at", "id"), member_id, at)
    taken = _about_to_burn(member_id, at)
    return [
        PaidLot(
            one.public_id, one.purchase, one.granted_at, one.expires_at, one.amount,
            one.remaining - taken.get(one.public_id, NOTHING), one.net or NOTHING, one.tax or NOTHING, one.pk,
            one.held, one.pk in void,
        )
        for one in found
    ]  # fmt: skip


def _about_to_burn(member_id: int, at: datetime) -> dict[str, Decimal]:
    """What each lot loses to use that is not burned yet."""
    unsettled = claims.amount("unsettled", member_id)
    if not unsettled:
        return {}
    lots = with_what_is_held(live_lots(member_id, at), member_id, at)
    plan = burning.plan([parcel(one) for one in lots], unsettled, at, may_owe=True)
    return {take.lot: take.amount for take in plan.takes}


def paid_balance_after(member_id: int, lot: PaidLot) -> Decimal:
    """The paid balance right after these credits came in; what had expired by then counts for nothing (16.2)."""
    came_in = Entry.objects.filter(member_id=member_id, lot=lot.number, kind=EntryKind.PURCHASE).values("sequence")
    moved = Entry.objects.filter(
        member_id=member_id, lot__kind=LotKind.PAID, lot__expires_at__gt=lot.paid_at, sequence__lte=came_in[:1]
    )
    total: Decimal | None = moved.aggregate(total=Sum("amount"))["total"]
    return total or NOTHING
