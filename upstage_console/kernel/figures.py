"""Numbers as texts have them: exact, without exponent and without idle zeros."""

from decimal import Decimal


def plain(amount: Decimal) -> str:
    """For programs: `12.5`, `1100`."""
    return _trimmed(f"{amount:f}")


def grouped(amount: Decimal) -> str:
    """For sentences, grouped by thousands: `12.5`, `1,100`."""
    return _trimmed(f"{amount:,f}")


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
