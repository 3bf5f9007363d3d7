"""What Stripe tells by itself: its signature proved, and only what is needed of it read."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import stripe

from billing.enums import DisputeStatus, EventAbout
from billing.errors import ForgedEvent, UnreadableEvent
from billing.gateways.port import Disputed, Event, Outcome, Said
from billing.gateways.stripe_words import charged, major_units, refunded, requires_action

HEADER = "Stripe-Signature"
TOLERANCE = timedelta(minutes=5)
"""A signature is good for this long; what comes later is a replay. Stripe signs each new delivery anew."""

DISPUTES = {"won": DisputeStatus.WON, "warning_closed": DisputeStatus.WON, "prevented": DisputeStatus.WON,
            "lost": DisputeStatus.LOST}  # fmt: skip


def parse(body: bytes, headers: Mapping[str, str], *, secrets: Sequence[str], at: datetime) -> Event:
    """What a message says. Refuses `forged_event`, `unreadable_event`."""
    header = headers.get(HEADER, "")
    if not any(_is_signed(body, header, secret) for secret in secrets) or abs(at - _signed_at(header)) > TOLERANCE:
        raise ForgedEvent
    try:
        told = json.loads(body)
        thing = stripe.StripeObject.construct_from(told["data"]["object"], None)
        return _read(told["type"])(told, thing)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableEvent from error


def key_of(thing: Any) -> str:
    """Our key, as we gave it to Stripe with what we asked for."""
    return getattr(getattr(thing, "metadata", None), "key", "")


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, header, secret)
    except (stripe.SignatureVerificationError, UnicodeDecodeError):
        return False
    return True


def _signed_at(header: str) -> datetime:
    stamps = [part[2:] for part in header.split(",") if part.startswith("t=")]
    return datetime.fromtimestamp(int(stamps[0]), UTC)


def _read(kind: str) -> Callable[[Mapping[str, Any], Any], Event]:
    if kind.startswith("charge.dispute."):
        return _dispute
    if kind.startswith("refund."):
        return _refund
    if kind in ("payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled"):
        return _charge
    return _setup if kind in ("checkout.session.completed", "checkout.session.expired") else _other


def _common(told: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": told["id"], "happened_at": datetime.fromtimestamp(told["created"], UTC)}


def _charge(told: Mapping[str, Any], intent: Any) -> Event:
    outcome = Outcome(Said.UNKNOWN) if requires_action(intent) else charged(intent)
    return Event(**_common(told), about=EventAbout.CHARGE, key=key_of(intent), reference=intent.id, outcome=outcome,
                 **_money(intent))  # fmt: skip


def _refund(told: Mapping[str, Any], refund: Any) -> Event:
    return Event(**_common(told), about=EventAbout.REFUND, key=key_of(refund), outcome=refunded(refund),
                 reference=refund.payment_intent or "", **_money(refund))  # fmt: skip


def _setup(told: Mapping[str, Any], session: Any) -> Event:
    return Event(**_common(told), about=EventAbout.SETUP, key=session.client_reference_id or "", reference=session.id)


def _dispute(told: Mapping[str, Any], dispute: Any) -> Event:
    due_by = getattr(getattr(dispute, "evidence_details", None), "due_by", None)
    disputed = Disputed(
        reference=dispute.id,
        amount=major_units(dispute.amount, dispute.currency.upper()),
        reason=dispute.reason,
        status=DISPUTES.get(dispute.status, DisputeStatus.OPEN),
        evidence_by=datetime.fromtimestamp(due_by, UTC) if due_by else None,
    )
    return Event(**_common(told), about=EventAbout.DISPUTE, reference=dispute.payment_intent or "", dispute=disputed,
                 **_money(dispute))  # fmt: skip


def _other(told: Mapping[str, Any], thing: Any) -> Event:
    return Event(**_common(told), about=EventAbout.OTHER)


def _money(thing: Any) -> dict[str, Any]:
    currency = thing.currency.upper()
    return {"amount": major_units(thing.amount, currency), "currency": currency}
