"""Late fees: 1.5 % of what is still unpaid at the end of each completed month, not compounding (upstage/18.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from upstage_console.kernel import money, wording
from upstage_console.kernel.calendars import completed_months
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.figures import grouped

MONTHLY_RATE = Decimal("0.015")
WAIVED = {"ko": "면제", "en": "waived"}


@dataclass(frozen=True)
class Paid:
    """Money that came in on a KST day, as it was put: the principal first, then late fees."""

    on: date
    principal: Decimal
    late_fee: Decimal


@dataclass(frozen=True)
class LateMonth:
    """One completed month since the due day: what was unpaid at its end, and the fee for it."""

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
    months = tuple(
        LateMonth(end, left, money.charged(left * MONTHLY_RATE, currency))
        for end in (completed_months(due_on, today) if bears_late_fee else ())
        if (left := total - sum((one.principal for one in paid if one.on <= end), Decimal(0))) > 0
    )
    principal = total - sum((one.principal for one in paid), Decimal(0))
    settled = sum((one.late_fee for one in paid), Decimal(0)) + waived
    late_fee = max(sum((month.fee for month in months), Decimal(0)) - settled, Decimal(0))
    return Debt(principal, late_fee, months, currency, waived)


@enforces("upstage/18.2")
def put(amount: Decimal, debt: Debt) -> tuple[Decimal, Decimal]:
    """How a payment is put: to the principal first, then to late fees (rules.md, I-5)."""
    principal = min(amount, debt.principal)
    return principal, min(amount - principal, debt.late_fee)


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
