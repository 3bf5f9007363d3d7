"""Why a member's balance is what it is at any instant, past or coming: for the explorer, and for members themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from accounts.models import Member
from credits.enums import EntryKind
from credits.models import Entry
from credits.queries.as_of import AsOf, LotAsOf, as_of, entries_until
from credits.queries.balances import NOTHING, Balance, balance
from credits.queries.history import DayOfBalance, balance_history
from credits.rules import explaining as rules
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import Reason

DAYS_SHOWN = 60


@dataclass(frozen=True)
class LotLine:
    """A lot in the table: what came in is what was used, less what was restored, and what went or is left."""

    of: LotAsOf
    restored: Decimal

    @property
    def used(self) -> Decimal:
        """What charges burned, corrected later or not."""
        return self.of.used + self.restored

    @property
    def otherwise(self) -> Decimal:
        """What went out neither by use nor by expiry: taken back, refunded, ended, void."""
        return self.of.taken_back + self.of.refunded + self.of.ended + self.of.void


@dataclass(frozen=True)
class Explained:
    """A balance at an instant with everything it comes of."""

    at: datetime
    sum: rules.Sum
    why: Reason
    lots: tuple[LotLine, ...]
    state: AsOf
    days: list[DayOfBalance]

    @property
    def series(self) -> list[dict[str, Any]]:
        """The days as charts take them."""
        return [{"day": one.day, "paid": one.paid, "free": one.free} for one in self.days]

    @property
    def live(self) -> list[LotLine]:
        """The lots that count at that instant."""
        return [line for line in self.lots if line.of.left]

    @property
    def gone(self) -> list[LotLine]:
        """The lots of which nothing is left."""
        return [line for line in self.lots if not line.of.left]


def explain(member: Member, at: datetime, *, now: datetime) -> Explained:
    """A member's balance at `at`, as it is known at `now`; of a coming instant as things stand."""
    state = as_of(member.pk, at)
    restored = _restored(member.pk, at)
    lots = tuple(LotLine(one, restored.get(one.lot.pk, NOTHING)) for one in state.lots)
    told = _sum(member, at, state, lots, now)
    days = balance_history(member.pk, kst_date(at) - timedelta(days=DAYS_SHOWN - 1), kst_date(at))
    return Explained(at, told, rules.explained(told), lots, state, days)


def entries_explained(member: Member, at: datetime) -> QuerySet[Entry]:
    """The entries that led to the balance of an instant, the newest first."""
    return entries_until(member.pk, at)


def _sum(member: Member, at: datetime, state: AsOf, lots: tuple[LotLine, ...], now: datetime) -> rules.Sum:
    there: Balance = balance(member.pk, at) if at >= now else state.balance
    same = ("came_in", "taken_back", "refunded", "ended", "void", "expired")
    moved = {name: state.total(name) for name in same}
    moved["used"] = sum((line.used for line in lots), NOTHING)
    moved["restored"] = sum((line.restored for line in lots), NOTHING)
    return rules.Sum(
        at, member.currency, there.paid, there.free, there.held, there.unsettled, there.debt, moved, is_coming=at > now
    )


def _restored(member_id: int, at: datetime) -> dict[int, Decimal]:
    """By lot, what corrections of uses had brought back."""
    back = entries_until(member_id, at).filter(kind=EntryKind.CORRECTION, amount__gt=0).order_by()
    return dict(back.values_list("lot").annotate(Sum("amount")))
