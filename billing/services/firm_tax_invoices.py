"""Tax invoices of firms: one for each invoice or credit note, prepared with it, issued by staff by the 10th (7.2)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from billing.enums import TAX_INVOICE_MOVES, FirmCreditGround, TaxInvoiceStatus
from billing.models import Firm, FirmCreditNote, FirmInvoice, FirmTaxInvoice
from billing.models.tax_invoices import PARTIES
from billing.rules import tax_invoices as rules
from billing.services import tax_invoices as shared
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import Calendar, day_end, kst_date, month_end, month_of
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.due import NewItem
from upstage_console.kernel.errors import AlreadyDone
from upstage_console.kernel.inserting import insert_all
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.transitions import move

CLAUSE: Final = "rift/7.2"


@enforces(CLAUSE)
def prepare_all(invoices: Sequence[FirmInvoice], *, at: datetime) -> list[FirmTaxInvoice]:
    """Prepare the tax invoices of invoices, in the caller's transaction, each with the task to issue it in time.

    What was billed for a month that is over was supplied by its end, all else on the day of the invoice.
    """
    calendar = Holiday.objects.calendar()
    rows = [_prepared(invoice, calendar, at) for invoice in invoices]
    made = insert_all(rows)
    due.open_all([_task(row) for row in made], at=at)
    return made


def _prepared(invoice: FirmInvoice, calendar: Calendar, at: datetime) -> FirmTaxInvoice:
    supplied_on = min(month_end(invoice.month), kst_date(at))
    return FirmTaxInvoice(
        firm=invoice.firm, invoice=invoice, month=month_of(supplied_on), currency=invoice.currency,
        supply_value=invoice.subtotal, tax=invoice.tax, total=invoice.total, supplied_on=supplied_on, prepared_at=at,
        issue_by=rules.issue_by(month_of(supplied_on), calendar), **_parties(invoice.firm),
    )  # fmt: skip


def _task(row: FirmTaxInvoice) -> NewItem:
    last = day_end(row.issue_by)
    ko, en, number = "세금계산서 발행", "Issue a tax invoice", str(row.invoice)
    if row.credit_note is not None:
        ko, en, number = "수정 세금계산서 발행", "Issue an amended tax invoice", row.credit_note.number
    return NewItem(
        kind=shared.TASK, key=row.public_id, subject=row, about=row.firm, clause=CLAUSE, due_at=last,
        warn_at=last - shared.WARNED_BEFORE, title_ko=f"{ko}: {row.recipient_name}, {number}",
        title_en=f"{en}: {row.recipient_name}, {number}",
    )  # fmt: skip


@enforces(CLAUSE)
def amend(note: FirmCreditNote, invoice: FirmInvoice, *, at: datetime) -> FirmTaxInvoice | None:
    """Prepare the amendment of an invoice's tax invoice for a credit note, with the task to issue it in time.

    A mistake is amended to the day of supply, what was given back is dated the day it was. None where none states it.
    """
    original = FirmTaxInvoice.objects.filter(invoice=invoice).first()
    if original is None:
        return None
    on = original.supplied_on if note.ground == FirmCreditGround.MISTAKE else note.issued_on
    row: FirmTaxInvoice = FirmTaxInvoice.objects.create(
        firm=invoice.firm, amends=original, credit_note=note, month=original.month, currency=note.currency,
        supply_value=note.subtotal, tax=note.tax, total=note.total, supplied_on=on, prepared_at=at,
        issue_by=rules.issue_by(month_of(note.issued_on), Holiday.objects.calendar()),
        **{name: getattr(original, name) for name in PARTIES},
    )  # fmt: skip
    due.open_all([_task(row)], at=at)
    return row


def _parties(firm: Firm) -> dict[str, str]:
    """Both sides as they are now, by field."""
    company = settings.COMPANY
    values = (
        company["registration"], company["name"], company["representative"], company["address"], firm.number_shown,
        firm.name, firm.representative, firm.address, firm.invoice_email,
    )  # fmt: skip
    return dict(zip(PARTIES, values, strict=True))


@enforces(CLAUSE)
@transaction.atomic
def note_issued(
    tax_invoice_id: str, *, approval_number: str, issued_on: date, reason: str, by: Any, at: datetime
) -> FirmTaxInvoice:
    """Write down that it was issued, under the tax office's number; its task is done.

    Refuses `not_found`, `already_done`, `tax_invoice_incomplete`, `invalid_approval_number`, `invalid_dates`.
    """
    row = _to_issue(tax_invoice_id)
    number = shared.checked(row, approval_number, issued_on, at)
    if FirmTaxInvoice.objects.filter(approval_number=number).exists():
        raise AlreadyDone
    move(row, TaxInvoiceStatus.ISSUED, allowed=TAX_INVOICE_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE],
         approval_number=number, issued_on=issued_on, issued_by=audit.actor(by))  # fmt: skip
    audit.record("tax_invoice.issued", row, by=by, at=at, about=row.firm, reason=reason, clauses=[CLAUSE],
                 facts={"approval_number": number, "total": row.total})  # fmt: skip
    due.close_item(shared.TASK, row.public_id, by=by, at=at, outcome=number)
    return row


@transaction.atomic
def take_data_anew(tax_invoice_id: str, *, reason: str, by: Any, at: datetime) -> FirmTaxInvoice:
    """Take the data of both sides as they are now; refuses `not_found`, `already_done` once it is issued."""
    row = _to_issue(tax_invoice_id)
    for name, value in _parties(row.firm).items():
        setattr(row, name, value)
    row.save(update_fields=PARTIES)
    audit.record("tax_invoice.data_taken", row, by=by, at=at, about=row.firm, reason=reason, clauses=[CLAUSE])
    return row


def _to_issue(tax_invoice_id: str) -> FirmTaxInvoice:
    row: FirmTaxInvoice = FirmTaxInvoice.objects.select_related("firm").locked().get_public(tax_invoice_id)
    if row.status != TaxInvoiceStatus.PREPARED:
        raise AlreadyDone
    return row
