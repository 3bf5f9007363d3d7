"""The order in which credits burn, and what a charge takes from which lot (upstage/15.3).

The database burns by one statement; these functions say the same in Python: for the pages that show what burns next and
why, and as the oracle the statement is tested against.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.wording import day

PAID = "paid"


@dataclass(frozen=True)
class Parcel:
    """What the rules need to know of a lot."""

    name: str
    kind: str
    remaining: Decimal
    granted_at: datetime
    expires_on: date
    expires_at: datetime
    number: int
    held: Decimal = Decimal(0)

    @property
    def spare(self) -> Decimal:
        """What remains and is not held."""
        return self.remaining - self.held


@dataclass(frozen=True)
class Take:
    """What a charge takes from one lot."""

    lot: str
    kind: str
    amount: Decimal


@dataclass(frozen=True)
class Plan:
    """What becomes of one charge: burned from lots, and the rest owed or the whole refused."""

    takes: tuple[Take, ...]
    owed: Decimal
    refused: bool

    @property
    def taken(self) -> Decimal:
        """The credits burned."""
        return sum((take.amount for take in self.takes), Decimal(0))


@enforces("upstage/15.3")
def burn_order(parcel: Parcel) -> tuple[bool, datetime, datetime, int]:
    """Free before paid; within a kind the earliest expiry first; then the earliest granted."""
    return parcel.kind == PAID, parcel.expires_at, parcel.granted_at, parcel.number


@enforces("upstage/15.4")
def is_live(parcel: Parcel, at: datetime) -> bool:
    """Whether the lot can pay at this instant: to the end of its last day, not at 24:00 of it."""
    return parcel.remaining > 0 and parcel.expires_at > at


def in_burn_order(parcels: Iterable[Parcel], at: datetime) -> list[Parcel]:
    """The lots that can pay at this instant, the next to burn first."""
    return sorted((parcel for parcel in parcels if is_live(parcel, at)), key=burn_order)


def plan(
    parcels: Sequence[Parcel],
    amount: Decimal,
    at: datetime,
    *,
    may_owe: bool = False,
    claimed: Decimal = Decimal(0),
) -> Plan:
    """What a charge takes. Without credit (`may_owe`), one larger than what is there is refused whole.

    What is held is not there, nor is what is `claimed`: used already and not burned yet.
    """
    live = in_burn_order(parcels, at)
    there = sum((parcel.spare for parcel in live), Decimal(0))
    if amount and not may_owe and amount > there - claimed:
        return Plan((), Decimal(0), refused=True)
    taken = min(amount, there)
    return Plan(tuple(_takes(live, taken)), amount - taken, refused=False)


@enforces("upstage/15.3")
def reservations(
    parcels: Sequence[Parcel],
    amount: Decimal,
    at: datetime,
    *,
    may_owe: bool = False,
    claimed: Decimal = Decimal(0),
) -> tuple[Take, ...] | None:
    """What a hold reserves of which lot, in burn order, or None where it is refused."""
    live = in_burn_order(parcels, at)
    there = max(sum((parcel.spare for parcel in live), Decimal(0)) - claimed, Decimal(0))
    if amount > there and not may_owe:
        return None
    return tuple(_takes(live, min(amount, there)))


def _takes(live: Iterable[Parcel], amount: Decimal) -> Iterator[Take]:
    for parcel in live:
        take = min(parcel.spare, amount)
        if take:
            yield Take(parcel.name, parcel.kind, take)
        amount -= take


@enforces("upstage/15.3")
def why_next(first: Parcel, second: Parcel | None) -> Reason:
    """Why `first` burns next, told against the lot after it."""
    if second is None:
        ko, en = "사용할 수 있는 크레딧이 이것뿐입니다.", "It is the only lot with credits left."
    elif first.kind != second.kind:
        ko, en = "무상 크레딧이 유상 크레딧보다 먼저 차감됩니다.", "Free credits burn before paid ones."
    elif first.expires_at != second.expires_at:
        this, other = first.expires_on, second.expires_on
        ko = f"같은 종류 가운데 먼저 소멸합니다: {day(this, 'ko')} (다음은 {day(other, 'ko')})."
        en = f"Of its kind it expires first: on {day(this, 'en')}, the next on {day(other, 'en')}."
    else:
        ko = f"같은 날({day(first.expires_on, 'ko')}) 소멸하는 크레딧 가운데 먼저 지급되었습니다."
        en = f"Of those that expire on {day(first.expires_on, 'en')} it was granted first."
    return Reason(("upstage/15.3",), ko, en, {"lot": first.name, "expires_on": first.expires_on})
