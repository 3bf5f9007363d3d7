"""Payment gateways behind one port."""

from django.conf import settings

from billing.gateways.port import Card, Disputed, Event, Gateway, NewCard, Outcome, Said, Setup
from billing.gateways.sandbox import Sandbox
from billing.gateways.stripe import Stripe
from billing.gateways.test_cards import TEST_CARDS

_GATEWAYS: dict[str, Gateway] = {gateway.code: gateway for gateway in (Sandbox(), Stripe())}
CODES = frozenset(_GATEWAYS)


def current() -> Gateway:
    """The gateway that new cards are registered with."""
    return _GATEWAYS[settings.PAYMENT_GATEWAY]


def get(code: str) -> Gateway:
    """The gateway that an earlier card or payment belongs to."""
    return _GATEWAYS[code]


__all__ = [
    "CODES",
    "TEST_CARDS",
    "Card",
    "Disputed",
    "Event",
    "Gateway",
    "NewCard",
    "Outcome",
    "Said",
    "Setup",
    "current",
    "get",
]
