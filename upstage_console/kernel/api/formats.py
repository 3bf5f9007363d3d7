"""How amounts and instants are written outside."""

from datetime import UTC, datetime
from decimal import Decimal


def plain(amount: Decimal) -> str:
    """A decimal as text without exponent and without trailing zeros: `12.5`, `1100`."""
    text = f"{amount:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def utc(at: datetime) -> str:
    """An instant as RFC 3339 in UTC, to the microsecond where it has one: `2026-11-22T00:30:00Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
