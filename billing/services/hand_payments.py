"""Paying by hand what the bank could not take back, and delay interest: by two people, on record (upstage/20.4)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Member
from billing.enums import HAND_PAYMENT_MOVES, HandPaymentStatus, RefundStatus
from billing.models import HandPayment, Refund
from billing.services import payouts
from upstage_console.kernel import audit, due
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, IllegalMove, Invalid, SamePerson
from upstage_console.kernel.transitions import move

CLAUSES = ("upstage/20.4",)


def owed_by_hand(refund: Refund, *, is_interest: bool) -> Decimal:
    """What is to be paid by hand now; nothing where it was paid so."""
    wanted = refund.interest if is_interest else payouts.missing(refund)
    is_open = is_interest or refund.status == RefundStatus.FAILED
    paid = refund.hand_payments.filter(is_interest=is_interest, status=HandPaymentStatus.PAID).exists()
    return wanted if is_open and not paid else Decimal(0)


@enforces("upstage/20.4")
@transaction.atomic
def propose(
    refund_id: str, *, is_interest: bool, way: str, reference: str, reason: str, by: Any, at: datetime
) -> HandPayment:
    """Say how the money is paid; it counts once somebody else agrees.

    Refuses `not_found`, `invalid` (no way, reference or reason), `not_allowed` where nothing is to be paid by hand,
    `already_done` where it is proposed.
    """
    refund = _locked(refund_id)
    amount = owed_by_hand(refund, is_interest=is_interest)
    if not amount:
        raise IllegalMove(facts={"from_state": refund.get_status_display(), "to_state": RefundStatus.PAID.label})
    if refund.hand_payments.filter(is_interest=is_interest, status=HandPaymentStatus.PROPOSED).exists():
        raise AlreadyDone
    if not (way.strip() and reference.strip() and reason.strip()):
        raise Invalid
    row = HandPayment.objects.create(
        refund=refund, member_id=refund.member_id, is_interest=is_interest, amount=amount, currency=refund.currency,
        way=way, reference=reference, reason=reason, proposed_by=audit.actor(by), proposed_at=at,
    )  # fmt: skip
    facts = {"amount": amount, "way": way, "reference": reference}
    audit.record("refund.hand_proposed", refund, by=by, at=at, about=refund.member, reason=reason, clauses=CLAUSES,
                 facts=facts)  # fmt: skip
    return row


@enforces("upstage/20.4")
@transaction.atomic
def agree(hand_id: str, *, reason: str, by: Any, at: datetime) -> HandPayment:
    """The second person agrees that it was paid so. Refuses `not_found`, `same_person`, `already_done`."""
    row = _row(hand_id)
    if row.proposed_by == audit.actor(by):
        raise SamePerson
    refund = row.refund
    facts: dict[str, Any] = {"decided_at": at, "decided_by": audit.actor(by)}
    move(row, HandPaymentStatus.PAID, allowed=HAND_PAYMENT_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES, **facts)
    told = {"amount": row.amount, "way": row.way, "reference": row.reference}
    audit.record("refund.paid_by_hand", refund, by=by, at=at, about=refund.member, reason=reason, clauses=CLAUSES,
                 facts=told)  # fmt: skip
    kind = payouts.INTEREST if row.is_interest else payouts.BY_HAND
    due.close_item(kind, refund.public_id, by=by, at=at, outcome=row.reference)
    if not row.is_interest:
        payouts.note_paid(refund, by=by, at=at)
    return row


@transaction.atomic
def drop(hand_id: str, *, reason: str, by: Any, at: datetime) -> HandPayment:
    """It is not paid so after all. Refuses `not_found`, `already_done`."""
    row = _row(hand_id)
    move(row, HandPaymentStatus.DROPPED, allowed=HAND_PAYMENT_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES,
         decided_at=at, decided_by=audit.actor(by))  # fmt: skip
    audit.record("refund.hand_dropped", row.refund, by=by, at=at, about=row.refund.member, reason=reason,
                 clauses=CLAUSES)  # fmt: skip
    return row


def _row(hand_id: str) -> HandPayment:
    found: HandPayment = HandPayment.objects.get_public(hand_id)
    Member.objects.filter(pk=found.member_id).locked().get()
    row: HandPayment = HandPayment.objects.select_related("refund__member", "proposed_by").get(pk=found.pk)
    if row.status != HandPaymentStatus.PROPOSED:
        raise AlreadyDone
    return row


def _locked(refund_id: str) -> Refund:
    found: Refund = Refund.objects.get_public(refund_id)
    Member.objects.filter(pk=found.member_id).locked().get()
    refund: Refund = Refund.objects.select_related("member").get(pk=found.pk)
    return refund
