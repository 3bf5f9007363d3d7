"""What a use costs: quantity × price, at the price of its own time (upstage/17.1, 18.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext

from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.money import CREDIT_UNIT

MOST_QUANTITY = Decimal(10) ** 9
MOST_UNIT_PRICE = Decimal(10) ** 8


@dataclass(frozen=True)
class Rate:
    """A price: `unit_price` of a currency for `per` units, from a KST day on."""

    unit_price: Decimal
    per: int
    currency: str
    effective_on: date


@enforces("upstage/17.1")
def rate_in_force(rates: Iterable[Rate], on: date) -> Rate | None:
    """The rate of a KST day: the latest that has begun; None before the first."""
    begun = [rate for rate in rates if rate.effective_on <= on]
    return max(begun, key=lambda rate: rate.effective_on, default=None)


@enforces("upstage/18.1")
def amount(quantity: Decimal, unit_price: Decimal, per: int) -> Decimal:
    """quantity × price ÷ per, cut after 6 decimals, whatever the number of digits."""
    with localcontext(prec=80):
        units = quantity * unit_price / CREDIT_UNIT // per
        return (units * CREDIT_UNIT).quantize(CREDIT_UNIT)


@enforces("upstage/18.1")
def explain(quantity: Decimal, rate: Rate, *, unit_ko: str, unit_en: str) -> Reason:
    """The sentence that shows how a use was rated."""
    cost, price = amount(quantity, rate.unit_price, rate.per), plain(rate.unit_price)
    per_ko, per_en = (f" ÷ {rate.per:,}", f" ÷ {rate.per:,}") if rate.per > 1 else ("", "")
    return Reason(
        ("upstage/17.1", "upstage/18.1"),
        f"{plain(quantity)} {unit_ko} × {price} {rate.currency}{per_ko} = {plain(cost)} {rate.currency} "
        f"({rate.effective_on}부터의 단가)",
        f"{plain(quantity)} {unit_en} × {price} {rate.currency}{per_en} = {plain(cost)} {rate.currency} "
        f"(the price since {rate.effective_on})",
        {"quantity": quantity, "unit_price": rate.unit_price, "per": rate.per, "amount": cost},
    )


def plain(number: Decimal) -> str:
    """A number as a sentence shows it: grouped, without idle zeros."""
    return f"{number.normalize():,f}"
