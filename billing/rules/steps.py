"""Steps of a price: the first units of a member's month at one price, the next at another (upstage/17.1, 18.1).

What counts is the use of the meter by one member in one calendar month in Korea, the unit in which use is measured and
charged (upstage/2.7), whatever key it was used with and whatever add-ons were chosen. Each use takes the lowest places
of the month that are free when it is taken, so a late one takes those that are left; a use keeps its places whatever
comes after it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.figures import grouped
from upstage_console.kernel.money import CREDIT_UNIT

MOST_STEPS = 20
INFINITY = Decimal("Infinity")


@dataclass(frozen=True)
class Step:
    """`price` of what is used in the month beyond `starts` units, until the next step begins."""

    starts: Decimal
    price: Decimal


def steps_of(starts: Iterable[Decimal] | None, prices: Iterable[Decimal] | None) -> tuple[Step, ...]:
    """The steps as a price keeps them; none of a price that is the same for every unit."""
    return tuple(Step(start, price) for start, price in zip(starts or (), prices or (), strict=True))


def are_steps(steps: Sequence[Step]) -> bool:
    """Whether they are steps: at least two and not too many, from 0 upwards."""
    starts = [step.starts for step in steps]
    rises = all(before < after for before, after in zip(starts, starts[1:], strict=False))
    return 2 <= len(steps) <= MOST_STEPS and starts[0] == 0 and rises


def widths(starts: Sequence[Decimal]) -> list[Decimal]:
    """How many units each step holds; the last has no end."""
    ends = [*starts[1:], INFINITY][: len(starts)]
    return [end - start for start, end in zip(starts, ends, strict=True)]


@enforces("upstage/18.1")
def fill(starts: Sequence[Decimal], used: Sequence[Decimal], quantity: Decimal) -> tuple[Decimal, ...]:
    """Which part of a use lies in which step, where `used` of each is taken: the lowest free places first."""
    found, left = [], quantity
    for width, taken in zip(widths(starts), used, strict=True):
        here = max(Decimal(0), min(left, width - taken))
        found.append(here)
        left -= here
    return tuple(found)


@enforces("upstage/18.1")
def cost(prices: Sequence[Decimal], quantities: Sequence[Decimal], per: int) -> Decimal:
    """Σ quantity of a step × its price ÷ per, cut after 6 decimals once."""
    with localcontext(prec=80):
        whole = sum((price * each for price, each in zip(prices, quantities, strict=True)), Decimal(0))
        return (whole / CREDIT_UNIT // per * CREDIT_UNIT).quantize(CREDIT_UNIT)


@enforces("upstage/18.1", "upstage/20.3")
def keep(prices: Sequence[Decimal], quantities: Sequence[Decimal], quantity: Decimal) -> tuple[Decimal, ...]:
    """What of a use stays in which step where it was less: the dearest units were never used (rules.md, I-5)."""
    gone, left = [Decimal(0)] * len(quantities), sum(quantities, Decimal(0)) - quantity
    for place in sorted(range(len(prices)), key=lambda place: (prices[place], place), reverse=True):
        gone[place] = min(left, quantities[place])
        left -= gone[place]
    return tuple(each - less for each, less in zip(quantities, gone, strict=True))


@enforces("upstage/18.1", "upstage/20.3")
def refill(
    prices: Sequence[Decimal], places: Sequence[Decimal], room: Sequence[Decimal]
) -> tuple[tuple[Decimal, ...], tuple[Decimal, ...]]:
    """Where a use lies once its units of later, dearer steps have moved to free places before; and what is free then.

    So a month costs no more after a correction than if it had been reported right (rules.md, I-5).
    """
    after, free = list(places), list(room)
    for cheap, dear in _falls(prices):
        moved = min(free[cheap], after[dear])
        after[cheap], after[dear] = after[cheap] + moved, after[dear] - moved
        free[cheap], free[dear] = free[cheap] - moved, free[dear] + moved
    return tuple(after), tuple(free)


def may_refill(prices: Sequence[Decimal], room: Sequence[Decimal]) -> bool:
    """Whether anything is free before a dearer step."""
    return any(room[cheap] for cheap, _dear in _falls(prices))


def _falls(prices: Sequence[Decimal]) -> list[tuple[int, int]]:
    """Pairs of a step and a later one that costs more, the cheapest first and for each the dearest."""
    pairs = [(one, other) for other in range(len(prices)) for one in range(other) if prices[one] < prices[other]]
    return sorted(pairs, key=lambda pair: (prices[pair[0]], -prices[pair[1]]))


def dearest(prices: Sequence[Decimal], places: Sequence[Decimal]) -> Decimal:
    """The highest price among the steps that some units lie in."""
    return max(price for price, each in zip(prices, places, strict=True) if each)


RANGES = {
    "ko": ("월 {end}까지", "월 {start} 초과 {end}까지", "월 {start} 초과"),
    "en": ("the first {end} of the month", "from {start} to {end}", "above {start}"),
}


def span(steps: Sequence[Step], place: int, language: str) -> str:
    """Which units of the month a step is for: `the first 1,000 of the month`, `above 1,000`."""
    first, middle, last = RANGES[language]
    start = grouped(steps[place].starts)
    if place == len(steps) - 1:
        return last.format(start=start)
    return (middle if place else first).format(start=start, end=grouped(steps[place + 1].starts))


@dataclass(frozen=True)
class InStep:
    """So many units at the price of a step; in both languages, which units of the month the step is for."""

    ko: str
    en: str
    starts: Decimal
    quantity: Decimal
    price: Decimal


def every(steps: Sequence[Step]) -> tuple[InStep, ...]:
    """What each step is for, and how many units it holds."""
    rooms = widths([step.starts for step in steps])
    return tuple(
        InStep(span(steps, place, "ko"), span(steps, place, "en"), step.starts, room, step.price)
        for place, (step, room) in enumerate(zip(steps, rooms, strict=True))
    )


def by_step(steps: Sequence[Step], places: Sequence[Decimal]) -> list[InStep]:
    """A quantity step by step, where any of it lies."""
    told = zip(every(steps), places, strict=True) if places else ()
    return [replace(one, quantity=each) for one, each in told if each]
