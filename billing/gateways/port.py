"""What a payment gateway is to the console: it registers cards, charges and pays back once per key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Protocol

from billing.enums import DisputeStatus, EventAbout


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


@dataclass(frozen=True)
class NewCard:
    """What a gateway's own form needs: our name of the registration, whose card it will be, and the way back.

    `choice` is the test card, where the gateway is the sandbox.
    """

    key: str
    email: str
    language: str
    back_url: str
    choice: str = ""


@dataclass(frozen=True)
class Setup:
    """A registration that the gateway has begun; where the holder goes on, unless the card is there already."""

    reference: str
    url: str = ""


@dataclass(frozen=True)
class Disputed:
    """What a bank says of a charge that its holder disputes."""

    reference: str
    amount: Decimal
    reason: str
    status: DisputeStatus
    evidence_by: datetime | None = None


@dataclass(frozen=True)
class Event:
    """What a gateway tells by itself, proved to come from it: about what of ours (`key`) or of its own (`reference`).

    `amount` and `currency` are those of the charge or refund, to be compared with ours.
    """

    id: str
    about: EventAbout
    happened_at: datetime
    key: str = ""
    reference: str = ""
    outcome: Outcome = Outcome(Said.UNKNOWN)
    amount: Decimal | None = None
    currency: str = ""
    dispute: Disputed | None = None


class Gateway(Protocol):
    """The port; every adapter keeps its promises. What does not get through is an unknown outcome, never an error."""

    code: str

    def begin(self, card: NewCard) -> Setup:
        """Begin to register a card, once for its key. Refuses `card_refused`, `gateway_unreachable`."""

    def register(self, reference: str, *, at: datetime) -> Card:
        """The card behind a registration. Refuses `card_refused`, `card_waits` (its holder has not confirmed it yet),
        `gateway_unreachable`."""

    def detach(self, *, key: str, token: str, at: datetime) -> None:
        """Forget a card: nothing more is charged to it. What it paid can still go back. A repeat is nothing.

        Refuses `gateway_unreachable`.
        """

    def charge(self, *, key: str, token: str, amount: Decimal, currency: str, at: datetime) -> Outcome:
        """Charge a card once for `key`: the same key again gives the first charge's outcome."""

    def find(self, *, key: str, token: str, at: datetime) -> Outcome | None:
        """What became of the charge of this card with this key, or None where the gateway never received it."""

    def refund(self, *, key: str, reference: str, amount: Decimal, currency: str, at: datetime) -> Outcome:
        """Pay `amount` of the charge `reference` back, once for `key`, to the card that it came from."""

    def find_refund(self, *, key: str, reference: str, at: datetime) -> Outcome | None:
        """What became of the refund with this key, or None where the gateway never received it."""

    def parse(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> Event:
        """What a message says, once its signature proved who sent it. Refuses `forged_event`, `unreadable_event`."""
