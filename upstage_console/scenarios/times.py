"""How scenarios write days, months and moments: in Korean time unless an offset is given."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from upstage_console.kernel.calendars import months_later
from upstage_console.kernel.clock import KST

Day = TypeVar("Day", date, datetime)

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MONTH = re.compile(r"\d{4}-\d{2}")
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[ T](\d{1,2}:\d{2}(?::\d{2})?) ?(Z|[+-]\d{2}:?\d{2})?")
MOVE = re.compile(r"\+(\d+)(mo|d|h)")


def read_day(text: str) -> date | None:
    """`2026-02-10`, else None."""
    return _safely(date.fromisoformat, text) if DAY.fullmatch(text) else None


def read_month(text: str) -> date | None:
    """`2027-04` as its first day, else None."""
    return _safely(date.fromisoformat, f"{text}-01") if MONTH.fullmatch(text) else None


def read_moment(text: str) -> datetime | None:
    """`2026-02-10` (its 00:00), `2026-02-10 12:00`, or with an offset; aware, in UTC; else None."""
    if day := read_day(text):
        return datetime.combine(day, time(), KST).astimezone(UTC)
    if not (found := MOMENT.fullmatch(text)):
        return None
    day_text, clock_text, offset = found.groups()
    moment = _safely(datetime.fromisoformat, f"{day_text}T{clock_text:0>5}{offset or ''}")
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=KST)).astimezone(UTC)


def is_move(text: str) -> bool:
    return MOVE.fullmatch(text) is not None


def moved(now: datetime, text: str) -> datetime:
    """`now` moved by `+3d`, `+2h` or `+1mo` (the same day of a later month, or its last)."""
    found = MOVE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    count, unit = int(found[1]), found[2]
    if unit == "mo":
        local = now.astimezone(KST)
        return datetime.combine(months_later(local.date(), count), local.timetz()).astimezone(UTC)
    return now + (timedelta(days=count) if unit == "d" else timedelta(hours=count))


def written(moment: datetime) -> str:
    """`2026-02-10 12:00` in Korean time; seconds only where there are any."""
    local = moment.astimezone(KST)
    return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")


def _safely(parse: Callable[[str], Day], text: str) -> Day | None:
    try:
        return parse(text)
    except ValueError:
        return None
