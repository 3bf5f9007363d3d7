"""What a payment gateway is to the console: it registers cards, charges and pays back once per key."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Protocol


class Said(Enum):
    """What the gateway knows of a charge or of money paid back."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """The gateway's answer; `UNKNOWN` (a time-out, a gateway that is down) is neither success nor failure."""

    said: Said
    reference: str = ""
    failure: str = ""


@dataclass(frozen=True)
class Card:
    """A registered card, as much of it as may be kept."""

    token: str
    brand: str
    last4: str
    expires_on: date | None = None


class Gateway(Protocol):
    """The port; every adapter keeps its promises. What does not get through is an unknown outcome, never an error."""

    code: str

    def register(self, reference: str, *, at: datetime) -> Card:
        """The card behind the reference that the gateway's own form handed back. Refuses `card_refused`."""

    def charge(self, *, key: str, token: str, amount: Decimal, currency: str, at: datetime) -> Outcome:
        """Charge a card once for `key`: the same key again gives the first charge's outcome."""

    def find(self, *, key: str, token: str, at: datetime) -> Outcome | None:
        """What became of the charge of this card with this key, or None where the gateway never received it."""

    def refund(self, *, key: str, reference: str, amount: Decimal, currency: str, at: datetime) -> Outcome:
        """Pay `amount` of the charge `reference` back, once for `key`, to the card that it came from."""

    def find_refund(self, *, key: str, reference: str, at: datetime) -> Outcome | None:
        """What became of the refund with this key, or None where the gateway never received it."""
