"""A member's credits at any instant, past or future: every lot with what came in, what went out and how, what was left.

Told from the entries and the holds alone, by when they happened: so it is the same whichever jobs have run, and equals
what stood there at that instant but for use that was reported later. The future is told as things stand.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Greatest

from credits.enums import EntryKind, LotKind
from credits.models import Entry, Hold, Lot, Reservation
from credits.queries.balances import NOTHING, Balance


@dataclass(frozen=True)
class LotAsOf:
    """A lot at an instant. What came in is the sum of all the others: `left` (of which `held` was held) and what went.

    `used` is less what corrections brought back; of a lot whose time was over only what was held is left.
    """

    lot: Lot
    is_live: bool
    came_in: Decimal
    used: Decimal
    taken_back: Decimal
    refunded: Decimal
    ended: Decimal
    void: Decimal
    expired: Decimal
    held: Decimal
    left: Decimal


@dataclass(frozen=True)
class AsOf:
    """A member's credits at an instant, lot by lot in the order in which they came in, and the holds open then."""

    at: datetime
    lots: tuple[LotAsOf, ...]
    holds: tuple[Hold, ...] = field(default=())

    @property
    def balance(self) -> Balance:
        """What there was, and what of it was held."""
        kinds = {kind: sum((one.left for one in self.lots if one.lot.kind == kind), NOTHING) for kind in LotKind}
        return Balance(kinds[LotKind.PAID], kinds[LotKind.FREE], held=self.total("held"))

    def total(self, part: str) -> Decimal:
        """The sum of a part over all lots: `came_in`, `used`, `taken_back`, `refunded`, `ended`, `void`, `expired`,
        `held`, `left`."""
        return sum((getattr(one, part) for one in self.lots), NOTHING)


def as_of(member_id: int, at: datetime) -> AsOf:
    """The member's credits as they stood, or will stand, at this instant."""
    moved = _moved(member_id, at)
    holds = tuple(_open_then(member_id, at).order_by("expires_at", "id"))
    reserved = Reservation.objects.filter(hold__in=holds, amount__gt=0).order_by()
    held = dict(reserved.values_list("lot").annotate(Sum("amount"))) if holds else {}
    lots = Lot.objects.filter(member_id=member_id, granted_at__lte=at).order_by("granted_at", "id")
    return AsOf(at, tuple(_lot(lot, moved.get(lot.pk, {}), held.get(lot.pk, NOTHING), at) for lot in lots), holds)


def entries_until(member_id: int, at: datetime) -> QuerySet[Entry]:
    """The entries that `as_of` tells of, the newest first."""
    rows: QuerySet[Any] = Entry.objects.filter(member_id=member_id).alias(happened=HAPPENED)
    return rows.filter(happened__lte=at).select_related("lot").order_by("-sequence")


# Use of a past day may be paid by credits that came in after it: no earlier than they did.
HAPPENED = Greatest("at", F("lot__granted_at"))


def _open_then(member_id: int, at: datetime) -> QuerySet[Hold]:
    still = Q(ended_at__isnull=True) | Q(ended_at__gt=at)
    rows: QuerySet[Hold] = Hold.objects.filter(still, member_id=member_id, at__lte=at, expires_at__gt=at)
    return rows


def _moved(member_id: int, at: datetime) -> dict[int, dict[str, Decimal]]:
    """By lot and kind what had moved; corrections that restored a use count as a use that was not."""
    restored = Q(kind=EntryKind.CORRECTION, charge__isnull=False)
    rows = entries_until(member_id, at).order_by().values_list("lot", "kind")
    found: dict[int, dict[str, Decimal]] = {}
    sums = rows.annotate(gone=Sum("amount", filter=~restored, default=NOTHING))
    for lot, kind, gone, back in sums.annotate(back=Sum("amount", filter=restored, default=NOTHING)):
        of_lot = found.setdefault(lot, {})
        of_lot[kind] = of_lot.get(kind, NOTHING) + gone
        of_lot[EntryKind.USE] = of_lot.get(EntryKind.USE, NOTHING) + back
    return found


def _lot(lot: Lot, moved: dict[str, Decimal], held: Decimal, at: datetime) -> LotAsOf:
    is_live = lot.expires_at > at
    out = {kind: -moved.get(kind, NOTHING) for kind in OUT}
    left = lot.amount - _sum(out.values())
    if is_live:
        expired = out[EntryKind.EXPIRY]
    else:
        expired, left = out[EntryKind.EXPIRY] + left - held, held
    return LotAsOf(
        lot, is_live, lot.amount, out[EntryKind.USE], out[EntryKind.CORRECTION], out[EntryKind.REFUND],
        out[EntryKind.BONUS_END], out[EntryKind.VOID], expired, held, left,
    )  # fmt: skip


OUT = (
    EntryKind.USE, EntryKind.CORRECTION, EntryKind.REFUND, EntryKind.BONUS_END, EntryKind.VOID, EntryKind.EXPIRY,
)  # fmt: skip


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)
