"""Stripe's objects in the words of the port."""

from datetime import date
from decimal import Decimal
from typing import Any

from billing.gateways.port import Card, Outcome, Said
from upstage_console.kernel.calendars import month_end
from upstage_console.kernel.money import decimals_of


def minor_units(amount: Decimal, currency: str) -> int:
    """An amount as Stripe counts it: in the smallest unit of the currency."""
    return int(amount.scaleb(decimals_of(currency)))


def major_units(amount: int, currency: str) -> Decimal:
    """An amount that Stripe counted, as we write it."""
    return Decimal(amount).scaleb(-decimals_of(currency))


def card_of(customer: str, method: Any) -> Card:
    """A card, valid through the last day of its month."""
    card = method.card
    expires_on = month_end(date(card.exp_year, card.exp_month, 1))
    return Card(f"{customer}/{method.id}", card.brand.title(), card.last4, expires_on)


def requires_action(intent: Any) -> bool:
    """Whether a charge stops until somebody confirms it at their bank."""
    return bool(intent.status == "requires_action")


def charged(intent: Any) -> Outcome:
    """What became of a charge."""
    if intent.status == "succeeded":
        return Outcome(Said.SUCCEEDED, intent.id)
    if intent.status in ("requires_payment_method", "canceled"):
        return Outcome(Said.FAILED, intent.id, _failure(intent))
    return Outcome(Said.UNKNOWN)


def _failure(intent: Any) -> str:
    """Why a charge failed. What is called off is what its bank wants confirmed: nothing else is."""
    error = getattr(intent, "last_payment_error", None)
    told = getattr(error, "decline_code", None) or getattr(error, "code", None)
    return told or ("authentication_required" if intent.status == "canceled" else "card_declined")


def refunded(refund: Any) -> Outcome:
    """What became of a refund; one that its bank still works on is not known yet."""
    if refund.status == "succeeded":
        return Outcome(Said.SUCCEEDED, refund.id)
    if refund.status in ("failed", "canceled"):
        return Outcome(Said.FAILED, refund.id, getattr(refund, "failure_reason", None) or "refund_failed")
    return Outcome(Said.UNKNOWN)
