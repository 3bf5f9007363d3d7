"""How long things last after a membership (upstage/3.4 to 3.6)."""

from datetime import date

from upstage_console.kernel.calendars import Calendar, period_end
from upstage_console.kernel.clauses import enforces

GRACE_DAYS = 30
"""upstage/3.5.1"""

STATEMENT_DAYS = 30
"""upstage/3.4"""

YEARS_KEPT = 2
"""upstage/3.6"""


@enforces("upstage/3.5.1")
def credits_kept_until(left_on: date, calendar: Calendar) -> date:
    """The last day to ask to come back, and of the credits: 30 days from the completion notice (I-1).

    The member has to act within it, so it is extended over holidays (I-2).
    """
    return calendar.extended_end(left_on, days=GRACE_DAYS)


@enforces("upstage/3.4")
def statement_until(told_on: date, calendar: Calendar) -> date:
    """The last day of the statement: 30 days from receiving the notice (I-1), extended over holidays (I-2)."""
    return calendar.extended_end(told_on, days=STATEMENT_DAYS)


@enforces("upstage/3.6")
def data_kept_until(lost_on: date) -> date:
    """The last day of the data of who lost the membership, and of the bar: two years from the loss, never extended."""
    return period_end(lost_on, years=YEARS_KEPT)
