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


NOTICE_STAGES = (30, 7, 1)
"""Days before the last day on which a member is told (rules.md, 15.6)."""


@enforces("upstage/15.6")
def notice_stage(expires_on: date, today: date) -> int | None:
    """The stage to tell on `today` of credits that expire with `expires_on`: the latest whose day has come, or None.

    Credits that came in fewer days before their last than that are too young for it, and are not told.
    """
    left = (expires_on - today).days
    return min((stage for stage in NOTICE_STAGES if 0 <= left <= stage), default=None)
