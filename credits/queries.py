"""What there is to know of a member's credits, for pages, the admin and the API alike: each a fixed number of queries.

An expired lot counts for nothing from its last instant on, whether its entry is posted or not.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from credits.enums import EntryKind, LotKind
from credits.models import Account, Entry, Lot
from credits.rules import burning, ledger
from upstage_console.kernel.calendars import day_end, day_start, kst_date
from upstage_console.kernel.clauses import Reason
from upstage_console.kernel.clock import KST

NOTHING = Decimal("0.000000")

# `balance(...).total` for statements of upper apps that have to answer in one round trip: put in who and when.
USABLE = """
    SELECT coalesce(sum(lot.remaining), 0) FROM credits_lot AS lot
    WHERE lot.member_id = {member} AND NOT lot.spent AND lot.expires_at > {at}
"""


@dataclass(frozen=True)
class Balance:
    """What a member can use, in the account's currency, to 6 decimals."""

    paid: Decimal
    free: Decimal

    @property
    def total(self) -> Decimal:
        """Both kinds together."""
        return self.paid + self.free


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


@dataclass(frozen=True)
class Next:
    """The lot that burns next, and why."""

    lot: Lot
    why: Reason


@dataclass(frozen=True)
class DayOfBalance:
    """What a member could use when a day ended (24:00 KST)."""

    day: date
    paid: Decimal
    free: Decimal

    @property
    def total(self) -> Decimal:
        """Both kinds together."""
        return self.paid + self.free


def live_lots(member_id: int, at: datetime) -> QuerySet[Lot]:
    """The lots that can pay at this instant, in no order."""
    lots: QuerySet[Lot] = Lot.objects.live(at).filter(member_id=member_id)
    return lots


def balance(member_id: int, at: datetime) -> Balance:
    """What the member can use at `at`."""
    found = dict(live_lots(member_id, at).order_by().values_list("kind").annotate(Sum("remaining")))
    return Balance(paid=found.get(LotKind.PAID, NOTHING), free=found.get(LotKind.FREE, NOTHING))


def lots_in_burn_order(member_id: int, at: datetime) -> list[Lot]:
    """The lots that can pay at this instant, the next to burn first (upstage/15.3)."""
    return sorted(live_lots(member_id, at), key=lambda lot: burning.burn_order(parcel(lot)))


def next_to_burn(member_id: int, at: datetime) -> Next | None:
    """The lot that burns next and why, or None where nothing is left."""
    lots = lots_in_burn_order(member_id, at)[:2]
    if not lots:
        return None
    first, *second = map(parcel, lots)
    return Next(lots[0], burning.why_next(first, second[0] if second else None))


def coming_expiries(member_id: int, at: datetime, *, days: int = 90) -> list[Lot]:
    """The lots that expire within so many days from today (KST) with something left, the earliest first."""
    until = day_end(kst_date(at) + timedelta(days=days))
    return list(live_lots(member_id, at).filter(expires_at__lte=until).order_by("expires_at", "id"))


def all_lots(member_id: int) -> QuerySet[Lot]:
    """Every lot a member ever had, the newest first."""
    lots: QuerySet[Lot] = Lot.objects.filter(member_id=member_id).order_by("-id")
    return lots


def lot(member_id: int, public_id: str) -> Lot:
    """One lot of this member; a stranger's is `not_found`."""
    found: Lot = Lot.objects.filter(member_id=member_id).get_public(public_id)
    return found


def lots_of_purchase(purchase: str) -> list[Lot]:
    """What a purchase brought: its paid lot, and its bonus."""
    return list(Lot.objects.filter(~Q(purchase=""), purchase=purchase).order_by("id"))


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


def entries(member_id: int) -> QuerySet[Entry]:
    """A member's ledger with its lots, the newest first; slice it or page it by `sequence`."""
    rows: QuerySet[Entry] = Entry.objects.filter(member_id=member_id).select_related("lot").order_by("-sequence")
    return rows


def entries_of_charge(member_id: int, charge: UUID) -> list[Entry]:
    """Which lots, and so which purchases, paid for a charge."""
    return list(entries(member_id).filter(charge=charge).order_by("sequence"))


def entries_of_lot(lot: Lot) -> QuerySet[Entry]:
    """A lot's whole life, the newest first."""
    rows: QuerySet[Entry] = Entry.objects.filter(lot=lot, member_id=lot.member_id).select_related("lot")
    return rows.order_by("-sequence")


def movements_but_uses(member_id: int, before: datetime) -> QuerySet[Entry]:
    """What came in or expired before an instant, the newest first."""
    rows = entries(member_id).exclude(kind=EntryKind.USE).filter(at__lt=before)
    return rows.select_related("lot", "by").order_by("-at", "-sequence")


def explained(entry: Entry) -> Reason:
    """Why an entry was written, with its arithmetic; the entry comes with its lot."""
    return ledger.explained(
        ledger.Movement(
            kind=entry.kind,
            amount=entry.amount,
            balance_before=entry.balance_before,
            balance=entry.balance,
            lot_kind=entry.lot.kind,
            lot_remaining=entry.lot_remaining,
            expires_on=entry.lot.expires_on,
            clauses=tuple(entry.clauses),
            note=entry.note,
            purchase=entry.lot.purchase,
            net=entry.lot.net,
            tax=entry.lot.tax,
        )
    )


def account(member_id: int) -> Account | None:
    """The member's account, or None before the first credits."""
    found: Account | None = Account.objects.filter(pk=member_id).first()
    return found


def balance_history(member_id: int, first: date, last: date) -> list[DayOfBalance]:
    """What the member could use at the end of each day from `first` to `last` (KST), by kind.

    Told backwards from what is there: the remainders, less what has moved since. A lot counts to its last instant.
    """
    lots = Lot.objects.filter(member_id=member_id, spent=False)
    kinds = {str(kind): NOTHING for kind in LotKind}
    kinds |= dict(lots.order_by().values_list("kind").annotate(Sum("remaining")))
    moved: defaultdict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for day, kind, amount in _moved_by_day(member_id, since=day_start(first)):
        moved[day, kind] += amount
        kinds[kind] -= amount
    for lot in lots.filter(expires_at__lt=day_end(last)):
        moved[max(kst_date(lot.expires_at), first), lot.kind] -= lot.remaining
    return _run_forward(kinds, moved, first, last)


def _moved_by_day(member_id: int, *, since: datetime) -> QuerySet[Entry, tuple[date, str, Decimal]]:
    moved = Entry.objects.filter(member_id=member_id, at__gte=since).order_by()
    return moved.values_list(TruncDate("at", tzinfo=KST), "lot__kind").annotate(Sum("amount"))


def _run_forward(
    kinds: dict[str, Decimal], moved: Mapping[tuple[date, str], Decimal], first: date, last: date
) -> list[DayOfBalance]:
    days = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        kinds = {kind: amount + moved.get((day, kind), NOTHING) for kind, amount in kinds.items()}
        days.append(DayOfBalance(day, paid=kinds[LotKind.PAID], free=kinds[LotKind.FREE]))
    return days


def parcel(lot: Lot) -> burning.Parcel:
    """What the rules need to know of a lot."""
    return burning.Parcel(
        lot.public_id, lot.kind, lot.remaining, lot.granted_at, lot.expires_on, lot.expires_at, lot.pk
    )
