"""Numbers as texts have them: exact, without exponent and without idle zeros."""

import re
from decimal import Decimal

PLAIN_DIGITS = re.compile(r"[0-9]{1,40}(\.[0-9]{1,40})?")
"""How an amount or a quantity comes in as text: no sign, no exponent, no grouping, no digits of other scripts."""


def plain(amount: Decimal) -> str:
    """For programs: `12.5`, `1100`."""
    return _trimmed(f"{amount:f}")


def grouped(amount: Decimal, least: int = 0) -> str:
    """For sentences, grouped by thousands, with at least so many decimals: `12.5`, `1,100`, `1,100.00`."""
    text = _trimmed(f"{amount:,f}")
    if not least:
        return text
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<{least}}"


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
