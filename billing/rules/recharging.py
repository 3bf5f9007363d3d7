"""When auto-recharge charges, tries again and gives up (upstage/15-2.1, 15-3, 19)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from billing.enums import PurchaseMode
from upstage_console.kernel.calendars import ONE_DAY, cycle_day, month_of, months_later, next_cycle_day
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidDates

TRY_AGAIN_AFTER = (1, 3, 5)
"""Days after the first try on which a failed recharge is tried again (rules.md, section 4); then the plan pauses."""

REMIND_DAYS_BEFORE = 7
"""How many days before a renewal of an annual plan its member is reminded."""

MONTHS = {PurchaseMode.MONTHLY: 1, PurchaseMode.ANNUAL: 12}


@dataclass(frozen=True)
class Choice:
    """What a member chooses: how much (without tax), how often, on which day of the month."""

    amount: Decimal
    mode: str
    day: int


@enforces("upstage/15-2.1")
def first_on(today: date, day: int) -> date:
    """The first cycle of what is chosen today: the next such day, never today. Refuses `invalid_dates`."""
    if not 1 <= day <= 31:
        raise InvalidDates(facts={"starts_on": today, "ends_on": day})
    return next_cycle_day(today, day)


@enforces("upstage/15-2.1")
def following(starts_on: date, choice: Choice) -> date:
    """The cycle after the one that starts here: a month or a year on, on the chosen day or the month's last."""
    return cycle_day(months_later(month_of(starts_on), MONTHS[PurchaseMode(choice.mode)]), choice.day)


@enforces("upstage/15-2.1")
def due_cycles(next_on: date, choice: Choice, today: date) -> list[date]:
    """Every cycle that has begun by today, the latest last: only that one is charged, however long nothing ran."""
    begun = [next_on]
    while (later := following(begun[-1], choice)) <= today:
        begun.append(later)
    return begun


def last_day(starts_on: date, choice: Choice) -> date:
    """The last day of the cycle that starts here."""
    return following(starts_on, choice) - ONE_DAY


@enforces("upstage/15-3.1", "upstage/15-3.2")
def next_after_change(today: date, before: Choice, after: Choice, next_on: date | None) -> date:
    """From when a changed choice is charged: on the first new day after the change.

    Where only the amount changes, on the day that stood already; a cycle that has begun today is not begun anew.
    """
    same_days = (before.mode, before.day) == (after.mode, after.day)
    if same_days and next_on is not None and next_on > today:
        return next_on
    return first_on(today, after.day)


@enforces("upstage/15-2.1", "upstage/19")
def next_try(first_try_on: date, tried_on: date) -> date | None:
    """The day of the next try after a failure, counted from the first; None where there is none left."""
    days = (first_try_on + timedelta(days=days) for days in TRY_AGAIN_AFTER)
    return next((day for day in days if day > tried_on), None)
