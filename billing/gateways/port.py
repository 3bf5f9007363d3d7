"""What a payment gateway is to the console: it registers cards, charges once per key, and remembers what it did."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Protocol


class Said(Enum):
    """What the gateway knows of a charge."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """The gateway's answer; `UNKNOWN` (a time-out) is neither success nor failure."""

    said: Said
    reference: str = ""
    failure: str = ""


@dataclass(frozen=True)
class Card:
    """A registered card, as much of it as may be kept."""

    token: str
    brand: str
    last4: str


class Gateway(Protocol):
    """The port; every adapter keeps its promises."""

    code: str

    def register(self, reference: str) -> Card:
        """The card behind the reference that the gateway's own form handed back. Refuses `card_refused`."""

    def charge(self, *, key: str, token: str, amount: Decimal, currency: str, at: datetime) -> Outcome:
        """Charge a card once for `key`: the same key again gives the first charge's outcome."""

    def find(self, *, key: str, at: datetime) -> Outcome | None:
        """What became of the charge with this key, or None where the gateway never received it."""
