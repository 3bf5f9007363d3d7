"""How long what is kept (upstage/21.1, 3.6; E-Commerce Act Decree, Art. 6): the schedule is data, read here.

Every period leaves out the day it starts from and is not extended over holidays (rules.md, I-1 and I-2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ruamel.yaml import YAML

from upstage_console.kernel.calendars import period_end, window_before
from upstage_console.kernel.clauses import enforces

SCHEDULE: Final = Path(__file__).resolve().parent.parent / "data" / "retention.yaml"
DAYS_TO_DESTROY: Final = 5
"""Within so many days after its time is over data goes (Standard Guidelines on Personal Information, Art. 10)."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """One row of the schedule: what is kept, for how long since what, on which ground. One of the lengths is given."""

    name: str
    what_ko: str
    what_en: str
    from_ko: str
    from_en: str
    clause: str
    basis_ko: str
    basis_en: str
    kept_ko: str
    kept_en: str
    is_record: bool = False
    years: int | None = None
    months: int | None = None
    days: int | None = None
    hours: int | None = None

    def until(self, since: date) -> date:
        """The last day on which what happened on `since` is kept."""
        return period_end(since, days=self.days, months=self.months, years=self.years)


@cache
def schedule() -> Mapping[str, Keeping]:
    """Every row of the schedule by its name, in the order in which it is shown."""
    rows = YAML(typ="safe").load(SCHEDULE.read_text(encoding="utf-8"))
    return MappingProxyType({row["name"]: Keeping(**row) for row in rows})


@enforces("upstage/21.1", "upstage/3.6")
def kept_until(record: str, since: date) -> date:
    """The last day (KST) on which a record of this kind is kept; it is destroyed after it."""
    return schedule()[record].until(since)


def first_day_kept(name: str, today: date) -> date:
    """The earliest day whose records of this kind are still kept on `today`."""
    row = schedule()[name]
    return window_before(today, days=row.days, months=row.months, years=row.years)[0]
