"""Credit notes that staff issue: small ones at once, larger ones once a second person agrees (upstage/20.3)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from accounts.errors import SecondPersonNeeded
from billing.enums import ProposalStatus
from billing.errors import CreditWaits
from billing.models import CreditNote, CreditProposal
from billing.services import credit_notes, proposals
from billing.services.proposals import Topic
from upstage_console.kernel.clauses import enforces

TOPIC: Final = Topic("credit_proposal", credit_notes.CLAUSES)


@dataclass(frozen=True)
class Answer:
    """What became of it: the credit note, or the proposal that waits for a second person."""

    note: CreditNote | None = None
    proposal: CreditProposal | None = None


@enforces("upstage/20.3")
@transaction.atomic
def propose(invoice_id: str, *, amount: Decimal, reason: str, by: Any, at: datetime, key: str = "") -> Answer:
    """Take `amount` (without tax) off an invoice: at once up to the setting, else as a proposal.

    The same `key` issues it once. Refuses `not_found`, `invalid_amount`, `credit_too_large`, `payment_pending`,
    `credit_waits`.
    """
    invoice = credit_notes.lock(invoice_id)
    try:
        with transaction.atomic():
            return Answer(
                note=credit_notes.issue(
                    invoice_id=invoice_id, amount=amount, reason=reason, by=by, approver=None, at=at, subject=key
                )
            )
    except SecondPersonNeeded:
        pass
    if invoice.credit_proposals.filter(status=ProposalStatus.PROPOSED).exists():
        raise CreditWaits
    row = CreditProposal.objects.create(
        invoice=invoice, member=invoice.member, amount=amount, currency=invoice.currency, reason=reason,
        proposed_by=by, proposed_at=at,
    )  # fmt: skip
    proposals.put_credit(TOPIC, row, by=by, at=at)
    return Answer(proposal=row)


@enforces("upstage/20.3")
@transaction.atomic
def approve(proposal_id: str, *, reason: str, by: Any, at: datetime) -> CreditNote:
    """As the second person: the credit note is issued.

    Refuses `not_found`, `already_done`, `same_person`, `payment_pending`, and `credit_too_large` where less is left.
    """
    row: CreditProposal = proposals.take(CreditProposal, proposal_id)
    proposals.check_second(TOPIC, row, by)
    note = credit_notes.issue(
        invoice_id=row.invoice.public_id, amount=row.amount, reason=row.reason, by=row.proposed_by, approver=by, at=at,
        subject=row.public_id,
    )  # fmt: skip
    proposals.approve(TOPIC, row, reason=reason, by=by, at=at, credit_note=note)
    return note


@transaction.atomic
def drop(proposal_id: str, *, reason: str, by: Any, at: datetime) -> CreditProposal:
    """Do not credit it. Refuses `not_found`, `already_done`."""
    row: CreditProposal = proposals.take(CreditProposal, proposal_id)
    proposals.drop(TOPIC, row, reason=reason, by=by, at=at)
    return row
