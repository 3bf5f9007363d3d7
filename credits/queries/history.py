"""A member's balance through time, told from the ledger."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncDate

from credits.enums import HoldState, LotKind
from credits.models import Entry, Lot, Reservation
from credits.queries.as_of import HAPPENED
from credits.queries.balances import NOTHING
from upstage_console.kernel.calendars import day_end, day_start, kst_date
from upstage_console.kernel.clock import KST


@dataclass(frozen=True)
class DayOfBalance:
    """A member's balance when a day ended (24:00 KST)."""

    day: date
    paid: Decimal
    free: Decimal

    @property
    def total(self) -> Decimal:
        """Both kinds together."""
        return self.paid + self.free


def balance_history(member_id: int, first: date, last: date) -> list[DayOfBalance]:
    """The member's balance at the end of each day from `first` to `last` (KST), by kind.

    Told backwards from what is there: the remainders, less what has moved since. A lot counts to its last instant, and
    what a hold reserves of it to the end of the hold.
    """
    lots = list(Lot.objects.filter(member_id=member_id, spent=False))
    kinds = {str(kind): sum((lot.remaining for lot in lots if lot.kind == kind), NOTHING) for kind in LotKind}
    moved: defaultdict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for day, kind, amount in _moved_by_day(member_id, since=day_start(first)):
        moved[day, kind] += amount
        kinds[kind] -= amount
    for ends_at, kind, amount in _still_to_expire(lots, before=day_end(last)):
        moved[max(kst_date(ends_at), first), kind] -= amount
    return _run_forward(kinds, moved, first, last)


def _moved_by_day(member_id: int, *, since: datetime) -> QuerySet[Entry, tuple[date, str, Decimal]]:
    moved = Entry.objects.filter(member_id=member_id).alias(happened=HAPPENED).filter(happened__gte=since).order_by()
    return moved.values_list(TruncDate("happened", tzinfo=KST), "lot__kind").annotate(Sum("amount"))


def _still_to_expire(lots: Iterable[Lot], *, before: datetime) -> Iterator[tuple[datetime, str, Decimal]]:
    """When what is there expires: what is free with its lot, what is held with its lot or its hold, the later."""
    ending = [lot for lot in lots if lot.expires_at < before]
    for lot in ending:
        yield lot.expires_at, lot.kind, lot.spare
    held = Reservation.objects.filter(lot__in=[lot for lot in ending if lot.held], hold__state=HoldState.OPEN)
    for one in held.filter(hold__expires_at__lt=before).select_related("hold", "lot"):
        yield max(one.lot.expires_at, one.hold.expires_at), one.lot.kind, one.amount


def _run_forward(
    kinds: dict[str, Decimal], moved: Mapping[tuple[date, str], Decimal], first: date, last: date
) -> list[DayOfBalance]:
    days = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        kinds = {kind: amount + moved.get((day, kind), NOTHING) for kind, amount in kinds.items()}
        days.append(DayOfBalance(day, paid=kinds[LotKind.PAID], free=kinds[LotKind.FREE]))
    return days
