"""Availability of a month: minutes up ÷ minutes in scope, and what leaves the scope (rift/8.1, 8.2, 16.2).

Out of scope are maintenance announced in time, force majeure, what the customer caused and, where the agreement says
so, outages of third parties. Outages that overlap count once; one shorter than the agreed minimum does not count. What
is measured is exact; only what is shown is rounded, and never up.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from types import MappingProxyType

from contracts.enums.service_levels import OutageCause, Treatment
from contracts.rules.spans import Span, cut, minus, total, union
from upstage_console.kernel.calendars import ONE_DAY, bounds, kst_date, last_day
from upstage_console.kernel.clauses import enforces

SHOWN = Decimal("0.0001")
"""A percentage is shown with so many decimals, cut off: 99.49999 is not 99.5."""
WHOLE = Fraction(100)
COUNTING = frozenset({Treatment.COUNTED, Treatment.LATE_NOTICE})


@dataclass(frozen=True)
class Promise:
    """What an agreement says about measuring: percent, hours of notice, the shortest outage that counts, in minutes."""

    target: Decimal
    notice_hours: int
    minimum_minutes: int
    excludes_third_party: bool = False


@dataclass(frozen=True)
class Outage:
    """A stretch in which the service stood still; planned maintenance has the instant it was announced at."""

    name: str
    span: Span
    cause: OutageCause
    announced_at: datetime | None = None


@dataclass(frozen=True)
class Line:
    """What an outage does to a month. Of what several cover, the earliest has it, so that lines add up."""

    name: str
    treatment: Treatment
    inside: tuple[Span, ...]
    counted: timedelta
    excluded: timedelta


@dataclass(frozen=True)
class Day:
    """One day of the month: how much of it was in scope, out of scope, and down."""

    on: date
    in_scope: timedelta
    excluded: timedelta
    down: timedelta

    @property
    def share(self) -> Decimal | None:
        """The availability of the day in percent; None where nothing of it was in scope."""
        return shown(_percent(self.in_scope, self.down)) if self.in_scope else None


@dataclass(frozen=True)
class Measured:
    """A month measured."""

    whole: timedelta
    excluded: timedelta
    down: timedelta
    availability: Fraction
    is_met: bool
    lines: tuple[Line, ...]
    days: tuple[Day, ...]

    @property
    def in_scope(self) -> timedelta:
        """The time that the promise was about."""
        return self.whole - self.excluded


@enforces("rift/8.2", "rift/16.2")
def treatment(outage: Outage, promise: Promise) -> Treatment:
    """What kind of time an outage is by its cause, however long it was; announced in time is a whole notice ahead."""
    if outage.cause == OutageCause.PLANNED:
        return Treatment.ANNOUNCED if _in_time(outage, promise.notice_hours) else Treatment.LATE_NOTICE
    if outage.cause == OutageCause.THIRD_PARTY:
        return Treatment.THIRD_PARTY if promise.excludes_third_party else Treatment.COUNTED
    return CAUSES[outage.cause]


CAUSES: Mapping[OutageCause, Treatment] = MappingProxyType(
    {
        OutageCause.UNPLANNED: Treatment.COUNTED,
        OutageCause.FORCE_MAJEURE: Treatment.FORCE_MAJEURE,
        OutageCause.CUSTOMER: Treatment.CUSTOMER,
    }
)


def _in_time(outage: Outage, hours: int) -> bool:
    announced = outage.announced_at
    return announced is not None and announced + timedelta(hours=hours) <= outage.span.start


@enforces("rift/8.1")
def measure(scope: Span, outages: Iterable[Outage], promise: Promise) -> Measured:
    """The availability of a stretch (a calendar month in Korea, as far as the contract ran) with its arithmetic.

    Where nothing was in scope, nothing was missed: 100.
    """
    treated = [(outage, treatment(outage, promise)) for outage in sorted(outages, key=lambda one: one.span)]
    counting = [outage.span for outage, how in treated if how in COUNTING]
    out = union(cut((outage.span for outage, how in treated if how not in COUNTING), scope))
    long_enough = [run for run in union(counting) if run.length >= timedelta(minutes=promise.minimum_minutes)]
    down = union(minus(cut(long_enough, scope), out))
    whole, excluded, lost = scope.length, total(out), total(down)
    percent = _percent(whole - excluded, lost)
    lines = tuple(_lines(treated, scope, out, down, long_enough))
    return Measured(whole, excluded, lost, percent, percent >= promise.target, lines, tuple(_days(scope, out, down)))


def _percent(in_scope: timedelta, down: timedelta) -> Fraction:
    if not in_scope:
        return WHOLE
    second = timedelta(microseconds=1)
    return WHOLE * Fraction((in_scope - down) // second, in_scope // second)


def percent_up(in_scope: int, down: int) -> Decimal:
    """The availability as it is shown, of seconds in scope (not 0) and seconds down."""
    return shown(WHOLE * Fraction(in_scope - down, in_scope))


def shown(percent: Fraction) -> Decimal:
    """A percentage as it is shown: cut off, never rounded up."""
    return (Decimal(percent.numerator) / Decimal(percent.denominator)).quantize(SHOWN, ROUND_DOWN)


def _lines(
    treated: Sequence[tuple[Outage, Treatment]], scope: Span, out: Sequence[Span], down: Sequence[Span],
    long_enough: Sequence[Span],
) -> Iterator[Line]:  # fmt: skip
    taken: list[Span] = []
    for outage, how in treated:
        inside = cut([outage.span], scope)
        if not inside:
            continue
        free = tuple(minus(inside, taken))
        of_scope = tuple(part for hole in (out if how not in COUNTING else ()) for part in cut(free, hole))
        of_down = tuple(part for hole in (down if how in COUNTING else ()) for part in cut(free, hole))
        taken.extend([*of_scope, *of_down])
        if how in COUNTING and not cut(long_enough, outage.span):
            how = Treatment.TOO_SHORT
        yield Line(outage.name, how, inside, total(of_down), total(of_scope))


def _days(scope: Span, out: Sequence[Span], down: Sequence[Span]) -> Iterator[Day]:
    day = kst_date(scope.start)
    while scope.length and day <= last_day(scope.end):
        (inside,) = cut([Span(*bounds(day, day))], scope)
        excluded = total(cut(out, inside))
        yield Day(day, inside.length - excluded, excluded, total(cut(down, inside)))
        day += ONE_DAY
