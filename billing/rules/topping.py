"""Topping up when the balance runs low: how often, and when it stops by itself (the house's own safety)."""

from datetime import datetime, timedelta

MOST_A_DAY = 5
"""More than so many times on one day nobody is charged."""

WAIT_AFTER_DECLINE = (timedelta(hours=1), timedelta(days=1))
"""How long it waits after the first decline in a row, and after the second."""


def next_after_decline(declines: int, at: datetime) -> datetime | None:
    """When it is tried again after so many declines in a row; None where it goes off."""
    return at + WAIT_AFTER_DECLINE[declines - 1] if declines <= len(WAIT_AFTER_DECLINE) else None
