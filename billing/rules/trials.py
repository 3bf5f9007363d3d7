"""Free trials: how long they last, and when a member can agree that use becomes paid (upstage/17.2, 17.3)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from upstage_console.kernel.calendars import day_end, kst_date, period_end
from upstage_console.kernel.clauses import enforces

AGREED_WITHIN_DAYS = 30
"""Before free use becomes paid the member agrees, at most so many days ahead (E-Commerce Act 13(6))."""

TOLD_DAYS_BEFORE = 7
"""The console's own time for the notice that a trial ends; a setting."""

MOST_DAYS = 365


@dataclass(frozen=True)
class Period:
    """A trial: from an instant to the end of its last day."""

    starts_at: datetime
    ends_on: date
    ends_at: datetime

    @property
    def paid_from(self) -> date:
        """The day that paid use starts, where the member has agreed."""
        return self.ends_on + timedelta(days=1)


@enforces("upstage/17.2", "upstage/17.3")
def period(starts_at: datetime, days: int) -> Period:
    """The day it begins is not counted (I-1): 14 days begun on 7 June end with 21 June, paid use starts on 22 June."""
    ends_on = period_end(kst_date(starts_at), days=days)
    return Period(starts_at, ends_on, day_end(ends_on))


@dataclass(frozen=True)
class Starts:
    """The KST days from which use can be paid."""

    first: date
    last: date

    def has(self, day: date) -> bool:
        """Whether a day is one of them."""
        return self.first <= day <= self.last


@enforces("upstage/17.3")
def starts(ends_on: date, today: date) -> Starts:
    """The days a member can choose who agrees today: from the day after the trial, or today where it is over.

    The last one keeps the agreement within the 30 days before use becomes paid; until the day chosen nothing is
    charged, so a later one than the terms set takes nothing from the member (I-5).
    """
    one_day = timedelta(days=1)
    return Starts(max(ends_on + one_day, today), today + timedelta(days=AGREED_WITHIN_DAYS) + one_day)


@enforces("upstage/17.3")
def may_agree_from(ends_on: date) -> date:
    """The first day on which the member can agree that use is paid after the trial."""
    return ends_on - timedelta(days=AGREED_WITHIN_DAYS)
