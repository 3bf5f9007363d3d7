"""A member's lots: which are there, which burns next, which expire soon."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from credits.enums import LotSource
from credits.models import Lot
from credits.queries.holds import with_what_is_held
from credits.rules import burning, forecast
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import Reason


@dataclass(frozen=True)
class Next:
    """The lot that burns next, and why."""

    lot: Lot
    why: Reason


@dataclass(frozen=True)
class WaitingLot:
    """A paid lot behind free credits; when `needed` is used by its last day, nothing of it is lost."""

    lot: Lot
    needed: Decimal
    why: Reason


def live_lots(member_id: int, at: datetime) -> QuerySet[Lot]:
    """The lots that can pay at this instant, in no order."""
    lots: QuerySet[Lot] = Lot.objects.live(at).filter(member_id=member_id)
    return lots


def lots_in_burn_order(member_id: int, at: datetime) -> list[Lot]:
    """The lots that are live at this instant, the next to burn first (upstage/15.3), with what is held of each."""
    lots = with_what_is_held(live_lots(member_id, at), member_id, at)
    return sorted(lots, key=lambda lot: burning.burn_order(parcel(lot)))


def next_to_burn(member_id: int, at: datetime) -> Next | None:
    """The lot that burns next and why, or None where nothing is left that is not held."""
    lots = [lot for lot in lots_in_burn_order(member_id, at) if lot.spare][:2]
    if not lots:
        return None
    first, *second = map(parcel, lots)
    return Next(lots[0], burning.why_next(first, second[0] if second else None))


def coming_expiries(member_id: int, at: datetime, *, days: int = 90) -> list[Lot]:
    """The lots that expire within so many days from today (KST) with something left, the earliest first."""
    until = day_end(kst_date(at) + timedelta(days=days))
    return list(live_lots(member_id, at).filter(expires_at__lte=until).order_by("expires_at", "id"))


def waiting_paid_lots(lots: Iterable[Lot], at: datetime, *, days: int = 90) -> list[WaitingLot]:
    """Of a member's live lots those that were paid for and expire within so many days behind free credits (15.3)."""
    named = {lot.public_id: lot for lot in lots}
    until = day_end(kst_date(at) + timedelta(days=days))
    return [
        WaitingLot(named[one.lot], one.needed, one.why)
        for one in forecast.waiting(map(parcel, named.values()), at, until)
    ]


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


def with_spare_bonus(purchases: Iterable[str], at: datetime) -> list[str]:
    """Those of these purchases whose bonus has something left at this instant that no hold keeps."""
    bonus = Lot.objects.live(at).filter(~Q(purchase=""), purchase__in=list(purchases), source=LotSource.BONUS)
    spare = bonus.filter(remaining__gt=F("held")).order_by("purchase")
    return list(spare.values_list("purchase", flat=True).distinct())


def parcel(lot: Lot) -> burning.Parcel:
    """What the rules need to know of a lot."""
    return burning.Parcel(
        lot.public_id, lot.kind, lot.remaining, lot.granted_at, lot.expires_on, lot.expires_at, lot.pk, lot.held
    )
