"""How long a changed API keeps its old form, and how early its end is announced (upstage/12-2)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from accounts.errors import ApiNoticeTooShort
from upstage_console.kernel.calendars import day_start, earliest_effective, period_end
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidDates

DAYS_THE_OLD_STAYS: Final = 30
"""upstage/12-2.2"""
CLEAR_DAYS_BEFORE_THE_END: Final = 30
"""upstage/12-2.4, in clear days (rules.md, I-3)"""


@enforces("upstage/12-2.2", "upstage/12-2.6")
def old_until(changed_on: date, *, is_beta: bool) -> date | None:
    """The last day (KST) on which the specification before the change still answers; none is owed for a beta."""
    return None if is_beta else period_end(changed_on, days=DAYS_THE_OLD_STAYS)


@enforces("upstage/12-2.4", "upstage/12-2.6")
def earliest_end(announced_on: date, *, is_beta: bool) -> date:
    """The earliest first day (KST) without the version, announced on that day; a beta may end at once."""
    return announced_on if is_beta else earliest_effective(announced_on, CLEAR_DAYS_BEFORE_THE_END)


def require_notice(announced_on: date, ends_on: date, *, is_beta: bool) -> date:
    """The earliest lawful end; refuses `notice_too_short` for one before it, `invalid_dates` for a day that is over."""
    if ends_on < announced_on:
        raise InvalidDates(facts={"starts_on": announced_on, "ends_on": ends_on})
    earliest = earliest_end(announced_on, is_beta=is_beta)
    if ends_on < earliest:
        raise ApiNoticeTooShort(facts={"days": CLEAR_DAYS_BEFORE_THE_END, "earliest": earliest})
    return earliest


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a version as its answers announce it."""

    version: str
    announced_at: datetime
    ends_on: date
    successor: str

    @property
    def ends_at(self) -> datetime:
        """The first instant without the version: 00:00 in Korea."""
        return day_start(self.ends_on)
