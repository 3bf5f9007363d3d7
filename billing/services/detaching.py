"""A card that is not used here any more is forgotten by its gateway as well (upstage/19, 21).

Removing a card never waits for that: the gateway is told after the commit, and told again where it cannot be reached,
or while a payment of the card is still open. What was tried too often is shown to staff with the messages that failed.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from billing import gateways
from billing.errors import PaymentRunning
from billing.models import Payment, PaymentMethod
from billing.services import payments
from upstage_console.kernel import audit, clock, outbox
from upstage_console.kernel.clauses import enforces

TOPIC: Final = "card_detach"
CLAUSES: Final = ("upstage/19",)


def ask(methods: Iterable[PaymentMethod], *, at: datetime) -> None:
    """Have these cards forgotten, each once, in the caller's transaction; those without a token are no gateway's."""
    cards = [method for method in methods if method.token and method.detached_at is None]
    messages = [
        (card.public_id, {"payment_method": card.public_id, "gateway": card.gateway, "token": card.token})
        for card in cards
    ]
    outbox.put_all(TOPIC, messages, at=at)


@outbox.deliverer(TOPIC)
def deliver(payload: Mapping[str, Any]) -> None:
    """Tell the gateway; whatever this raises, the message is tried again."""
    name, at = payload["payment_method"], clock.now()
    if Payment.objects.filter(payment_method__public_id=name, status__in=payments.OPEN).exists():
        raise PaymentRunning
    gateways.get(payload["gateway"]).detach(key=name, token=payload["token"], at=at)
    _note(name, at)


@enforces("upstage/19")
@transaction.atomic
def _note(name: str, at: datetime) -> None:
    """Of whoever was destroyed meanwhile nothing more is told than the instant."""
    method: PaymentMethod = PaymentMethod.objects.locked().get_public(name)
    if method.detached_at is not None:
        return
    method.detached_at = at
    method.save(update_fields=["detached_at"])
    if method.token:
        audit.record("payment_method.detached", method, by=None, at=at, about=method.member, clauses=CLAUSES)
