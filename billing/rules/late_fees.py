"""Late fees: 1.5 % of what is still unpaid at the end of each completed month, not compounding (upstage/18.2).

A payment that a bank takes back is owed again from that day on. While it stood nothing was late, so a month bears its
fee on what was unpaid all through it: a debt that comes back within a month bears none for that month (rules.md, I-5).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from upstage_console.kernel import money, wording
from upstage_console.kernel.calendars import ONE_DAY, completed_months
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.figures import grouped

MONTHLY_RATE = Decimal("0.015")
WAIVED = {"ko": "면제", "en": "waived"}


@dataclass(frozen=True)
class Paid:
    """Money that came in on a KST day, as it was put: the principal first, then late fees; below 0, it went again."""

    on: date
    principal: Decimal
    late_fee: Decimal


@dataclass(frozen=True)
class LateMonth:
    """One completed month since the due day: what was unpaid to its end, and the fee for it."""

    ends_on: date
    unpaid: Decimal
    fee: Decimal


@dataclass(frozen=True)
class Debt:
    """What is still owed on an invoice, with VAT."""

    principal: Decimal
    late_fee: Decimal
    months: tuple[LateMonth, ...]
    currency: str
    waived: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """Everything that is due."""
        return self.principal + self.late_fee


@enforces("upstage/18.2")
def debt(
    total: Decimal, due_on: date, paid: Iterable[Paid], *, today: date, currency: str, waived: Decimal = Decimal(0),
    bears_late_fee: bool = True,
) -> Debt:  # fmt: skip
    """What is owed on the KST day `today`; a month counts from the day after its last.

    `waived` is what the company does not insist on of the late fees. A penalty or damages bear none: 18.2 speaks of
    unpaid fees.
    """
    paid = list(paid)
    ends = completed_months(due_on, today) if bears_late_fee else ()
    months = tuple(
        LateMonth(end, left, money.charged(left * MONTHLY_RATE, currency))
        for before, end in pairwise((due_on, *ends))
        if (left := _unpaid_throughout(before, end, total, paid)) > 0
    )
    principal = total - sum((one.principal for one in paid), Decimal(0))
    settled = sum((one.late_fee for one in paid), Decimal(0)) + waived
    late_fee = max(sum((month.fee for month in months), Decimal(0)) - settled, Decimal(0))
    return Debt(principal, late_fee, months, currency, waived)


def _unpaid_throughout(before: date, end: date, total: Decimal, paid: Sequence[Paid]) -> Decimal:
    """The least that was unpaid in the month after `before`: at its end, or just before money went again."""
    days = {one.on - ONE_DAY for one in paid if one.principal < 0 and before < one.on <= end}
    return min(_unpaid(day, total, paid) for day in (end, *days))


def _unpaid(day: date, total: Decimal, paid: Iterable[Paid]) -> Decimal:
    return total - sum((one.principal for one in paid if one.on <= day), Decimal(0))


@enforces("upstage/18.2")
def put(amount: Decimal, debt: Debt) -> tuple[Decimal, Decimal]:
    """How a payment is put: to the principal first, then to late fees (rules.md, I-5)."""
    principal = min(amount, debt.principal)
    return principal, min(amount - principal, debt.late_fee)


@enforces("upstage/18.2")
def taken_back(amount: Decimal, stands: Paid) -> tuple[Decimal, Decimal]:
    """What of a payment is owed again where a bank takes so much back: what was put last goes first (rules.md, I-5)."""
    late_fee = min(amount, stands.late_fee)
    return min(amount - late_fee, stands.principal), late_fee


def explain(debt: Debt) -> Reason:
    """The sentence that shows each month's fee."""
    ko, en = (
        [wording.money(each, debt.currency, language) for each in (debt.principal, debt.late_fee)]
        for language in wording.LANGUAGES
    )
    return Reason(
        ("upstage/18.2",),
        f"원금 {ko[0]}, 가산금 {ko[1]}{_sums(debt, 'ko')}",
        f"Principal {en[0]}, late fee {en[1]}{_sums(debt, 'en')}",
        {"principal": debt.principal, "late_fee": debt.late_fee},
    )


def _sums(debt: Debt, language: str) -> str:
    """The arithmetic of each month: `: ₩1,000 × 1.5% = ₩15 (31 Jul 2026)`."""
    percent = grouped(MONTHLY_RATE * 100)
    sums = [
        f"{wording.money(month.unpaid, debt.currency, language)} × {percent}% = "
        f"{wording.money(month.fee, debt.currency, language)} ({wording.day(month.ends_on, language)})"
        for month in debt.months
    ]
    if debt.waived:
        sums.append(f"{WAIVED[language]} −{wording.money(debt.waived, debt.currency, language)}")
    return ": " + "; ".join(sums) if sums else ""
