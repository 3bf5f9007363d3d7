"""How long a member who left can come back (upstage/3.5.1)."""

from datetime import date

from accounts.rules.retention import schedule
from upstage_console.kernel.calendars import Calendar
from upstage_console.kernel.clauses import enforces


@enforces("upstage/3.5.1")
def credits_kept_until(left_on: date, calendar: Calendar) -> date:
    """The last day to ask to come back, and of the credits: 30 days from the completion notice (I-1).

    The member has to act within it, so it is extended over holidays (I-2).
    """
    return calendar.extended(schedule()["grace"].until(left_on))
