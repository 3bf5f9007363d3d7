"""Invoices: credits first, each line rounded down once, VAT apart, due after 14 days (upstage/2.7, 18.1, 18.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.rules.rating import Rate, by_step, product
from upstage_console.kernel import money, wording
from upstage_console.kernel.calendars import Calendar
from upstage_console.kernel.clauses import Reason, enforces
from upstage_console.kernel.figures import grouped

DUE_DAYS = 14
"""A setting (rules.md, I-9); the terms leave the number of days to the invoice."""


@dataclass(frozen=True)
class Line:
    """The arithmetic of one line: what credits left of the amount, rounded down once; the rest is kept as rounding."""

    amount: Decimal
    credits: Decimal
    charged: Decimal
    rounding: Decimal


@enforces("upstage/2.7", "upstage/18.1")
def line(amount: Decimal, credits: Decimal, currency: str) -> Line:
    """One line of usage: credits first, the rest charged, rounded down to the currency's unit."""
    owed = amount - credits
    charged = money.charged(owed, currency)
    return Line(amount, credits, charged, owed - charged)


@enforces("upstage/18.2")
def due_on(issued_on: date, days: int, calendar: Calendar) -> date:
    """The last day to pay, never a Saturday, Sunday or public holiday (I-1, I-2)."""
    return calendar.extended_end(issued_on, days=days)


def explain(
    line: Line, *, quantity: Decimal, rate: Rate, unit_ko: str, unit_en: str, places: Sequence[Decimal] = ()
) -> Reason:
    """The sentence under a line, with its numbers; of a price with steps, how much of it lies in which."""
    sums = (line.amount, line.amount - line.credits, line.charged)
    whole, rest, cut = (wording.money(each, rate.currency, "ko") for each in sums)
    ko = f"{product(rate, places, 'ko')} = {whole}, "
    ko += f"크레딧 {grouped(line.credits)} 차감 = {rest} → {cut} (단위 미만 버림)"
    whole, rest, cut = (wording.money(each, rate.currency, "en") for each in sums)
    en = (
        f"{product(rate, places, 'en')} = {whole}, less {grouped(line.credits)} credits = {rest} → {cut} (rounded down)"
    )
    return Reason(
        ("upstage/2.7", "upstage/18.1"),
        f"{grouped(quantity)} {unit_ko} {ko}",
        f"{grouped(quantity)} {unit_en} {en}",
        {"quantity": quantity, "unit_price": rate.unit_price, "per": rate.per, "amount": line.amount,
         "credits": line.credits, "charged": line.charged, "rounding": line.rounding, **by_step(rate, places)},
    )  # fmt: skip
