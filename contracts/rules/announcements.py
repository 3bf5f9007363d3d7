"""How long before their day changes of functions are told (rift/16.1)."""

from datetime import date

from upstage_console.kernel.calendars import earliest_effective
from upstage_console.kernel.clauses import enforces


@enforces("rift/16.1")
def is_in_time(told_on: date, effective_on: date, days: int) -> bool:
    """Whether so many clear days lie between the notice and the day it names (I-3)."""
    return effective_on >= earliest_effective(told_on, days)
