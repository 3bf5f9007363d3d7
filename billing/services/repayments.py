"""Money that goes back the way it came: one key each, never repeated under another, never guessed (upstage/16, 20.4).

As with payments the gateway is asked between two transactions, and `reconcile` finishes what a crash or a gateway that
was down left open: a repayment waits and is asked for again under the same key.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.db.models import Sum

from accounts.models import Member
from billing import gateways
from billing.enums import REPAYMENT_MOVES, DisputeStatus, PaymentStatus, RepaymentStatus
from billing.errors import MoreThanPaid
from billing.gateways import Outcome, Said
from billing.models import Dispute, Payment, Repayment
from billing.services import fulfilment, in_turn
from upstage_console.kernel import audit, money
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount
from upstage_console.kernel.idempotency import IdempotencyMismatch
from upstage_console.kernel.transitions import move

IN_FLIGHT = timedelta(minutes=2)
"""A repayment younger than this may still be waiting for its first answer."""

LONGEST_KEY: Final = 100
"""What a caller names a request for money back."""

OPEN = (RepaymentStatus.CREATED, RepaymentStatus.PENDING)


@dataclass(frozen=True)
class Wanted:
    """What is to be paid back of which payment (with tax, in its currency), for what, under which key."""

    payment_id: int
    subject: str
    key: str
    amount: Decimal


@enforces("upstage/20.4")
def create(wanted: Wanted, *, by: Any, at: datetime) -> Repayment:
    """Write the repayment down, in the caller's transaction, which has locked the member; nobody is paid yet.

    The same `key` of the member returns the first. Refuses `more_than_paid` where less of the payment is left – also
    where it never succeeded –, `invalid_amount`, and `idempotency_mismatch`.
    """
    require_transaction()
    fulfilment.follower_of(wanted.subject)
    payment: Payment = Payment.objects.filter(pk=wanted.payment_id).locked().get()
    first: Repayment | None = Repayment.objects.filter(member=payment.member_id, key=wanted.key).first()
    if first is not None:
        if (first.payment_id, first.subject, first.amount) != (payment.pk, wanted.subject, wanted.amount):
            raise IdempotencyMismatch
        return first
    _check(payment, wanted.amount)
    repayment = Repayment.objects.create(
        member_id=payment.member_id,
        payment=payment,
        subject=wanted.subject,
        key=wanted.key,
        amount=wanted.amount,
        currency=payment.currency,
        created_at=at,
    )
    facts = {"amount": wanted.amount, "for": wanted.subject, "payment": payment.public_id}
    audit.record("repayment.created", repayment, by=by, at=at, about=payment.member, facts=facts)
    return repayment


def _check(payment: Payment, amount: Decimal) -> None:
    if money.exact(amount) <= 0 or money.charged(amount, payment.currency) != amount:
        raise InvalidAmount(facts={"amount": amount})
    left = left_of(payment)
    if amount > left:
        raise MoreThanPaid(facts={"left": left, "amount": amount, "currency": payment.currency})


def left_of(payment: Payment) -> Decimal:
    """What can still be paid back of a payment: what it brought in, less what went back, is on its way or disputed."""
    if payment.status != PaymentStatus.SUCCEEDED:
        return Decimal(0)
    back = payment.repayments.exclude(status=RepaymentStatus.FAILED).aggregate(sum=Sum("amount"))["sum"]
    disputes = Dispute.objects.filter(payment=payment).exclude(status=DisputeStatus.WON)
    disputed = disputes.aggregate(sum=Sum("amount"))["sum"]
    return max(payment.amount - (back or Decimal(0)) - (disputed or Decimal(0)), Decimal(0))


def ask(repayment_id: int, *, by: Any, at: datetime) -> Repayment:
    """Ask the gateway to pay back and settle what it says. Not inside a transaction; safe to repeat.

    One that was asked for before is looked for first, as with payments. A repayment that comes back `pending` waits for
    the gateway; `reconcile` goes on with it.
    """
    repayment, first = _note_asked(repayment_id, by, at)
    if repayment.status not in OPEN:
        return repayment
    key, reference = repayment.public_id, repayment.payment.reference
    gateway = gateways.get(repayment.payment.payment_method.gateway)
    outcome = None if first else gateway.find_refund(key=key, reference=reference, at=at)
    if outcome is None:
        outcome = gateway.refund(
            key=key, reference=reference, amount=repayment.amount, currency=repayment.currency, at=at
        )
    return settle(repayment_id, outcome, by=by, at=at)


@transaction.atomic
def _note_asked(repayment_id: int, by: Any, at: datetime) -> tuple[Repayment, bool]:
    """The repayment, and whether it is asked for the first time."""
    found = Repayment.objects.filter(pk=repayment_id).locked().select_related("payment__payment_method")
    repayment: Repayment = found.get()
    first = repayment.status == RepaymentStatus.CREATED
    if first:
        move(repayment, RepaymentStatus.PENDING, allowed=REPAYMENT_MOVES, by=by, at=at, pending_at=at)
    return repayment, first


@transaction.atomic
def told(repayment_id: int, outcome: Outcome, *, at: datetime) -> Repayment:
    """Settle what the gateway told by itself, which may come before its answer."""
    Member.objects.filter(repayments=repayment_id).locked().get()
    _note_asked(repayment_id, None, at)
    return settle(repayment_id, outcome, by=None, at=at)


@transaction.atomic
def settle(repayment_id: int, outcome: Outcome, *, by: Any, at: datetime) -> Repayment:
    """Write down what the gateway said for certain, with what follows from it; an unknown outcome changes nothing."""
    Member.objects.filter(repayments=repayment_id).locked().get()
    repayment: Repayment = Repayment.objects.filter(pk=repayment_id).locked().get()
    if repayment.status not in OPEN or outcome.said is Said.UNKNOWN:
        return repayment
    status = RepaymentStatus.SUCCEEDED if outcome.said is Said.SUCCEEDED else RepaymentStatus.FAILED
    facts: dict[str, Any] = {"reference": outcome.reference, "failure": outcome.failure, "settled_at": at}
    move(repayment, status, allowed=REPAYMENT_MOVES, by=by, at=at, reason=outcome.failure, **facts)
    fulfilment.follow_repayment(repayment, by=by, at=at)
    return repayment


def reconcile(*, at: datetime, limit: int = 500) -> int:
    """Settle repayments whose outcome is not known yet, oldest first; returns how many were settled."""
    waiting = Repayment.objects.filter(status__in=OPEN, created_at__lte=at - IN_FLIGHT).order_by("pk")
    rows = waiting.select_related("payment__payment_method")[:limit]
    return in_turn.done(rows, lambda row: _reconcile_one(row, at))


def look_up(repayment_id: str, *, by: Any, at: datetime) -> Repayment:
    """Find out at once what became of one repayment, as staff ask; refuses `already_done` where that is known.

    The repayment may still be open afterwards: where the gateway cannot say. Not inside a transaction.
    """
    found = Repayment.objects.select_related("payment__payment_method").get_public(repayment_id)
    if found.status not in OPEN:
        raise AlreadyDone
    with transaction.atomic():
        audit.record("repayment.looked_up", found, by=by, at=at, about=found.member)
    _reconcile_one(found, at)
    repayment: Repayment = Repayment.objects.get(pk=found.pk)
    return repayment


def _reconcile_one(repayment: Repayment, at: datetime) -> bool:
    payment = repayment.payment
    gateway = gateways.get(payment.payment_method.gateway)
    found = gateway.find_refund(key=repayment.public_id, reference=payment.reference, at=at)
    settled = ask(repayment.pk, by=None, at=at) if found is None else told(repayment.pk, found, at=at)
    return settled.status not in OPEN
