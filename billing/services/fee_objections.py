"""Objections to fees: received with usage and payments attached, and answered by two people (upstage/20.3)."""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import AlreadyAppealed
from accounts.models import Member
from accounts.services import notices
from billing.enums import FEE_OBJECTION_MOVES, FeeObjectionStatus
from billing.errors import DecidedAlready, NothingProposed
from billing.models import FeeObjection, Invoice
from billing.queries import objections as queries
from billing.rules import repaying
from billing.services import credit_notes, refunds
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, Invalid, SamePerson
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.money import Money
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import is_visible

TASK: Final = "fee_objection"
CLAUSES: Final = ("upstage/20.3",)
LONGEST_REASON: Final = 5000


@enforces("upstage/20.3")
@transaction.atomic
def object_to(*, member_id: int, invoice_id: str, reason: str, by: Any, at: datetime) -> FeeObjection:
    """Object to an invoice (its public id), once; what was used and paid is attached, and staff get a task.

    While it is under review, use is not suspended for that invoice. Refuses `not_found` (also another member's),
    `invalid` without a reason or with one longer than 5,000 characters, `already_appealed`.
    """
    member: Member = Member.objects.filter(pk=member_id).locked().get()
    invoice: Invoice = Invoice.objects.filter(member=member).get_public(invoice_id)
    if FeeObjection.objects.filter(invoice=invoice).exists():
        raise AlreadyAppealed(clauses=CLAUSES)
    if not is_visible(reason) or len(reason) > LONGEST_REASON:
        raise Invalid
    objection = FeeObjection.objects.create(
        member=member,
        invoice=invoice,
        reason=reason.strip(),
        evidence=queries.evidence_of(invoice),
        submitted_at=at,
        review_by=repaying.review_by(kst_date(at), Holiday.objects.calendar()),
    )
    facts = {"invoice": invoice.number}
    audit.record("fee_objection.submitted", objection, by=by, at=at, about=member, clauses=CLAUSES, facts=facts)
    _ask_staff(objection, at)
    _tell(objection, "received", at)
    return objection


def _ask_staff(objection: FeeObjection, at: datetime) -> None:
    due_at = day_end(objection.review_by)
    name, number = objection.member.name, objection.invoice.number
    due.open_item(
        TASK, objection, about=objection.member, clause="upstage/20.3", at=at,
        title_ko=f"요금 이의제기 검토: {name}, {number}", title_en=f"Decide an objection to a fee: {name}, {number}",
        due_at=due_at, warn_at=due_at - refunds.WARNED_BEFORE,
    )  # fmt: skip


@enforces("upstage/20.3")
@transaction.atomic
def uphold(objection_id: str, *, amount: Decimal | None = None, answer: str, by: Any, at: datetime) -> FeeObjection:
    """Propose to grant `amount` (without tax; all of the invoice where it is not said); up to the setting at once.

    Refuses `not_found`, `already_decided`, `already_done` (somebody else has proposed it), `invalid`, `invalid_amount`,
    `credit_too_large`, `payment_pending`.
    """
    objection = locked(objection_id)
    if objection.proposed_by is not None and objection.proposed_by != audit.actor(by):
        raise AlreadyDone
    if not is_visible(answer):
        raise Invalid
    invoice = credit_notes.lock(objection.invoice.public_id)
    wanted = objection.invoice.subtotal if amount is None else amount
    credit = credit_notes.preview(invoice, wanted, at)
    objection.proposed_amount, objection.answer = wanted, answer.strip()
    objection.proposed_by, objection.proposed_at = audit.actor(by), at
    objection.needs_second = not credit_notes.is_for_one(invoice, credit, at)
    objection.save(update_fields=["proposed_amount", "answer", "proposed_by", "proposed_at", "needs_second"])
    if not objection.needs_second:
        return _carry_out(objection, by, None, at)
    audit.record("fee_objection.proposed", objection, by=by, at=at, about=objection.member, reason=answer,
                 clauses=CLAUSES, facts={"amount": wanted})  # fmt: skip
    return objection


@transaction.atomic
def agree(objection_id: str, *, by: Any, at: datetime) -> FeeObjection:
    """The second person agrees: it is no longer owed, and what was paid of it goes back.

    Refuses `not_found`, `already_decided`, `nothing_proposed`, `same_person`.
    """
    objection = locked(objection_id)
    if objection.proposed_by is None or objection.proposed_amount is None:
        raise NothingProposed
    if objection.proposed_by == audit.actor(by):
        raise SamePerson
    return _carry_out(objection, objection.proposed_by, by, at)


def _carry_out(objection: FeeObjection, by: Any, approver: Any, at: datetime) -> FeeObjection:
    """A credit note of what was proposed: the debt falls, and what was paid beyond it goes back."""
    if objection.proposed_amount is None:
        raise NothingProposed
    note = credit_notes.issue(
        invoice_id=objection.invoice.public_id, amount=objection.proposed_amount, reason=objection.answer[:500], by=by,
        approver=approver, at=at, subject=objection.public_id, clauses=CLAUSES,
    )  # fmt: skip
    who = approver or by
    move(objection, FeeObjectionStatus.APPROVED, allowed=FEE_OBJECTION_MOVES, by=who, at=at, reason=objection.answer,
         clauses=CLAUSES, decided_at=at, decided_by=audit.actor(who), credit_note=note)  # fmt: skip
    told = {"amount": -note.subtotal, "tax": -note.tax, "late_fee": note.off_late_fee, "back": note.back}
    audit.record("fee_objection.upheld", objection, by=who, at=at, about=objection.member, reason=objection.answer,
                 clauses=CLAUSES, facts=told)  # fmt: skip
    due.close_item(TASK, objection.public_id, by=who, at=at, outcome=FeeObjectionStatus.APPROVED)
    _tell(objection, "upheld", at)
    return objection


@enforces("upstage/20.3")
@transaction.atomic
def reject(objection_id: str, *, answer: str, by: Any, at: datetime) -> FeeObjection:
    """The fee stands, with an answer that the member reads. Refuses `not_found`, `invalid`, `already_decided`."""
    objection = locked(objection_id)
    if not is_visible(answer):
        raise Invalid
    move(objection, FeeObjectionStatus.REJECTED, allowed=FEE_OBJECTION_MOVES, by=by, at=at, reason=answer,
         clauses=CLAUSES, decided_at=at, decided_by=audit.actor(by), answer=answer.strip())  # fmt: skip
    audit.record("fee_objection.rejected", objection, by=by, at=at, about=objection.member, reason=answer,
                 clauses=CLAUSES)  # fmt: skip
    due.close_item(TASK, objection.public_id, by=by, at=at, outcome=FeeObjectionStatus.REJECTED)
    _tell(objection, "rejected", at)
    return objection


def locked(objection_id: str) -> FeeObjection:
    """An objection under review, with its member locked; refuses `not_found`, `already_decided`."""
    found: FeeObjection = FeeObjection.objects.get_public(objection_id)
    Member.objects.filter(pk=found.member_id).locked().get()
    rows = FeeObjection.objects.select_related("member", "invoice", "proposed_by")
    objection: FeeObjection = rows.get(pk=found.pk)
    if objection.status != FeeObjectionStatus.UNDER_REVIEW:
        raise DecidedAlready
    return objection


LETTERS: Final = {
    "received": (
        _("We have your objection to invoice %(number)s"),
        _(
            "We look at it with your usage and payments, and answer by the end of %(until)s. Meanwhile use is not "
            "suspended for this invoice."
        ),
    ),
    "upheld": (
        _("Your objection to invoice %(number)s was upheld"),
        _("%(total)s (with tax) of it are not owed; what you paid of that goes back to you. %(answer)s"),
    ),
    "rejected": (
        _("Your objection to invoice %(number)s was not upheld"),
        _("We looked at it with your usage and payments. The invoice stands. %(answer)s"),
    ),
}


def _tell(objection: FeeObjection, stage: str, at: datetime) -> None:
    subject, body = LETTERS[stage]
    text = notices.compose(
        subject, body, number=objection.invoice.number, until=objection.review_by, answer=objection.answer,
        total=Money(-objection.credit_note.total if objection.credit_note else Decimal(0), objection.invoice.currency),
    )  # fmt: skip
    notices.notify(
        member_id=objection.member_id, about="fee_objection", text=text, key=f"{objection.public_id}:{stage}", at=at,
        stage=stage, clauses=CLAUSES,
    )  # fmt: skip
