"""The slow way: minute by minute, over a calendar that is asked for each of them."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from contracts.enums.cases import SupportDays
from contracts.rules.calendars import SupportCalendar, Window
from contracts.rules.spans import Span
from upstage_console.kernel.clock import KST

MINUTE = timedelta(minutes=1)


def kst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=KST)


def hours(*texts: str) -> tuple[Window, ...]:
    return tuple(Window.parse(text) for text in texts)


def minutes_of(span: Span) -> Iterator[datetime]:
    at = span.start
    while at < span.end:
        yield at
        at += MINUTE


def is_open(calendar: SupportCalendar, at: datetime) -> bool:
    """Whether support is open in the minute that begins at this instant."""
    local = at.astimezone(KST)
    day, minute = local.date(), local.hour * 60 + local.minute
    windows = calendar.exceptions.get(day)
    if windows is None:
        is_day = calendar.days == SupportDays.ALL or calendar.public.is_business_day(day)
        windows = calendar.windows if is_day else ()
    return any(window.opens <= minute < window.closes for window in windows)


def covers(spans: Iterable[Span], at: datetime) -> bool:
    return any(span.start <= at < span.end for span in spans)
