"""Payments through the gateway: one key each, never repeated under another, never guessed (upstage/15.2, 19).

The gateway is asked between two transactions. A crash anywhere leaves a payment open, and `reconcile` finds out what
became of it: it asks for the key and, where the gateway never heard of it, asks again under the same key.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from accounts.models import Member
from billing import gateways
from billing.enums import PAYMENT_MOVES, PaymentPurpose, PaymentStatus
from billing.gateways import Outcome, Said
from billing.models import Payment, PaymentMethod
from billing.services import fulfilment, in_turn
from upstage_console.kernel import audit
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone
from upstage_console.kernel.transitions import move

IN_FLIGHT = timedelta(minutes=2)
"""A payment younger than this may still be waiting for its first answer."""

LONGEST_KEY: Final = 100
"""What a caller names a payment; what it is for is put before it."""

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
    """Ask the gateway for the money and settle what it says. Not inside a transaction; safe to repeat.

    One that was asked for before is looked for first: whatever a gateway does with a key, nobody is charged twice.
    """
    payment, first = _note_asked(payment_id, by, at)
    if payment.status not in OPEN:
        return payment
    method = payment.payment_method
    gateway = gateways.get(method.gateway)
    outcome = None if first else gateway.find(key=payment.public_id, token=method.token, at=at)
    if outcome is None:
        outcome = gateway.charge(
            key=payment.public_id, token=method.token, amount=payment.amount, currency=payment.currency, at=at
        )
    return settle(payment_id, outcome, by=by, at=at)


@transaction.atomic
def _note_asked(payment_id: int, by: Any, at: datetime) -> tuple[Payment, bool]:
    """The payment, and whether it is asked for the first time."""
    payment: Payment = Payment.objects.filter(pk=payment_id).locked().select_related("payment_method").get()
    first = payment.status == PaymentStatus.CREATED
    if first:
        move(payment, PaymentStatus.PENDING, allowed=PAYMENT_MOVES, by=by, at=at, pending_at=at)
    return payment, first


@transaction.atomic
def told(payment_id: int, outcome: Outcome, *, at: datetime) -> Payment:
    """Settle what the gateway told by itself, which may come before its answer."""
    Member.objects.filter(payments=payment_id).locked().get()
    _note_asked(payment_id, None, at)
    return settle(payment_id, outcome, by=None, at=at)


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
    return in_turn.done(waiting.select_related("payment_method")[:limit], lambda payment: _reconcile_one(payment, at))


def look_up(payment_id: str, *, by: Any, at: datetime) -> Payment:
    """Find out at once what became of one payment, as staff ask; refuses `already_done` where that is known.

    The payment may still be open afterwards: where the gateway cannot say. Not inside a transaction.
    """
    found = Payment.objects.select_related("payment_method").get_public(payment_id)
    if found.status not in OPEN:
        raise AlreadyDone
    with transaction.atomic():
        audit.record("payment.looked_up", found, by=by, at=at, about=found.member)
    _reconcile_one(found, at)
    payment: Payment = Payment.objects.get(pk=found.pk)
    return payment


def _reconcile_one(payment: Payment, at: datetime) -> bool:
    method = payment.payment_method
    found = gateways.get(method.gateway).find(key=payment.public_id, token=method.token, at=at)
    settled = ask(payment.pk, by=None, at=at) if found is None else told(payment.pk, found, at=at)
    return settled.status not in OPEN
