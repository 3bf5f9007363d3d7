"""Instants in addresses: what somebody asks for in a form, in Korean time."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext_lazy

from upstage_console.kernel.calendars import day_end, day_start, kst_date
from upstage_console.kernel.clock import KST

FARTHEST_YEARS = 10


def instant_of(text: str, now: datetime) -> datetime:
    """The instant of `2026-11-22T14:03` (Korean time where it names no zone); a day means its end. Else now."""
    try:
        found: Any = parse_datetime(text) if "T" in text or " " in text else parse_date(text)
    except ValueError:
        return now
    if found is None:
        return now
    if not isinstance(found, datetime):
        found = day_end(found) - timedelta(microseconds=1) if 1900 <= found.year < 9999 else now
    at: datetime = found if found.tzinfo else found.replace(tzinfo=KST)
    return at if abs(at.year - now.year) <= FARTHEST_YEARS else now


def field_of(at: datetime) -> str:
    """As the field of a form has it: in Korean time, to the second."""
    return at.astimezone(KST).strftime("%Y-%m-%dT%H:%M:%S")


def shortcuts(now: datetime) -> list[tuple[Any, str]]:
    """Instants that are often asked for."""
    today = day_start(kst_date(now))
    month = kst_date(now).replace(day=1)
    return [
        (gettext_lazy("Now"), ""),
        (gettext_lazy("Start of today"), field_of(today)),
        (gettext_lazy("A week ago"), field_of(now - timedelta(days=7))),
        (gettext_lazy("Start of the month"), field_of(day_start(month))),
        (gettext_lazy("In 30 days"), field_of(now + timedelta(days=30))),
    ]
