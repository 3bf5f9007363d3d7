"""The cards of the sandbox: each behaves as its name says, always."""

from dataclasses import dataclass
from enum import Enum


class Refunds(Enum):
    """How money goes back to a test card."""

    AT_ONCE = "at_once"
    LATE = "late"
    NEVER = "never"
    LOST = "lost"


class Says(Enum):
    """What the sandbox tells the console by itself of a charge."""

    NOTHING = "nothing"
    TWICE = "twice"
    DISPUTED = "disputed"


@dataclass(frozen=True)
class TestCard:
    """A card of the sandbox: how it is registered and charged, and how money goes back to it."""

    __test__ = False  # it is none of pytest's

    name: str
    last4: str
    failure: str = ""
    times_out: bool = False
    lost: bool = False
    refunds: Refunds = Refunds.AT_ONCE
    says: Says = Says.NOTHING
    refused: bool = False
    secure: bool = False
    months: int = 36

    @property
    def token(self) -> str:
        """What the console keeps."""
        return f"tok_sandbox_{self.name}"


TEST_CARDS = {
    card.name: card
    for card in (
        TestCard("ok", "4242"),
        TestCard("declined", "0002", failure="card_declined"),
        TestCard("insufficient_funds", "9995", failure="insufficient_funds"),
        TestCard("expired", "0069", refused=True),
        TestCard("expires_soon", "0101", months=0),
        TestCard("secure", "3184", secure=True),
        TestCard("secure_each_time", "3178", secure=True, failure="authentication_required"),
        TestCard("times_out", "3155", times_out=True),
        TestCard("times_out_declined", "3220", failure="card_declined", times_out=True),
        TestCard("answers_twice", "2222", says=Says.TWICE),
        TestCard("gateway_down", "0119", lost=True),
        TestCard("refund_late", "7726", refunds=Refunds.LATE),
        TestCard("refund_fails", "5126", refunds=Refunds.NEVER),
        TestCard("refund_down", "0127", refunds=Refunds.LOST),
        TestCard("disputed", "0259", says=Says.DISPUTED),
    )
}
BY_TOKEN = {card.token: card for card in TEST_CARDS.values()}


def of_token(token: str) -> TestCard:
    """The card behind what the console keeps of it: its name, and when it expires."""
    return BY_TOKEN[token.partition("@")[0]]
