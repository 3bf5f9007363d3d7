"""Money: exact decimals with their currency, and the few ways of rounding them (reading I-7).

Rounding never goes in the company's favour: what is charged is rounded down, what is paid back half up, VAT down. Each
function rounds once, at the end; what rounding took is for the caller to store. How amounts look is not decided here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import total_ordering
from types import MappingProxyType
from typing import Self

from upstage_console.kernel.errors import InvalidAmount, MixedCurrencies, UnknownCurrency

CURRENCIES: Mapping[str, Decimal] = MappingProxyType({"KRW": Decimal("1"), "USD": Decimal("0.01")})
"""The currencies of the accounts, each with its unit: the smallest amount that can be charged."""

CREDIT_UNIT = Decimal("0.000001")
"""Credits and rated usage keep 6 decimals."""

LIMIT = Decimal(10) ** 18
"""Amounts stay below it: with 6 decimals they, and the sums of thousands of them, are exact in 28 digits."""


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of one currency, not rounded. Sums and comparisons of two refuse `mixed_currencies`."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        unit_of(self.currency)
        object.__setattr__(self, "amount", exact(self.amount))

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in this currency: the start of a sum."""
        return cls(Decimal(0), currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        return Money(self.amount * exact(factor), self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def _same(self, other: "Money") -> Decimal:
        if self.currency != other.currency:
            raise MixedCurrencies(facts={"one": self.currency, "other": other.currency})
        return other.amount


def unit_of(currency: str) -> Decimal:
    """The smallest amount that can be charged. Refuses `unknown_currency`."""
    if currency not in CURRENCIES:
        raise UnknownCurrency(facts={"currency": currency})
    return CURRENCIES[currency]


def decimals_of(currency: str) -> int:
    """How many decimals an amount that is charged has. Refuses `unknown_currency`."""
    return -int(unit_of(currency).as_tuple().exponent)


def exact(amount: Decimal | int) -> Decimal:
    """The amount as a decimal. Floats are a `TypeError`; NaN, infinities and what reaches `LIMIT` are refused."""
    if isinstance(amount, bool) or not isinstance(amount, Decimal | int):
        raise TypeError(f"an amount is a Decimal, not a {type(amount).__name__}")
    amount = Decimal(amount)
    if not amount.is_finite() or abs(amount) >= LIMIT:
        raise InvalidAmount(facts={"amount": amount})
    return amount


def charged(amount: Decimal, currency: str) -> Decimal:
    """What a line charges: rounded down to the currency's unit, once per line (a deduction, below 0, grows)."""
    return exact(amount).quantize(unit_of(currency), ROUND_FLOOR)


def paid_back(amount: Decimal, currency: str) -> Decimal:
    """What is paid back: rounded half up to the currency's unit."""
    return exact(amount).quantize(unit_of(currency), ROUND_HALF_UP)


def vat(net: Decimal, currency: str, rate: Decimal) -> Decimal:
    """The tax on a net amount, at a rate such as `Decimal("0.1")`: rounded down to the currency's unit."""
    return charged(exact(net) * exact(rate), currency)


def credit(amount: Decimal) -> Decimal:
    """An amount of credits or of rated usage: cut after 6 decimals."""
    return exact(amount).quantize(CREDIT_UNIT, ROUND_DOWN)


def split(
    total: Decimal, weights: Sequence[Decimal | int], currency: str, *, unit: Decimal | None = None
) -> list[Decimal]:
    """Share a total out by weight, in whole units of the currency (for credits, of `unit`); no unit is lost or made.

    Each share is rounded down; the units left over go to the largest remainders, the earlier first. Refuses
    `invalid_amount` for a total that is no whole number of units, for a negative weight, and where all weights are 0.
    """
    unit = unit or unit_of(currency)
    units, parts = Fraction(exact(total)) / Fraction(unit), [Fraction(exact(weight)) for weight in weights]
    if units.denominator != 1 or not any(parts) or min(parts) < 0:
        raise InvalidAmount(facts={"amount": total})
    return [share * unit for share in _apportioned(int(units), parts)]


def _apportioned(units: int, weights: Sequence[Fraction]) -> list[int]:
    """Largest remainders; a negative total is the mirror of the positive one."""
    if units < 0:
        return [-share for share in _apportioned(-units, weights)]
    whole = sum(weights)
    quotas = [units * weight / whole for weight in weights]
    shares = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(quotas)), key=lambda index: shares[index] - quotas[index])
    for index in by_remainder[: units - sum(shares)]:
        shares[index] += 1
    return shares
