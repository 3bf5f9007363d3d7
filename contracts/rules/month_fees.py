"""What fees come to in some days of a contract: one line a fee, rounded down once (rift/7.1, 14.3; I-7).

A monthly fee is shared out by the days of each calendar month. A change order counts from its day, a promotion to the
end of its last day, and a user on each day at whose end the seat exists.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Final

from upstage_console.kernel import money, wording
from upstage_console.kernel.calendars import ONE_DAY, month_end
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.figures import grouped

WHOLE: Final = 100
NOTHING: Final = Decimal(0)

Stretch = tuple[date, int]
"""Days that are alike: the first, and how many."""
Band = tuple[Decimal, Decimal | None, Decimal]


@dataclass(frozen=True, slots=True)
class Change:
    """Another amount from a day on, as both sides agreed."""

    from_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Promotion:
    """So many percent off the monthly fees, from the first to the last day."""

    from_on: date
    until_on: date
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """The price of a unit for those after the first so many."""

    after: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Taken:
    """A seat by the days at whose end it exists; without a last day it still does."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Used:
    """What was used on a day."""

    on: date
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Priced:
    """An amount as it was agreed, with what changed it."""

    amount: Decimal
    changes: tuple[Change, ...] = ()
    promotions: tuple[Promotion, ...] = field(default=())

    def on(self, day: date) -> Decimal:
        """The amount that holds on a day."""
        held = [one for one in self.changes if one.from_on <= day]
        return held[-1].amount if held else self.amount

    def percent_off(self, day: date) -> Decimal:
        """What promotions take off on a day, at most all of it."""
        off = sum((one.percent for one in self.promotions if one.from_on <= day <= one.until_on), NOTHING)
        return min(off, Decimal(WHOLE))

    @property
    def edges(self) -> list[date]:
        """The days from which on the amount or what is taken off may be another one."""
        begun = [one.from_on for one in self.changes] + [one.from_on for one in self.promotions]
        return begun + [one.until_on + ONE_DAY for one in self.promotions]


@dataclass(frozen=True, slots=True)
class Part:
    """Some days of one month at one amount: `number` times (users), less a promotion."""

    amount: Decimal
    off: Decimal
    number: int
    days: int
    of: int

    @property
    def value(self) -> Fraction:
        """What it comes to, exactly."""
        amount, unit = self.amount.as_integer_ratio()
        percent, part = (WHOLE - self.off).as_integer_ratio()
        return Fraction(amount * percent * self.number * self.days, unit * part * WHOLE * self.of)


@dataclass(frozen=True, slots=True)
class Billed:
    """One line: its amount to 6 decimals, what is charged of it, what rounding took, and why."""

    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    charged: Decimal
    rounding: Decimal
    reason: Reason


@enforces("rift/7.1", "rift/14.3")
def flat(price: Priced, first: date, last: date, currency: str) -> Billed:
    """A flat fee for the days `first` to `last`, each month shared out by its days."""
    parts = _parts(price, _stretches(first, last, price.edges), lambda day: 1)
    return _line(parts, Decimal(1), price.on(first), currency)


@enforces("rift/7.1", "rift/14.3")
def seats(price: Priced, taken: Sequence[Taken], first: date, last: date, currency: str) -> Billed:
    """A fee per user and month: each seat counts on each day at whose end it exists."""

    def number(day: date) -> int:
        return sum(1 for one in taken if one.first <= day and (one.last is None or day <= one.last))

    edges = [one.first for one in taken] + [one.last + ONE_DAY for one in taken if one.last is not None]
    parts = _parts(price, _stretches(first, last, price.edges + edges), number)
    days = sum(part.number * part.days for part in parts)
    return _line(parts, Decimal(days), price.on(first), currency)


def _parts(price: Priced, stretches: Iterable[Stretch], number: Callable[[date], int]) -> list[Part]:
    """The stretches of one month, one amount, one promotion and one number; neighbours that are alike are one."""
    told = [((price.on(day), price.percent_off(day), number(day), month_end(day)), days) for day, days in stretches]
    return [
        Part(amount, off, count, sum(days for _, days in some), month.day)
        for (amount, off, count, month), some in groupby(told, key=itemgetter(0))
    ]


def _stretches(first: date, last: date, edges: Iterable[date]) -> Iterator[Stretch]:
    """The days from the first to the last, cut at these edges and between months."""
    cuts = {first, *(day for day in edges if first < day <= last)}
    month = month_end(first) + ONE_DAY
    while month <= last:
        cuts.add(month)
        month = month_end(month) + ONE_DAY
    for day, until in pairwise([*sorted(cuts), last + ONE_DAY]):
        yield day, (until - day).days


@enforces("rift/7.1")
def usage(
    price: Priced, used: Iterable[Used], *, included: Decimal, steps: Sequence[Step], currency: str
) -> Billed:  # fmt: skip
    """What a month's units come to: the included ones are free, and from each step on its price holds.

    Units count in the order of their days, so a change order holds for what is used from its day on.
    """
    whole, count, paid = Fraction(0), NOTHING, []
    in_order = sorted(used, key=lambda use: use.on)
    for price_then, some in groupby(in_order, key=lambda use: price.on(use.on)):
        units_then = sum((use.quantity for use in some), NOTHING)
        for low, high, amount in _bands(price_then, included, steps):
            units = _overlap(count, count + units_then, low, high)
            whole += Fraction(units) * Fraction(amount)
            paid += [(units, amount)] if units else []
        count += units_then
    reason = _why_usage(count, min(included, count), paid, currency)
    return _rounded(whole, count, price.amount, reason, currency)


def _bands(amount: Decimal, included: Decimal, steps: Sequence[Step]) -> list[Band]:
    """From how many units to how many which price holds, after the included ones."""
    edges = [(NOTHING, amount), *((step.after, step.amount) for step in sorted(steps, key=lambda one: one.after))]
    ends = [edge[0] for edge in edges[1:]] + [None]
    found = [(max(low, included), high, price) for (low, price), high in zip(edges, ends, strict=True)]
    return [band for band in found if band[1] is None or band[0] < band[1]]


def _overlap(start: Decimal, end: Decimal, low: Decimal, high: Decimal | None) -> Decimal:
    return max(min(end, high if high is not None else end) - max(start, low), NOTHING)


@enforces("rift/7.1")
def once(amount: Decimal, currency: str) -> Billed:
    """A fixed price or a start-up fee: all of it, once."""
    ko, en = (wording.money(amount, currency, language) for language in wording.LANGUAGES)
    reason = Reason(("rift/7.1",), f"{ko}, 한 번 청구합니다.", f"{en}, billed once.", {"amount": amount})
    return _rounded(Fraction(amount), Decimal(1), amount, reason, currency)


def _line(parts: Sequence[Part], quantity: Decimal, unit_price: Decimal, currency: str) -> Billed:
    whole = sum((part.value for part in parts), Fraction(0))
    reason = _why_days(parts, currency)
    return _rounded(whole, quantity, unit_price, reason, currency)


def _rounded(whole: Fraction, quantity: Decimal, unit_price: Decimal, reason: Reason, currency: str) -> Billed:
    amount = Decimal(whole // Fraction(money.CREDIT_UNIT)) * money.CREDIT_UNIT
    charged = money.charged(amount, currency)
    return Billed(quantity, unit_price, amount, charged, amount - charged, reason)


# The sentences


def _why_days(parts: Sequence[Part], currency: str) -> Reason:
    ko, en = (" + ".join(_said_parts(parts, currency, language)) for language in wording.LANGUAGES)
    is_reduced = any(part.off for part in parts)
    clauses = ("rift/7.1", "rift/14.3") if is_reduced else ("rift/7.1",)
    told = [{"amount": part.amount, "off": part.off, "number": part.number, "days": part.days, "of": part.of}
            for part in parts]  # fmt: skip
    return Reason(clauses, f"{ko} (단위 미만 버림)", f"{en} (rounded down)", {"parts": told})


def _said_parts(parts: Sequence[Part], currency: str, language: str) -> list[str]:
    """Equal whole months stand together: `₩520,000 × 12 months`."""
    keyed = [(part.amount, part.off, part.number, None if part.days == part.of else (part.days, part.of))
             for part in parts if part.number]  # fmt: skip
    said = [_said(*key, len(list(some)), currency, language) for key, some in groupby(keyed)]
    return said or [wording.money(NOTHING, currency, language)]


def _said(
    amount: Decimal, off: Decimal, number: int, days: tuple[int, int] | None, times: int, currency: str, language: str
) -> str:  # fmt: skip
    words = {"ko": ("명", "개월"), "en": (" users", " months")}[language]
    text = wording.money(amount, currency, language)
    text += f" × {number}{words[0]}" if number != 1 else ""
    text += f" × {grouped(WHOLE - off)}%" if off else ""
    if days is not None:
        return f"{text} × {days[0]}/{days[1]}"
    return text if times == 1 else f"{text} × {times}{words[1]}"


def _why_usage(count: Decimal, free: Decimal, paid: Sequence[tuple[Decimal, Decimal]], currency: str) -> Reason:
    merged = [
        (sum((units for units, _ in some), NOTHING), amount) for amount, some in groupby(paid, key=lambda one: one[1])
    ]
    said = {
        language: " + ".join(f"{grouped(units)} × {wording.money(amount, currency, language)}"
                             for units, amount in merged) or wording.money(NOTHING, currency, language)
        for language in wording.LANGUAGES
    }  # fmt: skip
    return Reason(
        ("rift/7.1",), f"사용 {grouped(count)}, 무료 {grouped(free)}: {said['ko']} (단위 미만 버림)",
        f"{grouped(count)} used, {grouped(free)} included: {said['en']} (rounded down)",
        {"quantity": count, "included": free,
         "parts": [{"units": units, "amount": amount} for units, amount in merged]},
    )  # fmt: skip


def taken_days(from_on: date, until_on: date | None) -> Taken:
    """A seat given and taken back on these days: the day it is taken back no longer counts."""
    return Taken(from_on, None if until_on is None else until_on - ONE_DAY)
