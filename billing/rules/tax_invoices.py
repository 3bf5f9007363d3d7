"""When tax invoices are due, and what they cannot be without (rules.md; VAT Act, Articles 32 and 34)."""

from datetime import date

from accounts.rules.membership import is_business_number
from upstage_console.kernel.calendars import Calendar, months_later

ISSUED_BY_DAY = 10
"""Of the month after the supply."""


def issue_by(month: date, calendar: Calendar) -> date:
    """The 10th of the next month, or the next day that is no Saturday, Sunday or public holiday."""
    return calendar.extended(months_later(month, 1).replace(day=ISSUED_BY_DAY))


def missing(*, numbers: tuple[str, str], names: tuple[str, str], representatives: tuple[str, str],
            addresses: tuple[str, str]) -> list[str]:  # fmt: skip
    """What is missing of the supplier and the recipient (in this order), by name; a wrong check digit counts."""
    parts = {
        "number": [is_business_number(one) for one in numbers], "name": [bool(one.strip()) for one in names],
        "representative": [bool(one.strip()) for one in representatives],
        "address": [bool(one.strip()) for one in addresses],
    }  # fmt: skip
    sides = ("supplier", "recipient")
    return [f"{side}_{name}" for name, there in parts.items() for side, is_there in zip(sides, there, strict=True)
            if not is_there]  # fmt: skip
