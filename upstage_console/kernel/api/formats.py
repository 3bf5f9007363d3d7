"""How instants are written outside."""

from datetime import UTC, datetime


def utc(at: datetime) -> str:
    """An instant as RFC 3339 in UTC, to the microsecond where it has one: `2026-11-22T00:30:00Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
