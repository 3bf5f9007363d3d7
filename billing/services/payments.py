"""Payments through the gateway: one key each, never repeated under another, never guessed (upstage/15.2, 19).

The gateway is asked between two transactions. A crash anywhere leaves a payment open, and `reconcile` finds out what
became of it: it asks for the key and, where the gateway never heard of it, asks again under the same key.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Member
from billing import gateways
from billing.enums import PAYMENT_MOVES, PaymentPurpose, PaymentStatus
from billing.gateways import Outcome, Said
from billing.models import Payment, PaymentMethod
from billing.services import fulfilment
from upstage_console.kernel import audit
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.transitions import move

IN_FLIGHT = timedelta(minutes=2)
"""A payment younger than this may still be waiting for its first answer."""

OPEN = (PaymentStatus.CREATED, PaymentStatus.PENDING)


@dataclass(frozen=True)
class Wanted:
    """What is to be paid, by whom, for what, under which key."""

    method: PaymentMethod
    purpose: PaymentPurpose
    subject: str
    key: str
    amount: Decimal
    currency: str


def create(wanted: Wanted, *, by: Any, at: datetime) -> Payment:
    """Write the payment down, in the caller's transaction, before anybody is asked for money."""
    require_transaction()
    payment = Payment.objects.create(
        member_id=wanted.method.member_id,
        payment_method=wanted.method,
        purpose=wanted.purpose,
        subject=wanted.subject,
        key=wanted.key,
        amount=wanted.amount,
        currency=wanted.currency,
        created_at=at,
    )
    facts = {"amount": wanted.amount, "for": wanted.subject}
    audit.record("payment.created", payment, by=by, at=at, about=payment.member, facts=facts)
    return payment


def ask(payment_id: int, *, by: Any, at: datetime) -> Payment:
    """Ask the gateway for the money and settle what it says. Not inside a transaction; safe to repeat."""
    payment = _note_asked(payment_id, by, at)
    if payment.status not in OPEN:
        return payment
    method = payment.payment_method
    outcome = gateways.get(method.gateway).charge(
        key=payment.public_id, token=method.token, amount=payment.amount, currency=payment.currency, at=at
    )
    return settle(payment_id, outcome, by=by, at=at)


@transaction.atomic
def _note_asked(payment_id: int, by: Any, at: datetime) -> Payment:
    payment: Payment = Payment.objects.filter(pk=payment_id).locked().select_related("payment_method").get()
    if payment.status == PaymentStatus.CREATED:
        move(payment, PaymentStatus.PENDING, allowed=PAYMENT_MOVES, by=by, at=at, pending_at=at)
    return payment


@transaction.atomic
def settle(payment_id: int, outcome: Outcome, *, by: Any, at: datetime) -> Payment:
    """Write down what the gateway said for certain, with what it paid for; an unknown outcome changes nothing."""
    Member.objects.filter(payments=payment_id).locked().get()
    payment: Payment = Payment.objects.filter(pk=payment_id).locked().get()
    if payment.status not in OPEN or outcome.said is Said.UNKNOWN:
        return payment
    status = PaymentStatus.SUCCEEDED if outcome.said is Said.SUCCEEDED else PaymentStatus.FAILED
    facts: dict[str, Any] = {"reference": outcome.reference, "failure": outcome.failure, "settled_at": at}
    move(payment, status, allowed=PAYMENT_MOVES, by=by, at=at, reason=outcome.failure, **facts)
    fulfilment.follow(payment, by=by, at=at)
    return payment


def reconcile(*, at: datetime, limit: int = 500) -> int:
    """Settle payments whose outcome is not known yet, oldest first; returns how many were settled."""
    waiting = Payment.objects.filter(status__in=OPEN, created_at__lte=at - IN_FLIGHT).order_by("pk")
    return sum(_reconcile_one(payment, at) for payment in waiting.select_related("payment_method")[:limit])


def _reconcile_one(payment: Payment, at: datetime) -> bool:
    method = payment.payment_method
    found = gateways.get(method.gateway).find(key=payment.public_id, token=method.token, at=at)
    if found is None:
        return ask(payment.pk, by=None, at=at).status not in OPEN
    _note_asked(payment.pk, None, at)
    return settle(payment.pk, found, by=None, at=at).status not in OPEN
