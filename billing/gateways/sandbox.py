"""The built-in gateway: deterministic test cards, and a bank side of its own to reconcile against."""

from datetime import datetime, timedelta
from decimal import Decimal

from billing.errors import CardRefused
from billing.gateways.port import Card, Outcome, Said
from billing.gateways.test_cards import BY_TOKEN, TEST_CARDS, Refunds, TestCard
from billing.models import SandboxCharge, SandboxRefund
from billing.models.sandbox import SandboxRow

SILENCE = timedelta(minutes=15)
"""How long the bank cannot say what became of money whose answer timed out."""

OUTAGE = timedelta(hours=1)
"""How long the gateway is down for a card that meets it so; what it was asked meanwhile never arrived."""

REFUND_LATE = timedelta(days=1)
"""How long money that goes back late is under way."""


class Sandbox:
    """Moves nobody's money; each test card always behaves the same."""

    code = "sandbox"

    def register(self, reference: str, *, at: datetime) -> Card:
        card = TEST_CARDS.get(reference)
        if card is None or card.refused:
            raise CardRefused
        return Card(card.token, "Sandbox", card.last4)

    def charge(self, *, key: str, token: str, amount: Decimal, currency: str, at: datetime) -> Outcome:
        card = BY_TOKEN[token]
        row, _made = SandboxCharge.objects.get_or_create(
            key=key,
            defaults={
                "token": token,
                "amount": amount,
                "currency": currency,
                "succeeded": not card.failure,
                "failure": card.failure,
                "asked_at": at,
                **_when_known(card, at),
            },
        )
        return _outcome(_received(row, at), at)

    def find(self, *, key: str, token: str, at: datetime) -> Outcome | None:
        return _found(SandboxCharge.objects.filter(key=key, token=token).first(), at)

    def refund(self, *, key: str, reference: str, amount: Decimal, currency: str, at: datetime) -> Outcome:
        charge = SandboxCharge.objects.get(pk=reference.removeprefix("sandbox_"))
        how = BY_TOKEN[charge.token].refunds
        row, _made = SandboxRefund.objects.get_or_create(
            key=key,
            defaults={
                "charge": charge,
                "amount": amount,
                "currency": currency,
                "succeeded": how is not Refunds.NEVER,
                "failure": "expired_or_canceled_card" if how is Refunds.NEVER else "",
                "asked_at": at,
                **_when_back(how, at),
            },
        )
        return _outcome(_received(row, at), at)

    def find_refund(self, *, key: str, reference: str, at: datetime) -> Outcome | None:
        return _found(SandboxRefund.objects.filter(key=key).first(), at)


def _when_known(card: TestCard, at: datetime) -> dict[str, object]:
    if card.lost:
        return {"known_at": at + OUTAGE, "lost": True}
    return {"known_at": at + SILENCE if card.times_out else at}


def _when_back(how: Refunds, at: datetime) -> dict[str, object]:
    if how is Refunds.LOST:
        return {"known_at": at + OUTAGE, "lost": True}
    return {"known_at": at + REFUND_LATE if how is Refunds.LATE else at}


def _received(row: SandboxRow, at: datetime) -> SandboxRow:
    """What never arrived while the gateway was down arrives when it is asked again."""
    if row.lost and at >= row.known_at:
        row.lost, row.asked_at, row.known_at = False, at, at
        row.save(update_fields=["lost", "asked_at", "known_at"])
    return row


def _found(row: SandboxRow | None, at: datetime) -> Outcome | None:
    if row is None or row.lost and at >= row.known_at:
        return None
    return _outcome(row, at)


def _outcome(row: SandboxRow, at: datetime) -> Outcome:
    if at < row.known_at:
        return Outcome(Said.UNKNOWN)
    if row.succeeded:
        return Outcome(Said.SUCCEEDED, reference=f"sandbox_{row.pk}")
    return Outcome(Said.FAILED, reference=f"sandbox_{row.pk}", failure=row.failure)
