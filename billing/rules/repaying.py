"""When an upheld refund is paid, what its delay costs, and by when requests are reviewed (upstage/20.1, 20.3, 20.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from upstage_console.kernel import money
from upstage_console.kernel.calendars import Calendar
from upstage_console.kernel.clauses import enforces

REVIEW_BUSINESS_DAYS = 7
"""upstage/20.3"""

FIRST_PAYING_DAY = 3
LAST_PAYING_DAY = 5
"""upstage/20.4: from the third to the fifth business day."""

CONSUMERS_BUSINESS_DAYS = 3
"""upstage/20.1.1 with the E-Commerce Act, Article 18(2)."""

DELAY_RATE = Decimal("0.15")
"""A year; E-Commerce Act, Article 18(2), and its Enforcement Decree, Article 21-3."""

DAYS_OF_A_YEAR = 365


@dataclass(frozen=True)
class PayingDays:
    """The first and the last KST day on which the money goes back."""

    first: date
    last: date


@enforces("upstage/20.3")
def review_by(received: date, calendar: Calendar) -> date:
    """The last of the seven business days from the day after receipt (I-4)."""
    return calendar.business_days_after(received, REVIEW_BUSINESS_DAYS)


@enforces("upstage/20.4", "upstage/20.1.1")
def paying_days(upheld: date, calendar: Calendar, *, is_withdrawal: bool) -> PayingDays:
    """From the 3rd to the 5th business day; a consumer's withdrawal at once, by the 3rd at the latest."""
    if is_withdrawal:
        return PayingDays(upheld, calendar.business_days_after(upheld, CONSUMERS_BUSINESS_DAYS))
    return PayingDays(
        calendar.business_days_after(upheld, FIRST_PAYING_DAY), calendar.business_days_after(upheld, LAST_PAYING_DAY)
    )


@enforces("upstage/20.4")
def after_set_off(totals: Sequence[Decimal], set_off: Decimal) -> list[Decimal]:
    """What of each line of a refund goes back in money: what was set off comes off the first ones."""
    left, parts = set_off, []
    for total in totals:
        less = min(left, total)
        left -= less
        parts.append(total - less)
    return parts


@enforces("upstage/20.1.1")
def delay_interest(total: Decimal, pay_by: date, paid_on: date, currency: str) -> Decimal:
    """15 % a year on what was paid late, by days from the day after `pay_by`; nothing where it was in time."""
    late = max((paid_on - pay_by).days, 0)
    return money.paid_back(total * DELAY_RATE * late / DAYS_OF_A_YEAR, currency)
