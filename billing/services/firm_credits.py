"""Credit notes for firms: less is owed on an invoice that stays as issued; what was paid of that goes back (rift/7).

One engine with those of members (`credit_notes`, `rules.crediting`). Everything happens in the caller's transaction,
after the caller has locked the contract and the invoice, and the caller sees to the money that goes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from billing.enums import FIRM_INVOICE_MOVES, FirmCreditGround, InvoiceStatus
from billing.models import FirmCreditLine, FirmCreditNote, FirmInvoice
from billing.queries import firm_credits as queries
from billing.queries.firm_credits import Left
from billing.queries.firm_debts import debt_of
from billing.rules import crediting
from billing.rules.crediting import Credit
from billing.services import credit_notes, firm_tax_invoices
from billing.services.credit_notes import Deciders
from billing.services.invoices import next_number
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.transitions import move

SERIES: Final = "FN"
"""Credit notes of firms are numbered apart from those of members."""
CLAUSES: Final = ("rift/7.2", "rift/7.3")


@dataclass(frozen=True)
class Wanted:
    """So much of an invoice, without tax, on which ground; the same `cause` is credited once."""

    amount: Decimal
    ground: FirmCreditGround
    reason: str
    cause: str = ""


@enforces(*CLAUSES)
def issue(invoice: FirmInvoice, wanted: Wanted, people: Deciders, *, room: Decimal, at: datetime) -> FirmCreditNote:
    """Take an amount off an invoice: off the debt, or back where it was paid; with the amendment of its tax invoice.

    At most `room`, what the caller knows to be left of it without tax. The same `cause` returns the first. Without an
    approver up to the setting of members' credit notes. Refuses `invalid_amount`, `credit_too_large`,
    `second_person_needed`, `same_person`.
    """
    require_transaction()
    first: FirmCreditNote | None = invoice.credit_notes.filter(cause=wanted.cause).first() if wanted.cause else None
    if first is not None:
        return first
    credit = preview(invoice, wanted, room, at)
    credit_notes.check_people(invoice, credit, people, at)
    left = queries.left_of_lines(invoice)
    shares = [part.charged for part in crediting.spread(credit.net, [one.charged for one in left], invoice.currency)]
    note = _write(invoice, credit, wanted, people, at)
    FirmCreditLine.objects.bulk_create(_lines(note, left, shares))
    facts = {"number": note.number, "invoice": invoice.number, "total": credit.total, "back": note.back}
    audit.record("firm_credit.issued", note, by=people.by, at=at, about=invoice.firm, reason=wanted.reason,
                 clauses=CLAUSES, facts=facts)  # fmt: skip
    firm_tax_invoices.amend(note, invoice, at=at)
    _settle(invoice, people.by, at)
    return note


def preview(invoice: FirmInvoice, wanted: Wanted, room: Decimal, at: datetime) -> Credit:
    """What a credit note would come to; refuses `invalid_amount`, `credit_too_large`."""
    before = queries.charged_of(invoice)
    credit_notes.check_amount(invoice, min(room, before.subtotal), wanted.amount)
    was_owed = wanted.ground == FirmCreditGround.GIVEN
    return crediting.credit(before, wanted.amount, kst_date(at), was_owed=was_owed)


def _write(
    invoice: FirmInvoice, credit: Credit, wanted: Wanted, people: Deciders, at: datetime
) -> FirmCreditNote:  # fmt: skip
    today = kst_date(at)
    series, sequence = next_number(f"{SERIES}-{today:%Y%m}")
    note: FirmCreditNote = FirmCreditNote.objects.create(
        invoice=invoice, firm_id=invoice.firm_id, series=series, sequence=sequence,
        number=f"{series.code}-{sequence:06}", currency=invoice.currency, ground=wanted.ground, subtotal=-credit.net,
        tax_rate=invoice.tax_rate, tax=-credit.tax, total=-credit.total, off_principal=credit.off_principal,
        off_interest=credit.off_late_fee, back_principal=credit.back_principal, back_interest=credit.back_late_fee,
        cause=wanted.cause, reason=wanted.reason, clauses=list(CLAUSES), issued_at=at, issued_on=today,
        issued_by=audit.actor(people.by), approved_by=audit.actor(people.approver),
    )  # fmt: skip
    return note


def _lines(note: FirmCreditNote, left: Sequence[Left], shares: Sequence[Decimal]) -> list[FirmCreditLine]:
    pairs = [(one.row, share) for one, share in zip(left, shares, strict=True) if share]
    return [
        FirmCreditLine(
            credit_note=note, firm_id=note.firm_id, line=line, position=place, amount=-share, charged=-share
        )
        for place, (line, share) in enumerate(pairs, start=1)
    ]  # fmt: skip


def _settle(invoice: FirmInvoice, by: Any, at: datetime) -> None:
    """Nothing is owed any more."""
    if invoice.status == InvoiceStatus.ISSUED and not debt_of(invoice, today=kst_date(at)).total:
        move(invoice, InvoiceStatus.PAID, allowed=FIRM_INVOICE_MOVES, by=by, at=at, clauses=CLAUSES, paid_at=at)
