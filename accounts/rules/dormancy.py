"""When a membership that nobody uses becomes dormant (upstage/26.2)."""

from datetime import date, timedelta
from typing import Final

from upstage_console.kernel.calendars import earliest_effective, latest_announcement, period_end, window_before
from upstage_console.kernel.clauses import enforces

YEARS_WITHOUT_USE: Final = 1
"""upstage/26.2"""

NOTICE_DAYS: Final = 30
"""upstage/26.2: so many clear days lie between the notice and the restriction (I-3)."""

ONE_DAY = timedelta(days=1)


@enforces("upstage/26.2")
def dormant_on(last_use: date) -> date:
    """The first day on which a membership last used on `last_use` is dormant: the day after the year without use."""
    return period_end(last_use, years=YEARS_WITHOUT_USE) + ONE_DAY


@enforces("upstage/26.2")
def dormant_after_notice(last_use: date, told: date) -> date:
    """The first dormant day of a member who was told on `told`: never sooner than the notice allows."""
    return max(dormant_on(last_use), earliest_effective(told, NOTICE_DAYS))


def latest_idle_day(today: date) -> date:
    """The latest day of last use that makes a membership dormant on `today`; any later use keeps it awake."""
    return window_before(today, years=YEARS_WITHOUT_USE)[0] - ONE_DAY


def latest_idle_day_to_tell(today: date) -> date:
    """The latest day of last use whose members have to be told on `today` of what comes."""
    return latest_idle_day(earliest_effective(today, NOTICE_DAYS))


def latest_notice_day(today: date) -> date:
    """The latest day of a notice that allows the restriction on `today`."""
    return latest_announcement(today, NOTICE_DAYS)
