"""Charges that a card holder disputes at the bank: recorded, answered in time, and no loss that nobody looks at."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from accounts.models import Member
from billing.enums import DISPUTE_MOVES, DisputeStatus, LossAnswer, PaymentPurpose
from billing.errors import NoAnswerProposed, NotLost, OwedAgain
from billing.gateways import Disputed
from billing.models import Dispute, Payment
from billing.services import chargebacks
from credits.queries.lots import live_lots
from credits.services import taking_out
from upstage_console.kernel import audit, due
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, SamePerson
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import money

TASK: Final = "payment_dispute"
LOSS: Final = "payment_lost"
EVIDENCE_WITHIN: Final = timedelta(days=7)
"""The console's own time for the evidence, where the bank names none."""

LOSS_WITHIN: Final = timedelta(days=14)
"""The console's own time for what is done about a loss."""

WARN_BEFORE: Final = timedelta(days=2)
CLAUSE: Final = "upstage/19"


def tell(payment: Payment, disputed: Disputed, *, at: datetime) -> bool:
    """Write down what the bank says of a dispute of this payment, whose member is locked; whether it was news.

    Events come twice and in any order: one that was decided is not opened again.
    """
    require_transaction()
    dispute = Dispute.objects.filter(
        gateway=payment.payment_method.gateway, reference=disputed.reference
    ).locked().first()  # fmt: skip
    made = dispute is None
    if dispute is None:
        dispute = _open(payment, disputed, at)
    if disputed.status == dispute.status or disputed.status == DisputeStatus.OPEN:
        return made
    _decide(dispute, disputed.status, at)
    return True


def _open(payment: Payment, disputed: Disputed, at: datetime) -> Dispute:
    dispute: Dispute = Dispute.objects.create(
        member_id=payment.member_id,
        payment=payment,
        gateway=payment.payment_method.gateway,
        reference=disputed.reference,
        amount=disputed.amount,
        currency=payment.currency,
        reason=disputed.reason,
        opened_at=at,
        evidence_by=disputed.evidence_by or at + EVIDENCE_WITHIN,
    )
    facts = {"amount": dispute.amount, "payment": payment.public_id, "reason": dispute.reason}
    audit.record("dispute.opened", dispute, by=None, at=at, about=payment.member, facts=facts)
    _ask_staff(TASK, dispute, "결제 이의 소명", "Answer a disputed payment", dispute.evidence_by, at)
    return dispute


NOT_ANSWERED: Final[dict[str, Any]] = {"answer": "", "answer_reason": "", "proposed_by": None}


def _decide(dispute: Dispute, status: DisputeStatus, at: datetime) -> None:
    """A bank may change its mind: what was lost and answered, and is won after all, keeps what was answered.

    What somebody only proposed is dropped: nothing is taken for money that is ours after all.
    """
    if dispute.answered_at and status == DisputeStatus.WON:
        audit.record("dispute.won_after_all", dispute, by=None, at=at, about=dispute.member)
        chargebacks.pay_again(dispute, at=at)
        return
    move(dispute, status, allowed=DISPUTE_MOVES, by=None, at=at, closed_at=at, **NOT_ANSWERED)
    _close(TASK, dispute, str(status), at)
    if status == DisputeStatus.LOST:
        _lose(dispute, at)
    else:
        _close(LOSS, dispute, str(status), at)
        chargebacks.pay_again(dispute, at=at)


def _lose(dispute: Dispute, at: datetime) -> None:
    """An invoice owes it again by itself; about all else somebody has to say what is done."""
    if chargebacks.is_of_invoice(dispute):
        chargebacks.owe_again(dispute, at=at)
    if chargebacks.missing(dispute):
        _ask_staff(LOSS, dispute, "은행이 되가져간 결제", "A payment the bank took back", at + LOSS_WITHIN, at)


def _ask_staff(kind: str, dispute: Dispute, ko: str, en: str, due_at: datetime, at: datetime) -> None:
    of = dispute.amount, dispute.currency
    due.open_item(
        kind, dispute, about=dispute.member, clause=CLAUSE, at=at,
        title_ko=f"{ko}: {money(*of, 'ko')}", title_en=f"{en}: {money(*of, 'en')}",
        due_at=due_at, warn_at=due_at - WARN_BEFORE,
    )  # fmt: skip


def _close(kind: str, dispute: Dispute, outcome: str, at: datetime, *, by: Any = None) -> None:
    if DueItem.objects.filter(kind=kind, key=dispute.public_id, closed_at__isnull=True).exists():
        due.close_item(kind, dispute.public_id, by=by, at=at, outcome=outcome)


@transaction.atomic
def answer(dispute_id: str, *, how: LossAnswer, reason: str, by: Any, at: datetime) -> Dispute:
    """Propose what is done about a payment that the bank took back; a second person approves it.

    Refuses `not_found`, `not_lost`, `owed_again` (an invoice owes it again), `already_done` (answered for good).
    """
    dispute = _lost(dispute_id)
    dispute.answer, dispute.answer_reason, dispute.proposed_by = how, reason, audit.actor(by)
    dispute.save(update_fields=["answer", "answer_reason", "proposed_by"])
    facts = {"answer": how}
    audit.record("dispute.answer_proposed", dispute, by=by, at=at, about=dispute.member, reason=reason, facts=facts)
    return dispute


@transaction.atomic
def approve(dispute_id: str, *, reason: str, by: Any, at: datetime) -> Dispute:
    """The second person agrees; where the credits are to be taken back, they are, as far as they are unused.

    Refuses `not_found`, `not_lost`, `owed_again`, `no_answer_proposed`, `already_done`, `same_person`.
    """
    dispute = _lost(dispute_id)
    if not dispute.answer:
        raise NoAnswerProposed
    if dispute.proposed_by_id == by.pk:
        raise SamePerson
    if dispute.answer == LossAnswer.CREDITS_TAKEN:
        _take_credits(dispute, by, at)
    dispute.answered_by, dispute.answered_at = audit.actor(by), at
    dispute.save(update_fields=["answered_by", "answered_at"])
    facts = {"answer": dispute.answer}
    audit.record("dispute.answered", dispute, by=by, at=at, about=dispute.member, reason=reason, facts=facts)
    _close(LOSS, dispute, reason, at, by=by)
    return dispute


def _lost(dispute_id: str) -> Dispute:
    found: Dispute = Dispute.objects.get_public(dispute_id)
    Member.objects.filter(pk=found.member_id).locked().get()
    dispute: Dispute = Dispute.objects.filter(pk=found.pk).select_related("payment", "member").locked().get()
    if dispute.status != DisputeStatus.LOST:
        raise NotLost
    if not chargebacks.missing(dispute):
        raise OwedAgain
    if dispute.answered_at is not None:
        raise AlreadyDone
    return dispute


def _take_credits(dispute: Dispute, by: Any, at: datetime) -> None:
    """What is used, held or expired stays as it is."""
    if dispute.payment.purpose != PaymentPurpose.PURCHASE:
        return
    purchase, member_id, reason = dispute.payment.subject, dispute.member_id, dispute.answer_reason
    taking_out.end_bonus(member_id=member_id, purchase=purchase, by=by, at=at, reason=reason, clauses=[CLAUSE])
    for lot in live_lots(member_id, at).filter(purchase=purchase):
        if lot.spare:
            taking_out.take_back(
                member_id=member_id, lot_id=lot.public_id, amount=lot.spare, reason=reason, by=by, at=at,
                clauses=[CLAUSE],
            )  # fmt: skip
