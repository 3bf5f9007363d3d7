"""What a use costs: quantity × price, at the price of its own time (upstage/17.1, 18.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import Protocol, TypeVar

from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.figures import grouped
from upstage_console.kernel.money import CREDIT_UNIT
from upstage_console.kernel.wording import LANGUAGES, day, money

DIRECT = "direct"
"""The service that charges by amount are of: of no catalogue, in units of the currency itself."""
MOST_QUANTITY = Decimal(10) ** 9
MOST_UNIT_PRICE = Decimal(10) ** 8
MOST_PER = 10**9


@dataclass(frozen=True)
class Rate:
    """A price: `unit_price` of a currency for `per` units, from a KST day on."""

    unit_price: Decimal
    per: int
    currency: str
    effective_on: date


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
def explain(quantity: Decimal, rate: Rate, *, unit_ko: str, unit_en: str) -> Reason:
    """The sentence that shows how a use was rated."""
    cost = amount(quantity, rate.unit_price, rate.per)
    ko, en = (_product(rate, cost, language) for language in LANGUAGES)
    return Reason(
        ("upstage/17.1", "upstage/18.1"),
        f"{grouped(quantity)} {unit_ko} × {ko} ({day(rate.effective_on, 'ko')}부터의 단가)",
        f"{grouped(quantity)} {unit_en} × {en} (the price since {day(rate.effective_on, 'en')})",
        {"quantity": quantity, "unit_price": rate.unit_price, "per": rate.per, "amount": cost},
    )


def _product(rate: Rate, cost: Decimal, language: str) -> str:
    divided = f" ÷ {rate.per:,}" if rate.per > 1 else ""
    return f"{money(rate.unit_price, rate.currency, language)}{divided} = {money(cost, rate.currency, language)}"
