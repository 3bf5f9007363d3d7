"""Formats that only the back office needs."""

from datetime import date, datetime
from typing import Any

from django import template

from upstage_console.kernel.clock import KST
from upstage_console.web.templatetags.formats import day, moment

register = template.Library()


@register.filter
def hour(value: datetime) -> str:
    """The time of day in Korea: 14:30."""
    return f"{value.astimezone(KST):%H:%M}"


@register.filter
def written(value: Any) -> Any:
    """Whatever a fact is: instants and days as people write them, everything else as it is."""
    if isinstance(value, datetime):
        return moment(value)
    return day(value) if isinstance(value, date) else value
