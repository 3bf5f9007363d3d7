"""What a use costs: quantity × price, at the price of its own time, ± add-ons − promotions (upstage/17.1, 18.1)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext
from typing import Any, Protocol, TypeVar

from billing.enums import AddOnKind
from billing.rules import steps
from billing.rules.steps import Step
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.figures import grouped, plain
from upstage_console.kernel.money import CREDIT_UNIT
from upstage_console.kernel.wording import LANGUAGES, day, money

DIRECT = "direct"
"""The service that charges by amount are of: of no catalogue, in units of the currency itself."""
MOST_QUANTITY = Decimal(10) ** 9
MOST_UNIT_PRICE = Decimal(10) ** 8
MOST_PER = 10**9


@dataclass(frozen=True)
class Part:
    """What one thing adds to a price, or takes off it: the price of the list, an add-on, a promotion, a free trial."""

    kind: str
    code: str
    ko: str
    en: str
    price: Decimal
    percent: Decimal | None = None
    prices: tuple[Decimal, ...] = ()
    """Where the price has steps: what it adds in each; `price` is the first of them."""

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Part":
        """A part as prices keep it (migrations/sql/0022_own_prices.sql)."""
        percent = None if stored["percent"] is None else Decimal(stored["percent"])
        prices = tuple(map(Decimal, stored.get("prices", ())))
        return cls(
            stored["kind"], stored["code"], stored["ko"], stored["en"], Decimal(stored["price"]), percent, prices
        )

    def worth(self, quantity: Decimal, places: Sequence[Decimal]) -> Decimal:
        """What it adds to a use before it is divided by the units of the price; `places` are the parts by step."""
        if not self.prices:
            return quantity * self.price
        return sum((price * each for price, each in zip(self.prices, places, strict=True)), Decimal(0))


def parts_of(stored: Iterable[Mapping[str, Any]] | None) -> tuple[Part, ...]:
    """The parts of a price as it keeps them; none of a price of the list."""
    return tuple(Part.from_json(one) for one in stored or ())


@dataclass(frozen=True)
class Rate:
    """A price: `unit_price` of a currency for `per` units, from a KST day on; with its parts where it has several.

    Where it has `steps`, `unit_price` is that of the first.
    """

    unit_price: Decimal
    per: int
    currency: str
    effective_on: date
    parts: tuple[Part, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def prices(self) -> tuple[Decimal, ...]:
        """What each step costs."""
        return tuple(step.price for step in self.steps)

    def cost(self, quantity: Decimal, places: Sequence[Decimal] = ()) -> Decimal:
        """What a use costs; with `places`, which part of it lies in which step."""
        if places:
            return steps.cost(self.prices, places, self.per)
        return amount(quantity, self.unit_price, self.per)


@dataclass(frozen=True)
class PartAmount:
    """What one part of a price comes to."""

    part: Part
    amount: Decimal

    @property
    def label_ko(self) -> str:
        """What the part is called in Korean."""
        return label(self.part, "ko")

    @property
    def label_en(self) -> str:
        """What the part is called in English."""
        return label(self.part, "en")


class Dated(Protocol):
    """Whatever is in force from a KST day on, until a later one takes its place."""

    effective_on: date


P = TypeVar("P", bound=Dated)


@enforces("upstage/17.1")
def in_force(prices: Iterable[P], on: date) -> P | None:
    """The price of a KST day: the latest that has begun; None before the first."""
    begun = [price for price in prices if price.effective_on <= on]
    return max(begun, key=lambda price: price.effective_on, default=None)


@enforces("upstage/18.1")
def amount(quantity: Decimal, unit_price: Decimal, per: int) -> Decimal:
    """quantity × price ÷ per, cut after 6 decimals, whatever the number of digits."""
    with localcontext(prec=80):
        units = quantity * unit_price / CREDIT_UNIT // per
        return (units * CREDIT_UNIT).quantize(CREDIT_UNIT)


@enforces("upstage/18.1")
def amounts(
    quantity: Decimal, total: Decimal, per: int, parts: Sequence[Part], places: Sequence[Decimal] = ()
) -> list[PartAmount]:
    """What each part of the price comes to, cut after 6 decimals; the first has what that leaves. None of none.

    Of a price with steps the `places` say which part of the quantity lies in which; where they are not known any more
    the parts are not either.
    """
    if not parts or parts[0].prices and not places:
        return []
    with localcontext(prec=80):
        rest = [_cut(part.worth(quantity, places), per) for part in parts[1:]]
        return [PartAmount(part, each) for part, each in zip(parts, [total - sum(rest), *rest], strict=True)]


def _cut(value: Decimal, per: int) -> Decimal:
    return (value / CREDIT_UNIT // per * CREDIT_UNIT).quantize(CREDIT_UNIT)


def with_add_ons(unit_price: Decimal, add_ons: Iterable[tuple[str, Decimal]]) -> Decimal:
    """A price with add-ons of a kind and value: percentages are all of the price itself, none of another's result."""
    whole = unit_price
    for kind, value in add_ons:
        whole += unit_price * value / 100 if kind == AddOnKind.PERCENT else value
    return whole


@enforces("upstage/18.1", "upstage/17.2", "upstage/18.5")
def explain(
    quantity: Decimal, rate: Rate, *, unit_ko: str, unit_en: str, total: Decimal | None = None,
    places: Sequence[Decimal] = (),
) -> Reason:  # fmt: skip
    """The sentence that shows how a use was rated; `total` where it was summed up of several uses, each cut.

    Of a price with steps the `places` say which part of the quantity lies in which.
    """
    cost = rate.cost(quantity, places) if total is None else total
    found = amounts(quantity, cost, rate.per, rate.parts, places)
    ko, en = (_sum(rate, cost, found, places, language) for language in LANGUAGES)
    return Reason(
        ("upstage/17.1", "upstage/18.1", *_clauses(rate.parts)),
        f"{grouped(quantity)} {unit_ko} {ko}",
        f"{grouped(quantity)} {unit_en} {en}",
        {"quantity": quantity, "unit_price": rate.unit_price, "per": rate.per, "amount": cost, **_facts(found),
         **by_step(rate, places)},
    )  # fmt: skip


CLAUSES = {"trial": "upstage/17.2", "promotion": "upstage/18.5"}


def _clauses(parts: Iterable[Part]) -> list[str]:
    return [CLAUSES[part.kind] for part in parts if part.kind in CLAUSES]


def _facts(found: Sequence[PartAmount]) -> dict[str, Any]:
    return {"parts": {one.part.code or one.part.kind: one.amount for one in found}} if found else {}


def by_step(rate: Rate, places: Sequence[Decimal]) -> dict[str, Any]:
    """How much lies in which step, by where the step begins, as a fact; nothing of a price without steps."""
    if not places:
        return {}
    return {"steps": {plain(step.starts): each for step, each in zip(rate.steps, places, strict=True) if each}}


def _sum(
    rate: Rate, cost: Decimal, found: Sequence[PartAmount], places: Sequence[Decimal], language: str
) -> str:  # fmt: skip
    """The product, or the product of the list with what each part adds and what is left."""
    since = SINCE[language].format(day=day(rate.effective_on, language))
    if not found:
        return f"{product(rate, places, language)} = {money(cost, rate.currency, language)} {since}"
    first = f"{product(_listed(rate, found[0].part), places, language)} = "
    first += money(found[0].amount, rate.currency, language)
    more = [f"{label(one.part, language)} {signed(one.amount, rate.currency, language)}" for one in found[1:]]
    return f"{first} {since}; {', '.join(more)} = {money(cost, rate.currency, language)}"


def _listed(rate: Rate, part: Part) -> Rate:
    """The price of the list that another adds its parts to."""
    listed = [Step(step.starts, price) for step, price in zip(rate.steps, part.prices, strict=True)]
    return replace(rate, unit_price=part.price, steps=tuple(listed))


SINCE = {"ko": "({day}부터의 단가)", "en": "(the price since {day})"}


def label(part: Part, language: str) -> str:
    """What a part is called, with its percentage: `빠른 처리 +50%`."""
    name = part.ko if language == "ko" else part.en
    if part.percent is None or part.kind == "trial":
        return name
    return f"{name} {'+' if part.percent > 0 else '−'}{grouped(abs(part.percent))}%"


def signed(amount: Decimal, currency: str, language: str) -> str:
    """An amount that is added or taken off."""
    return f"{'+' if amount >= 0 else ''}{money(amount, currency, language)}"


def product(rate: Rate, places: Sequence[Decimal], language: str) -> str:
    """`× ₩12 ÷ 1,000`; of a price with steps how much of the use is at which: `= 1,000 × ₩10 (…) + 500 × ₩8 (…)`."""
    divided = f" ÷ {rate.per:,}" if rate.per > 1 else ""
    if not rate.steps:
        return f"× {money(rate.unit_price, rate.currency, language)}{divided}"
    if not places:
        return UNKNOWN[language]
    terms = [
        f"{grouped(each)} × {money(step.price, rate.currency, language)}{divided} "
        f"({steps.span(rate.steps, place, language)})"
        for place, (step, each) in enumerate(zip(rate.steps, places, strict=True))
        if each
    ]
    return f"= {' + '.join(terms) or 0}"


UNKNOWN = {"ko": "× 단계별 단가", "en": "at the prices of its steps"}
"""Of uses that lie in files by now; their sum is what it was."""
