"""The cards of the sandbox: each behaves as its name says, always."""

from dataclasses import dataclass
from enum import Enum


class Refunds(Enum):
    """How money goes back to a test card."""

    AT_ONCE = "at_once"
    LATE = "late"
    NEVER = "never"
    LOST = "lost"


@dataclass(frozen=True)
class TestCard:
    """A card of the sandbox: how it is charged, and how money goes back to it."""

    __test__ = False  # of pytest

    name: str
    last4: str
    failure: str = ""
    times_out: bool = False
    lost: bool = False
    refunds: Refunds = Refunds.AT_ONCE
    refused: bool = False

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
        TestCard("times_out", "3155", times_out=True),
        TestCard("times_out_declined", "3220", failure="card_declined", times_out=True),
        TestCard("gateway_down", "0119", lost=True),
        TestCard("refund_late", "7726", refunds=Refunds.LATE),
        TestCard("refund_fails", "5126", refunds=Refunds.NEVER),
        TestCard("refund_down", "0127", refunds=Refunds.LOST),
    )
}
BY_TOKEN = {card.token: card for card in TEST_CARDS.values()}
