"""Interest on late payment: simple, by days over 365, on what is unpaid with its tax (rift/7.3; Commercial Act 54)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from upstage_console.kernel import money, wording
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.figures import grouped

DAYS_OF_A_YEAR: Final = 365
STATUTORY_PERCENT: Final = Decimal(6)
"""Commercial Act, Article 54: what holds where no rate was agreed."""


@dataclass(frozen=True, slots=True)
class Paid:
    """Money that came in on a KST day, as it was put: the principal first, then interest."""

    on: date
    principal: Decimal
    interest: Decimal


@dataclass(frozen=True, slots=True)
class Stretch:
    """So many days for which so much was unpaid after the due day."""

    unpaid: Decimal
    days: int


@dataclass(frozen=True)
class Debt:
    """What is still owed on an invoice, with VAT; `accrued` is all interest so far, paid or not."""

    principal: Decimal
    interest: Decimal
    accrued: Decimal
    stretches: tuple[Stretch, ...]
    percent: Decimal
    currency: str

    @property
    def total(self) -> Decimal:
        """Everything that is due."""
        return self.principal + self.interest


@enforces("rift/7.3")
def simple_interest(stretches: Iterable[Stretch], percent: Decimal, currency: str) -> Decimal:
    """The interest of some stretches at a percentage a year of 365 days, rounded down once for all of them."""
    unpaid_days = sum((one.unpaid * one.days for one in stretches), Decimal(0))
    whole = Fraction(unpaid_days) * Fraction(percent) / (100 * DAYS_OF_A_YEAR)
    return money.charged(Decimal(int(whole / Fraction(money.CREDIT_UNIT))) * money.CREDIT_UNIT, currency)


@enforces("rift/7.3")
def debt(
    total: Decimal, due_on: date | None, paid: Iterable[Paid], *, percent: Decimal, today: date, currency: str
) -> Debt:
    """What is owed on the KST day `today`. The due day and the days before bear nothing; without one nothing is late.

    The day of a payment counts for what it pays: due on the 4th and paid on the 29th is 25 days.
    """
    known = sorted(paid, key=lambda one: one.on)
    stretches = _stretches(total, due_on, known, today) if due_on else ()
    accrued = simple_interest(stretches, percent, currency)
    principal = total - sum((one.principal for one in known), Decimal(0))
    interest = max(accrued - sum((one.interest for one in known), Decimal(0)), Decimal(0))
    return Debt(principal, interest, accrued, stretches, percent, currency)


def _stretches(total: Decimal, due_on: date, paid: Sequence[Paid], today: date) -> tuple[Stretch, ...]:
    found, left, since = [], total, due_on
    for one in paid:
        found.append(Stretch(left, (max(min(one.on, today), since) - since).days))
        left, since = left - one.principal, max(since, min(one.on, today))
    found.append(Stretch(left, (max(today, since) - since).days))
    return tuple(one for one in found if one.days and one.unpaid > 0)


def put(amount: Decimal, owed: Debt) -> tuple[Decimal, Decimal]:
    """How a payment is put: to the principal first, then to interest (rules.md, I-5)."""
    principal = min(amount, owed.principal)
    return principal, min(amount - principal, owed.interest)


def explain(owed: Debt) -> Reason:
    """The sentence that shows each stretch."""
    ko, en = (
        [wording.money(each, owed.currency, language) for each in (owed.principal, owed.accrued)]
        for language in wording.LANGUAGES
    )
    return Reason(
        ("rift/7.3",),
        f"원금 {ko[0]}, 연체 이자 {ko[1]}{_sums(owed, 'ko')}",
        f"Principal {en[0]}, interest {en[1]}{_sums(owed, 'en')}",
        {"principal": owed.principal, "interest": owed.interest, "accrued": owed.accrued, "percent": owed.percent},
    )


@enforces("rift/7.2", "rift/7.3")
def payable(days: int, percent: Decimal) -> Reason:
    """The sentence on an invoice of by when it is to be paid, and what bears interest after that day."""
    return Reason(
        ("rift/7.2", "rift/7.3"),
        f"이 청구서를 받은 날부터 {days}일 안에 지급해야 하며, 받은 날은 세지 않습니다. 기한이 지나면 지급하지 않은 "
        f"금액(부가가치세 포함)에 연 {grouped(percent)}%의 이자가 날짜대로 붙습니다.",
        f"Payable within {days} days of the day on which this invoice is received, not counting that day. What is "
        f"unpaid after that, VAT included, bears interest of {grouped(percent)}% a year, by days.",
        {"days": days, "percent": percent},
    )


def _sums(owed: Debt, language: str) -> str:
    """The arithmetic: `: ₩5,720,000 × 6% × 25/365`."""
    sums = [
        f"{wording.money(one.unpaid, owed.currency, language)} × {grouped(owed.percent)}% × {one.days}/{DAYS_OF_A_YEAR}"
        for one in owed.stretches
    ]
    return ": " + " + ".join(sums) if sums else ""
