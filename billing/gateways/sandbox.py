"""The built-in gateway: deterministic test cards, and a bank side of its own to reconcile against."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from billing.errors import CardRefused
from billing.gateways.port import Card, Outcome, Said
from billing.models import SandboxCharge

SILENCE = timedelta(minutes=15)
"""How long the bank cannot say what became of a charge that timed out."""


@dataclass(frozen=True)
class TestCard:
    """A card that behaves as its name says."""

    name: str
    last4: str
    failure: str = ""
    times_out: bool = False

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
        TestCard("expired", "0069", failure="expired_card"),
        TestCard("times_out", "3155", times_out=True),
        TestCard("times_out_declined", "3220", failure="card_declined", times_out=True),
    )
}
_BY_TOKEN = {card.token: card for card in TEST_CARDS.values()}


class Sandbox:
    """Charges nobody; each test card always behaves the same."""

    code = "sandbox"

    def register(self, reference: str) -> Card:
        card = TEST_CARDS.get(reference)
        if card is None or card.name == "expired":
            raise CardRefused
        return Card(card.token, "Sandbox", card.last4)

    def charge(self, *, key: str, token: str, amount: Decimal, currency: str, at: datetime) -> Outcome:
        card = _BY_TOKEN[token]
        row, _made = SandboxCharge.objects.get_or_create(
            key=key,
            defaults={
                "token": token,
                "amount": amount,
                "currency": currency,
                "succeeded": not card.failure,
                "failure": card.failure,
                "asked_at": at,
                "known_at": at + SILENCE if card.times_out else at,
            },
        )
        return _outcome(row, at)

    def find(self, *, key: str, at: datetime) -> Outcome | None:
        row = SandboxCharge.objects.filter(key=key).first()
        return None if row is None else _outcome(row, at)


def _outcome(row: SandboxCharge, at: datetime) -> Outcome:
    if at < row.known_at:
        return Outcome(Said.UNKNOWN)
    if row.succeeded:
        return Outcome(Said.SUCCEEDED, reference=f"sandbox_{row.pk}")
    return Outcome(Said.FAILED, reference=f"sandbox_{row.pk}", failure=row.failure)
