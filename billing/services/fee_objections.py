"""Objections to fees: received with usage and payments attached, and answered by two people (upstage/20.3).

One is about an invoice, or about one charge.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from accounts.errors import AlreadyAppealed
from accounts.models import Member
from billing.enums import FEE_OBJECTION_MOVES, FeeObjectionStatus
from billing.errors import DecidedAlready, NothingProposed
from billing.models import CreditNote, FeeObjection, Invoice
from billing.queries import evidence
from billing.queries import objections as queries
from billing.rules import repaying
from billing.services import charge_objections, credit_notes, objection_letters, refunds
from billing.services.credit_notes import Deciders
from billing.services.objection_letters import CLAUSES
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, Invalid, SamePerson
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.transitions import move
from upstage_console.kernel.wording import is_visible

TASK: Final = "fee_objection"
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
    objection = FeeObjection(member=member, invoice=invoice, reason=reason, evidence=evidence.of_invoice(invoice))
    return _receive(objection, {"invoice": invoice.number}, by, at)


@enforces("upstage/20.3")
@transaction.atomic
def object_to_charge(*, member_id: int, charge_id: str, reason: str, by: Any, at: datetime) -> FeeObjection:
    """Object to one charge (its public id), once; its uses, the lots that paid it and the payments are attached.

    While it is under review, use is not suspended for the invoice it stands on. Refuses `not_found` (also another
    member's), `already_appealed`, `already_done` (nothing is left of it), and `invalid` as `object_to` does.
    """
    member: Member = Member.objects.filter(pk=member_id).locked().get()
    charge = queries.charge_of_member(member.pk, charge_id)
    if queries.objection_to_charge(charge) is not None:
        raise AlreadyAppealed(clauses=CLAUSES)
    if not queries.left_of_charge(charge):
        raise AlreadyDone
    objection = FeeObjection(member=member, charge=charge, reason=reason, evidence=evidence.of_charge(charge))
    return _receive(objection, {"charge": charge.public_id}, by, at)


def _receive(objection: FeeObjection, facts: dict[str, str], by: Any, at: datetime) -> FeeObjection:
    if not is_visible(objection.reason) or len(objection.reason) > LONGEST_REASON:
        raise Invalid
    objection.reason, objection.submitted_at = objection.reason.strip(), at
    objection.review_by = repaying.review_by(kst_date(at), Holiday.objects.calendar())
    objection.save(force_insert=True)
    audit.record("fee_objection.submitted", objection, by=by, at=at, about=objection.member, clauses=CLAUSES,
                 facts=facts)  # fmt: skip
    _ask_staff(objection, at)
    objection_letters.tell(objection, "received", at)
    return objection


def _ask_staff(objection: FeeObjection, at: datetime) -> None:
    due_at = day_end(objection.review_by)
    name, subject = objection.member.name, objection_letters.subject_of(objection)
    due.open_item(
        TASK, objection, about=objection.member, clause="upstage/20.3", at=at,
        title_ko=f"요금 이의제기 검토: {name}, {subject.ko}",
        title_en=f"Decide an objection to a fee: {name}, {subject.en}",
        due_at=due_at, warn_at=due_at - refunds.WARNED_BEFORE,
    )  # fmt: skip


@enforces("upstage/20.3")
@transaction.atomic
def uphold(objection_id: str, *, amount: Decimal | None = None, answer: str, by: Any, at: datetime) -> FeeObjection:
    """Propose to grant `amount` (without tax; all of the invoice or charge where it is not said).

    Up to the setting it is carried out at once. Refuses `not_found`, `already_decided`, `already_done` (somebody else
    has proposed it), `invalid`, `invalid_amount`, `credit_too_large` or `correction_too_large`, `payment_pending`.
    """
    objection = locked(objection_id)
    if objection.proposed_by is not None and objection.proposed_by != audit.actor(by):
        raise AlreadyDone
    if not is_visible(answer):
        raise Invalid
    objection.proposed_amount, is_for_one = _wanted(objection, amount, at)
    objection.needs_second, objection.answer = not is_for_one, answer.strip()
    objection.proposed_by, objection.proposed_at = audit.actor(by), at
    objection.save(update_fields=["proposed_amount", "answer", "proposed_by", "proposed_at", "needs_second"])
    if not objection.needs_second:
        return _carry_out(objection, by, None, at)
    audit.record("fee_objection.proposed", objection, by=by, at=at, about=objection.member, reason=answer,
                 clauses=CLAUSES, facts={"amount": objection.proposed_amount})  # fmt: skip
    return objection


def _wanted(objection: FeeObjection, amount: Decimal | None, at: datetime) -> tuple[Decimal, bool]:
    """What would be granted, and whether one person may grant it."""
    if objection.charge is not None:
        wanted = charge_objections.preview(objection.charge, amount)
        return wanted, charge_objections.is_for_one(objection.charge, wanted, at)
    invoice = credit_notes.lock(objection_letters.invoice_of(objection).public_id)
    wanted = invoice.subtotal if amount is None else amount
    return wanted, credit_notes.is_for_one(invoice, credit_notes.preview(invoice, wanted, at), at)


@transaction.atomic
def agree(objection_id: str, *, by: Any, at: datetime) -> FeeObjection:
    """The second person agrees: it is no longer owed, and what was paid of it goes back.

    Refuses `not_found`, `already_decided`, `nothing_proposed`, `same_person`, and as `uphold` does.
    """
    objection = locked(objection_id)
    if objection.proposed_by is None or objection.proposed_amount is None:
        raise NothingProposed
    if objection.proposed_by == audit.actor(by):
        raise SamePerson
    return _carry_out(objection, objection.proposed_by, by, at)


def _carry_out(objection: FeeObjection, by: Any, approver: Any, at: datetime) -> FeeObjection:
    """What was proposed is given back: off the debt, to lots, or where it was paid."""
    note, who = _give_back(objection, Deciders(by, approver), at), approver or by
    move(objection, FeeObjectionStatus.APPROVED, allowed=FEE_OBJECTION_MOVES, by=who, at=at, reason=objection.answer,
         clauses=CLAUSES, decided_at=at, decided_by=audit.actor(who), credit_note=note)  # fmt: skip
    audit.record("fee_objection.upheld", objection, by=who, at=at, about=objection.member, reason=objection.answer,
                 clauses=CLAUSES, facts=_told(objection, note))  # fmt: skip
    due.close_item(TASK, objection.public_id, by=who, at=at, outcome=FeeObjectionStatus.APPROVED)
    objection_letters.tell(objection, "upheld", at)
    return objection


def _give_back(objection: FeeObjection, people: Deciders, at: datetime) -> CreditNote | None:
    if objection.charge is not None:
        return charge_objections.give_back(objection, objection.charge, people=people, at=at)
    if objection.proposed_amount is None:
        raise NothingProposed
    return credit_notes.issue(
        invoice_id=objection_letters.invoice_of(objection).public_id, amount=objection.proposed_amount,
        reason=objection.answer[:500], by=people.by, approver=people.approver, at=at, subject=objection.public_id,
        clauses=CLAUSES,
    )  # fmt: skip


def _told(objection: FeeObjection, note: CreditNote | None) -> dict[str, Decimal]:
    told: dict[str, Decimal] = {}
    if objection.charge is not None:
        back = queries.given_back(objection)
        told |= {"lowered": back.lowered, "restored": back.restored}
    if note is not None:
        told |= {"amount": -note.subtotal, "tax": -note.tax, "late_fee": note.off_late_fee, "back": note.back}
    return told


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
    objection_letters.tell(objection, "rejected", at)
    return objection


def locked(objection_id: str) -> FeeObjection:
    """An objection under review, with its member locked; refuses `not_found`, `already_decided`."""
    found: FeeObjection = FeeObjection.objects.get_public(objection_id)
    Member.objects.filter(pk=found.member_id).locked().get()
    rows = FeeObjection.objects.select_related("member", "invoice", "charge__meter__service", "proposed_by")
    objection: FeeObjection = rows.get(pk=found.pk)
    if objection.status != FeeObjectionStatus.UNDER_REVIEW:
        raise DecidedAlready
    return objection
