"""How long credits live (upstage/15.4)."""

from datetime import date, datetime

from upstage_console.kernel.calendars import day_end, kst_date, period_end
from upstage_console.kernel.clauses import enforces

YEARS_OF_PAID_CREDITS = 5
"""upstage/15.4"""


@enforces("upstage/15.4")
def paid_credits_end(paid_at: datetime) -> date:
    """The last day of paid credits: five years from the payment date, the day of payment left out (I-1)."""
    return period_end(kst_date(paid_at), years=YEARS_OF_PAID_CREDITS)


@enforces("upstage/15.4")
def expires_at(last_day: date) -> datetime:
    """The instant credits end: 24:00 of their last day in Korea. A printed date never moves (I-2)."""
    return day_end(last_day)
