"""What the terms themselves say about topics that documents may speak of, each number named after its clause."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from contracts.rules.contracts import TERM_YEARS

CURE_DAYS: Final = 30
"""rift/15.2: a material breach is to be cured within 30 days of the demand."""

LIABILITY_MONTHS: Final = 12
"""rift/17.3: the cap is what was paid in the last 12 months."""


@dataclass(frozen=True, slots=True)
class Said:
    """A value, and the clause that says it."""

    value: Any
    clause: str


TERMS_SAY: Final[Mapping[str, Said]] = {
    "cure_days": Said(CURE_DAYS, "rift/15.2"),
    "liability_months": Said(LIABILITY_MONTHS, "rift/17.3"),
    "term_years": Said(TERM_YEARS, "rift/15.1"),
}
"""What else documents speak of, such as the days to pay, the terms leave open."""
