"""What follows from a payment's outcome: credits for a purchase, an invoice that is paid; and from a repayment's."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from billing.enums import (
    PURCHASE_MOVES,
    PaymentPurpose,
    PaymentStatus,
    PurchaseStatus,
)
from billing.models import Invoice, InvoicePayment, Payment, Purchase, Repayment
from billing.queries.debts import debt_of
from billing.rules import late_fees
from billing.services import announcements, bonuses, paid_up, recharge_cycles, top_up_outcomes
from credits.services import lots
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.money import Money
from upstage_console.kernel.transitions import move

FollowRepayment = Callable[..., None]

_followers: dict[str, FollowRepayment] = {}


def follows_repayments(prefix: str) -> Callable[[FollowRepayment], FollowRepayment]:
    """Register what is called as `follow(repayment, by=…, at=…)` for repayments of subjects with this prefix."""

    def register(function: FollowRepayment) -> FollowRepayment:
        _followers[prefix] = function
        return function

    return register


def follow_repayment(repayment: Repayment, *, by: Any, at: datetime) -> None:
    """Do what follows from a settled repayment – it went back, or could not –, in the transaction that settles it."""
    require_transaction()
    follower_of(repayment.subject)(repayment, by=by, at=at)


def follower_of(subject: str) -> FollowRepayment:
    """What follows from repayments for this subject; whoever begins one has registered it."""
    return _followers[subject.partition("_")[0]]


def follow(payment: Payment, *, by: Any, at: datetime) -> None:
    """Do what the settled payment was for, in the transaction that settles it."""
    require_transaction()
    succeeded = payment.status == PaymentStatus.SUCCEEDED
    if payment.purpose == PaymentPurpose.PURCHASE:
        purchase = Purchase.objects.filter(payment=payment).locked().get()
        _give_credits(purchase, by, at) if succeeded else _fail(purchase, payment, by, at)
    elif succeeded:
        apply_to_invoice(payment, by=by, at=at)
    else:
        announcements.announce_failure(payment, at=at)


@enforces("upstage/15.4")
def _give_credits(purchase: Purchase, by: Any, at: datetime) -> None:
    """The five years run from the day of payment."""
    lot = lots.add_paid(
        member_id=purchase.member_id,
        amount=purchase.credits,
        paid=Money(purchase.amount, purchase.currency),
        tax=Money(purchase.tax, purchase.currency),
        purchase=purchase.public_id,
        by=by,
        at=at,
    )
    given = bonuses.give(purchase, by=by, at=at)
    facts = {"paid_at": at, "lot": lot.public_id, "expires_on": lot.expires_on, "bonus_lot": given}
    clauses = ("upstage/15.2", "upstage/15.4")
    move(purchase, PurchaseStatus.PAID, allowed=PURCHASE_MOVES, by=by, at=at, clauses=clauses, **facts)
    if purchase.cycle_id is not None:
        recharge_cycles.note_paid(purchase, by=by, at=at)
    if purchase.top_up_id is not None:
        top_up_outcomes.note_paid(purchase, at=at)


def _fail(purchase: Purchase, payment: Payment, by: Any, at: datetime) -> None:
    move(purchase, PurchaseStatus.FAILED, allowed=PURCHASE_MOVES, by=by, at=at, reason=payment.failure)
    if purchase.cycle_id is not None:
        recharge_cycles.note_failed(purchase, payment, by=by, at=at)
    if purchase.top_up_id is not None:
        top_up_outcomes.note_failed(purchase, by=by, at=at)


@enforces("upstage/18.2")
def apply_to_invoice(payment: Payment, *, by: Any, at: datetime) -> None:
    """Put the money to the principal first, then to late fees; an invoice without a debt is paid.

    Paid is the day the card was charged: a bank that answers after midnight makes nobody late (rules.md, I-5).
    """
    require_transaction()
    invoice = Invoice.objects.locked().get_public(payment.subject)
    paid_on = kst_date(payment.pending_at or at)
    principal, late_fee = late_fees.put(payment.amount, debt_of(invoice, paid_on))
    InvoicePayment.objects.create(
        invoice=invoice,
        member_id=invoice.member_id,
        payment=payment,
        principal=principal,
        late_fee=late_fee,
        paid_on=paid_on,
        at=at,
    )
    paid_up.close(invoice, by=by, at=at)
