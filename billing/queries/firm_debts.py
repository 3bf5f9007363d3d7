"""What firms owe, with interest by days, and what they paid of their fees (rift/7.3, 17.3)."""

from datetime import date
from decimal import Decimal
from itertools import groupby

from django.db.models import Sum

from billing.enums import FirmCreditGround, FirmPaymentKind, InvoiceStatus
from billing.models import Firm, FirmCreditNote, FirmInvoice, FirmPayment
from billing.rules import interest, taxes
from billing.rules.interest import Debt, Paid
from billing.rules.liability import Fee, Refunded
from upstage_console.kernel.wording import Phrase

Back = tuple[date, Decimal]
"""The KST day, and so much with tax."""


def debt_of(invoice: FirmInvoice, *, today: date) -> Debt:
    """What is owed on an invoice on a KST day, with VAT; what was paid or credited later counts, too."""
    paid = [Paid(one.paid_on, one.principal, one.interest) for one in invoice.payments.all()]
    paid += [credited(invoice, note) for note in invoice.credit_notes.all()]
    return interest.debt(
        invoice.total, invoice.due_on, paid, percent=invoice.percent_late, today=today, currency=invoice.currency
    )


def credited(invoice: FirmInvoice, note: FirmCreditNote) -> Paid:
    """A credit note as the debt knows it: a mistake counts from the first day, what was given back from its own day.

    What went back is not there.
    """
    on = invoice.issued_on if note.ground == FirmCreditGround.MISTAKE else note.issued_on
    return Paid(on, note.off_principal, note.off_interest)


def unpaid_of(firm: Firm) -> Decimal:
    """What is open of a firm's invoices, with VAT and without interest."""
    rows = FirmInvoice.objects.filter(firm=firm, status=InvoiceStatus.ISSUED)
    billed = rows.aggregate(sum=Sum("total", default=Decimal(0)))["sum"]
    paid = FirmPayment.objects.filter(invoice__in=rows).aggregate(sum=Sum("principal", default=Decimal(0)))["sum"]
    noted = FirmCreditNote.objects.filter(invoice__in=rows)
    off = noted.aggregate(sum=Sum("off_principal", default=Decimal(0)))["sum"]
    left: Decimal = billed - paid - off
    return left


def fees_paid(invoice_ids: list[int], first: date, last: date) -> list[Fee]:
    """The fees paid in money from `first` to `last` on these invoices, without VAT and interest; with what went back.

    What a credit note gave back counts as gone from the day of the note, on which it became the firm's again, however
    later the bank transfers it; of the payments of its invoice, the last one first, also of what was set off.
    """
    rows = FirmPayment.objects.filter(invoice__in=invoice_ids, principal__gt=0)
    found = list(rows.select_related("invoice").prefetch_related("invoice__credit_notes").order_by("paid_on", "pk"))
    gone: dict[int, list[Back]] = {}
    for _key, payments in groupby(sorted(found, key=lambda one: one.invoice_id), key=lambda one: one.invoice_id):
        gone |= _gone_back(list(payments))
    in_money = [row for row in found if row.kind == FirmPaymentKind.TRANSFER and first <= row.paid_on <= last]
    return [_fee(row, gone.get(row.pk, [])) for row in in_money]


def _gone_back(payments: list[FirmPayment]) -> dict[int, list[Back]]:
    """What the credit notes of one invoice gave back of each of its payments."""
    found: dict[int, list[Back]] = {row.pk: [] for row in payments}
    left = {row.pk: row.principal for row in payments}
    for note in sorted(payments[0].invoice.credit_notes.all(), key=lambda one: one.pk):
        amount = note.back_principal
        for row in reversed(payments):
            part = min(amount, left[row.pk])
            if part:
                found[row.pk].append((note.issued_on, part))
                left[row.pk], amount = left[row.pk] - part, amount - part
    return found


def _fee(row: FirmPayment, gone: list[Back]) -> Fee:
    bill = row.invoice
    net = _net(row.principal, bill)
    back = tuple(Refunded(on, _net(amount, bill)) for on, amount in gone)
    return Fee(row.paid_on, net, Phrase(f"청구서 {bill.number}", f"Invoice {bill.number}"), bill.number, back)


def _net(amount: Decimal, bill: FirmInvoice) -> Decimal:
    return taxes.net_of(amount, net=bill.subtotal, total=bill.total, currency=bill.currency)
