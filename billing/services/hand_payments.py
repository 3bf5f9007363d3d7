"""Paying by hand what the bank could not take back, and delay interest: by two people, on record (upstage/20.4).

Money of a refund, of a credit note, or that came twice as a bank decided a dispute otherwise: none of it is owed any
more once it is paid so, and all of it stands in the books.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.models import Member
from billing.enums import HAND_PAYMENT_MOVES, HandPaymentStatus, RefundStatus
from billing.models import CreditNote, Dispute, HandPayment, Refund
from billing.services import chargeback_letters, chargebacks, credit_backs, credit_letters, payouts
from upstage_console.kernel import audit, due
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, IllegalMove, Invalid, SamePerson
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.transitions import move

CLAUSES = ("upstage/20.4",)
TOPICS: dict[type[Any], str] = {Refund: "refund", CreditNote: "credit_note", Dispute: "dispute"}
"""What the money is owed for, as a hand payment and the history name it."""


@dataclass(frozen=True)
class Told:
    """How it is paid, by which reference the bank's statement tells it, and why so."""

    way: str
    reference: str
    reason: str


def owed_by_hand(refund: Refund, *, is_interest: bool) -> Decimal:
    """What is to be paid by hand now; nothing where it was paid so."""
    wanted = refund.interest if is_interest else payouts.missing(refund)
    is_open = is_interest or refund.status == RefundStatus.FAILED
    paid = refund.hand_payments.filter(is_interest=is_interest, status=HandPaymentStatus.PAID).exists()
    return wanted if is_open and not paid else Decimal(0)


def still_owed(of: CreditNote | Dispute) -> Decimal:
    """What of a credit note, or of what was paid twice, is to be paid by hand now."""
    return credit_backs.missing(of) if isinstance(of, CreditNote) else chargebacks.not_gone_back(of)


@enforces("upstage/20.4")
@transaction.atomic
def propose(
    refund_id: str, *, is_interest: bool, way: str, reference: str, reason: str, by: Any, at: datetime
) -> HandPayment:
    """Say how the money is paid; it counts once somebody else agrees.

    Refuses `not_found`, `invalid` (no way, reference or reason), `not_allowed` where nothing is to be paid by hand,
    `already_done` where it is proposed.
    """
    refund: Refund = _locked(Refund, refund_id)
    amount = owed_by_hand(refund, is_interest=is_interest)
    if not amount:
        raise IllegalMove(facts={"from_state": refund.get_status_display(), "to_state": RefundStatus.PAID.label})
    return _put(refund, amount, Told(way, reference, reason), by, at, is_interest=is_interest)


@enforces("upstage/20.4")
@transaction.atomic
def propose_for(
    model: type[CreditNote] | type[Dispute], of_id: str, *, way: str, reference: str, reason: str, by: Any, at: datetime
) -> HandPayment:
    """Say how money of a credit note, or that was paid twice, is paid; it counts once somebody else agrees.

    Refuses `not_found`, `invalid` (no way, reference or reason), `already_done` where nothing is to be paid by hand, or
    it is proposed.
    """
    found: CreditNote | Dispute = _locked(model, of_id)
    amount = still_owed(found)
    if amount <= 0:
        raise AlreadyDone
    return _put(found, amount, Told(way, reference, reason), by, at)


def _put(
    of: Refund | CreditNote | Dispute, amount: Decimal, told: Told, by: Any, at: datetime, *, is_interest: bool = False
) -> HandPayment:
    if of.hand_payments.filter(is_interest=is_interest, status=HandPaymentStatus.PROPOSED).exists():
        raise AlreadyDone
    if not (told.way.strip() and told.reference.strip() and told.reason.strip()):
        raise Invalid
    topic = TOPICS[type(of)]
    row = HandPayment.objects.create(
        **{topic: of}, member_id=of.member_id, is_interest=is_interest, amount=amount, currency=of.currency,
        way=told.way, reference=told.reference, reason=told.reason, proposed_by=audit.actor(by), proposed_at=at,
    )  # fmt: skip
    facts = {"amount": amount, "way": told.way, "reference": told.reference}
    audit.record(f"{topic}.hand_proposed", of, by=by, at=at, about=of.member, reason=told.reason, clauses=CLAUSES,
                 facts=facts)  # fmt: skip
    return row


@enforces("upstage/20.4")
@transaction.atomic
def agree(hand_id: str, *, reason: str, by: Any, at: datetime) -> HandPayment:
    """The second person agrees that it was paid so. Refuses `not_found`, `same_person`, `already_done`."""
    row = _row(hand_id)
    if row.proposed_by == audit.actor(by):
        raise SamePerson
    task = _task(row)
    facts: dict[str, Any] = {"decided_at": at, "decided_by": audit.actor(by)}
    move(row, HandPaymentStatus.PAID, allowed=HAND_PAYMENT_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES, **facts)
    told = {"amount": row.amount, "way": row.way, "reference": row.reference}
    of = row.source
    audit.record(f"{TOPICS[type(of)]}.paid_by_hand", of, by=by, at=at, about=of.member, reason=reason, clauses=CLAUSES,
                 facts=told)  # fmt: skip
    if DueItem.objects.filter(kind=task[0], key=task[1], closed_at__isnull=True).exists():
        due.close_item(*task, by=by, at=at, outcome=row.reference)
    _follow(row, by, at)
    return row


def _task(row: HandPayment) -> tuple[str, str]:
    """The task that asks for this money: its kind and key."""
    if row.credit_note is not None:
        return credit_backs.BY_HAND, credit_backs.task_key(row.credit_note)
    if row.dispute is not None:
        return chargebacks.TASK, row.dispute.public_id
    return (payouts.INTEREST if row.is_interest else payouts.BY_HAND), row.source.public_id


def _follow(row: HandPayment, by: Any, at: datetime) -> None:
    if row.credit_note is not None:
        credit_letters.paid_by_hand(row.credit_note, row, at=at)
    elif row.dispute is not None:
        chargeback_letters.paid_by_hand(row, at=at)
    elif row.refund is not None and not row.is_interest:
        payouts.note_paid(row.refund, by=by, at=at)


@transaction.atomic
def drop(hand_id: str, *, reason: str, by: Any, at: datetime) -> HandPayment:
    """It is not paid so after all. Refuses `not_found`, `already_done`."""
    row = _row(hand_id)
    move(row, HandPaymentStatus.DROPPED, allowed=HAND_PAYMENT_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES,
         decided_at=at, decided_by=audit.actor(by))  # fmt: skip
    of = row.source
    audit.record(f"{TOPICS[type(of)]}.hand_dropped", of, by=by, at=at, about=of.member, reason=reason, clauses=CLAUSES)
    return row


def _row(hand_id: str) -> HandPayment:
    found: HandPayment = HandPayment.objects.get_public(hand_id)
    Member.objects.filter(pk=found.member_id).locked().get()
    rows = HandPayment.objects.select_related("refund__member", "credit_note", "dispute", "proposed_by")
    row: HandPayment = rows.get(pk=found.pk)
    if row.status != HandPaymentStatus.PROPOSED:
        raise AlreadyDone
    return row


def _locked(model: type[Any], public_id: str) -> Any:
    """What the money is owed for, after its member was locked."""
    found = model.objects.get_public(public_id)
    Member.objects.filter(pk=found.member_id).locked().get()
    return model.objects.select_related("member").get(pk=found.pk)
