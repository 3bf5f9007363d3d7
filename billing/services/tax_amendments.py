"""Amended tax invoices: for credit notes, and for refunds of credits whose purchase a tax invoice states.

Dated the day on which it was decided, and issued by the 10th of the month after it (upstage/18.4).
"""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Replace

from billing.models import CreditNote, RefundLine, TaxInvoice, TaxItem
from billing.models.refunds import DECIDED
from billing.models.tax_invoices import PARTIES
from billing.rules import tax_invoices as rules
from upstage_console.kernel.calendars import Calendar, kst_date, month_of
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.models import Holiday


@enforces("upstage/18.4")
def write(*, at: datetime) -> list[TaxInvoice]:
    """Prepare every amendment that is not there yet, in the caller's transaction; a repeat prepares nothing."""
    require_transaction()
    calendar = Holiday.objects.calendar()
    return _of_credit_notes(calendar, at) + _of_refunds(calendar, at)


def _of_credit_notes(calendar: Calendar, at: datetime) -> list[TaxInvoice]:
    stated = _stated().filter(document=OuterRef("invoice__number"))
    found = CreditNote.objects.filter(Exists(stated), total__lt=0, tax_invoice__isnull=True)
    notes = list(found.select_related("invoice").order_by("pk"))
    originals = _originals([note.invoice.number for note in notes])
    rows = [
        _amendment(originals[note.invoice.number], note.subtotal, note.tax, note.issued_on, calendar, at)
        for note in notes
    ]
    for row, note in zip(rows, notes, strict=True):
        row.credit_note = note
    return _written(rows, [(f"감액: {note.invoice.number}", note.number) for note in notes])


def _of_refunds(calendar: Calendar, at: datetime) -> list[TaxInvoice]:
    """A refund takes the supply back on the day it is decided, whichever way the money goes."""
    lines = list(_refunded().select_related("refund", "purchase"))
    originals = _originals([line.purchase.public_id for line in lines])
    rows = [
        _amendment(originals[line.purchase.public_id], -line.amount, -line.tax, kst_date(line.refund.decided_at or at),
                   calendar, at)
        for line in lines
    ]  # fmt: skip
    for row, line in zip(rows, lines, strict=True):
        row.refund_line = line
    return _written(rows, [(f"크레딧 환불: {line.purchase.public_id}", line.refund.public_id) for line in lines])


def _refunded() -> QuerySet[RefundLine]:
    """Lines of decided refunds of what a tax invoice states, without an amendment; by the name documents have."""
    digits = Replace(Cast("purchase__public_id", TextField()), Value("-"), Value(""), output_field=TextField())
    name = Concat(Value("pur_"), digits, output_field=TextField())
    lines = RefundLine.objects.filter(refund__status__in=DECIDED, total__gt=0, tax_invoice__isnull=True)
    stated = _stated().filter(document=OuterRef("document"))
    found: QuerySet[RefundLine] = lines.annotate(document=name).filter(Exists(stated)).order_by("pk")
    return found


def _stated() -> QuerySet[TaxItem]:
    """The items of months; an amendment is not amended."""
    found: QuerySet[TaxItem] = TaxItem.objects.filter(tax_invoice__amends__isnull=True)
    return found


def _originals(documents: list[str]) -> dict[str, TaxInvoice]:
    items = _stated().filter(document__in=documents).select_related("tax_invoice__member")
    return {item.document: item.tax_invoice for item in items}


def _amendment(
    original: TaxInvoice, value: Decimal, tax: Decimal, on: date, calendar: Calendar, at: datetime
) -> TaxInvoice:
    return TaxInvoice(
        member=original.member, month=original.month, amends=original, currency=original.currency, supply_value=value,
        tax=tax, total=value + tax, supplied_on=on, prepared_at=at, issue_by=rules.issue_by(month_of(on), calendar),
        **{name: getattr(original, name) for name in PARTIES},
    )  # fmt: skip


def _written(rows: list[TaxInvoice], items: list[tuple[str, str]]) -> list[TaxInvoice]:
    """Each with its one item: what it is, and the document it follows from."""
    made = TaxInvoice.objects.bulk_create(rows)
    TaxItem.objects.bulk_create(
        TaxItem(tax_invoice=row, position=1, on=row.supplied_on, what=what, document=document,
                supply_value=row.supply_value, tax=row.tax)
        for row, (what, document) in zip(made, items, strict=True)
    )  # fmt: skip
    return made
