"""Credit notes for invoices of contracts: small ones at once, larger ones once a second person agrees (rift/7.2, 7.3).

The invoice stays as it was issued. What was paid of it is transferred back, a delinquency that rested on it no longer
counts, and where nothing is overdue any more a suspension for it ends. What a settlement gave back is not credited
again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import SecondPersonNeeded
from accounts.services import notices
from billing.enums import FirmCreditGround, ProposalStatus
from billing.errors import CreditWaits
from billing.models import FirmCreditNote, FirmCreditProposal, FirmInvoice
from billing.services import firm_credits, proposals
from billing.services.credit_notes import Deciders
from billing.services.firm_credits import Wanted
from billing.services.proposals import Topic
from contracts.models import Contract
from contracts.queries.credit_room import room_of
from contracts.services import delinquencies, letters, payouts, suspending
from contracts.services.paying import taken
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone
from upstage_console.kernel.money import Money

TOPIC: Final = Topic("firm_credit_proposal", firm_credits.CLAUSES)
LESS: Final = _("%(total)s (with VAT) of invoice %(invoice)s are not owed after all. Reason: %(reason)s")
BACK: Final = _(
    "%(total)s (with VAT) of invoice %(invoice)s are not owed after all. What you had paid of that (%(back)s) is "
    "transferred back to you. Reason: %(reason)s"
)


@dataclass(frozen=True)
class Answer:
    """What became of it: the credit note, or the proposal that waits for a second person."""

    note: FirmCreditNote | None = None
    proposal: FirmCreditProposal | None = None


@enforces(*firm_credits.CLAUSES)
@transaction.atomic
def propose(contract_id: str, invoice_id: str, wanted: Wanted, *, by: Any, at: datetime) -> Answer:
    """Take an amount off an invoice: at once up to the setting, else as a proposal. The same cause issues it once.

    Refuses `not_found`, `invalid_amount`, `credit_too_large`, `credit_waits`.
    """
    contract, invoice = taken(contract_id, invoice_id)
    try:
        with transaction.atomic():
            return Answer(note=issue(contract, invoice, wanted, Deciders(by), at))
    except SecondPersonNeeded:
        return Answer(proposal=_propose(invoice, wanted, by, at))


def _propose(invoice: FirmInvoice, wanted: Wanted, by: Any, at: datetime) -> FirmCreditProposal:
    if invoice.credit_proposals.filter(status=ProposalStatus.PROPOSED).exists():
        raise CreditWaits
    row: FirmCreditProposal = FirmCreditProposal.objects.create(
        invoice=invoice, firm=invoice.firm, ground=wanted.ground, amount=wanted.amount, currency=invoice.currency,
        reason=wanted.reason, proposed_by=by, proposed_at=at,
    )  # fmt: skip
    proposals.put_credit(TOPIC, row, by=by, at=at)
    return row


@enforces(*firm_credits.CLAUSES)
@transaction.atomic
def approve(proposal_id: str, *, reason: str, by: Any, at: datetime) -> FirmCreditNote:
    """As the second person: the credit note is issued.

    Refuses `not_found`, `already_done`, `same_person`, and `credit_too_large` where less is left by now.
    """
    contract, invoice, row = _proposed(proposal_id)
    proposals.check_second(TOPIC, row, by)
    wanted = Wanted(row.amount, FirmCreditGround(row.ground), row.reason, row.public_id)
    note = issue(contract, invoice, wanted, Deciders(row.proposed_by, by), at)
    proposals.approve(TOPIC, row, reason=reason, by=by, at=at, credit_note=note)
    return note


@transaction.atomic
def drop(proposal_id: str, *, reason: str, by: Any, at: datetime) -> FirmCreditProposal:
    """Do not credit it. Refuses `not_found`, `already_done`."""
    _contract, _invoice, row = _proposed(proposal_id)
    proposals.drop(TOPIC, row, reason=reason, by=by, at=at)
    return row


def drop_all(contract: Contract, *, reason: str, by: Any, at: datetime) -> None:
    """Leave what waits for a contract's invoices, in the caller's transaction after it locked the contract."""
    require_transaction()
    waiting = FirmCreditProposal.objects.filter(
        invoice__under_contract__contract=contract, status=ProposalStatus.PROPOSED
    )  # fmt: skip
    for row in waiting.select_related("firm").order_by("pk").locked():
        proposals.drop(TOPIC, row, reason=reason, by=by, at=at)


def _proposed(proposal_id: str) -> tuple[Contract, FirmInvoice, FirmCreditProposal]:
    """A proposal that is open, after its contract and its invoice."""
    found = FirmCreditProposal.objects.select_related("invoice__under_contract__contract").get_public(proposal_id)
    contract, invoice = taken(found.invoice.under_contract.contract.public_id, found.invoice.public_id)
    row: FirmCreditProposal = FirmCreditProposal.objects.select_related("firm").locked().get_public(proposal_id)
    if row.status != ProposalStatus.PROPOSED:
        raise AlreadyDone(clauses=TOPIC.clauses)
    return contract, invoice, row


def issue(
    contract: Contract, invoice: FirmInvoice, wanted: Wanted, people: Deciders, at: datetime
) -> FirmCreditNote:  # fmt: skip
    """Issue a credit note once for its cause, with all that follows from it, after contract and invoice were locked.

    Refuses `invalid_amount`, `credit_too_large`, `second_person_needed`, `same_person`.
    """
    require_transaction()
    delinquencies.find(at=at, contract=contract)
    note = firm_credits.issue(invoice, wanted, people, room=room_of(contract, invoice), at=at)
    if note.back:
        payouts.owe(note, contract, note.back, clause=firm_credits.CLAUSES[0], at=at)
    delinquencies.look_again(contract, invoice, because=f"{note.number}: {note.reason}", by=people.by, at=at)
    suspending.look_again(contract, by=people.by, at=at)
    _tell(contract, invoice, note, at)
    return note


def _tell(contract: Contract, invoice: FirmInvoice, note: FirmCreditNote, at: datetime) -> None:
    text = notices.compose(
        _("Credit note %(number)s"), BACK if note.back else LESS, number=note.number, invoice=invoice.number,
        reason=note.reason, total=Money(-note.total, note.currency), back=Money(note.back, note.currency),
    )  # fmt: skip
    key = f"credit_note:{note.public_id}"
    letters.tell([letters.Letter(contract.customer_id, contract.pk, "credit_note", text, key, note.clauses)], at=at)
