"""What is owed on an invoice and why, entry by entry: what was billed, paid, added for lateness, waived (upstage/18.2).

The entries of a statement add up to the debt that every other page tells, since they come from the same debt.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from billing.rules.late_fees import MONTHLY_RATE, Debt, LateMonth, Paid
from upstage_console.kernel import wording
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.figures import grouped


class Kind(StrEnum):
    """What an entry is."""

    BILLED = "billed"
    CREDITED = "credited"
    PAID = "paid"
    TAKEN_BACK = "taken_back"
    LATE_FEE = "late_fee"
    WAIVED = "waived"


ORDER = (Kind.BILLED, Kind.CREDITED, Kind.PAID, Kind.TAKEN_BACK, Kind.LATE_FEE, Kind.WAIVED)
"""On one day: what was paid on the last day of a month comes before the fee for it."""


@dataclass(frozen=True)
class Entry:
    """One thing that happened to a debt on a KST day, and what was owed after it."""

    on: date
    kind: Kind
    amount: Decimal
    left: Decimal
    why: Reason


@dataclass(frozen=True)
class Lowered:
    """So much was credited, or waived of the late fee, on a day; a credit note has a number."""

    on: date
    amount: Decimal
    number: str = ""


@dataclass(frozen=True)
class Bill:
    """What was billed, and what happened to it since."""

    issued_on: date
    total: Decimal
    paid: Sequence[Paid]
    credited: Sequence[Lowered]
    waived: Sequence[Lowered]


Change = tuple[date, Kind, Decimal, Reason]


@enforces("upstage/18.2")
def entries(bill: Bill, debt: Debt) -> tuple[Entry, ...]:
    """The entries of a debt in the order of their days; the last one leaves what is owed.

    Where a credit note lowered late fees that had been waived, the waiver took off less than it says.
    """
    changes = list(_changes(bill, debt))
    too_much = debt.total - sum((amount for _, _, amount, _ in changes), Decimal(0))
    changes += _waivers(bill.waived, too_much, debt.currency)
    return tuple(_running(sorted(changes, key=lambda one: (one[0], ORDER.index(one[1])))))


def _changes(bill: Bill, debt: Debt) -> Iterator[Change]:
    currency = debt.currency
    yield bill.issued_on, Kind.BILLED, bill.total, _billed(bill.total, currency)
    for one in bill.paid:
        amount = one.principal + one.late_fee
        kind, why = (
            (Kind.TAKEN_BACK, _taken_back(-amount, currency)) if amount < 0 else (Kind.PAID, _paid(one, currency))
        )
        yield one.on, kind, -amount, why
    for note in bill.credited:
        yield note.on, Kind.CREDITED, -note.amount, _credited(note, currency)
    for month in debt.months:
        yield month.ends_on, Kind.LATE_FEE, month.fee, _late(month, currency)


def _waivers(waived: Sequence[Lowered], left: Decimal, currency: str) -> Iterator[Change]:
    """What the waivers took off: together, what lies between the other entries and what is owed."""
    for let in waived:
        amount = min(let.amount, -left)
        left += amount
        yield let.on, Kind.WAIVED, -amount, _waived(let, currency)


def _running(changes: Sequence[Change]) -> Iterator[Entry]:
    left = Decimal(0)
    for on, kind, amount, why in changes:
        left += amount
        yield Entry(on, kind, amount, left, why)


def _billed(total: Decimal, currency: str) -> Reason:
    ko, en = (wording.money(total, currency, language) for language in wording.LANGUAGES)
    return Reason(("upstage/18.1",), f"청구서 총액 {ko}", f"The total of the invoice, {en}", {"total": total})


def _paid(one: Paid, currency: str) -> Reason:
    ko, en = (
        [wording.money(part, currency, language) for part in (one.principal, one.late_fee)]
        for language in wording.LANGUAGES
    )
    facts = {"principal": one.principal, "late_fee": one.late_fee}
    return Reason(
        ("upstage/18.2",),
        f"원금에 먼저 충당: 원금 {ko[0]}, 가산금 {ko[1]}",
        f"Put to the principal first: principal {en[0]}, late fee {en[1]}",
        facts,
    )


def _taken_back(amount: Decimal, currency: str) -> Reason:
    ko, en = (wording.money(amount, currency, language) for language in wording.LANGUAGES)
    return Reason(
        ("upstage/18.2", "upstage/19"),
        f"은행이 되가져가 다시 내야 할 금액 {ko}",
        f"The bank took {en} of a payment back, so it is owed again",
        {"amount": amount},
    )


def _late(month: LateMonth, currency: str) -> Reason:
    percent = grouped(MONTHLY_RATE * 100)
    ko, en = (
        [wording.money(part, currency, language) for part in (month.unpaid, month.fee)]
        for language in wording.LANGUAGES
    )
    facts = {"unpaid": month.unpaid, "fee": month.fee, "ends_on": month.ends_on}
    return Reason(
        ("upstage/18.2",),
        f"{wording.day(month.ends_on, 'ko')}까지 한 달, 그날 미납 원금 {ko[0]} × {percent}% = {ko[1]} (버림)",
        f"The month that ended on {wording.day(month.ends_on, 'en')}: {en[0]} still unpaid × {percent}% = {en[1]} "
        "(rounded down)",
        facts,
    )


def _credited(note: Lowered, currency: str) -> Reason:
    ko, en = (wording.money(note.amount, currency, language) for language in wording.LANGUAGES)
    return Reason(
        ("upstage/18.1", "upstage/20.3"),
        f"감액 청구서 {note.number}: 처음부터 내지 않아도 되었던 금액 {ko}",
        f"Credit note {note.number}: {en} that were never owed",
        {"amount": note.amount, "number": note.number},
    )


def _waived(let: Lowered, currency: str) -> Reason:
    ko, en = (wording.money(let.amount, currency, language) for language in wording.LANGUAGES)
    return Reason(("upstage/18.2",), f"가산금 면제 {ko}", f"Late fee waived, {en}", {"amount": let.amount})
