"""What firms owe, with interest by days, and what they paid of their fees (rift/7.3, 17.3)."""

from datetime import date
from decimal import Decimal

from django.db.models import Sum

from billing.enums import FirmPaymentKind, InvoiceStatus
from billing.models import Firm, FirmInvoice, FirmPayment
from billing.rules import interest, taxes
from billing.rules.interest import Debt, Paid
from billing.rules.liability import Fee
from upstage_console.kernel.wording import Phrase


def debt_of(invoice: FirmInvoice, *, today: date) -> Debt:
    """What is owed on an invoice on a KST day, with VAT; what was paid later counts as paid."""
    paid = [Paid(one.paid_on, one.principal, one.interest) for one in invoice.payments.all()]
    return interest.debt(
        invoice.total, invoice.due_on, paid, percent=invoice.percent_late, today=today, currency=invoice.currency
    )


def unpaid_of(firm: Firm) -> Decimal:
    """What is open of a firm's invoices, with VAT and without interest."""
    rows = FirmInvoice.objects.filter(firm=firm, status=InvoiceStatus.ISSUED)
    billed = rows.aggregate(sum=Sum("total", default=Decimal(0)))["sum"]
    paid = FirmPayment.objects.filter(invoice__in=rows).aggregate(sum=Sum("principal", default=Decimal(0)))["sum"]
    left: Decimal = billed - paid
    return left


def fees_paid(invoice_ids: list[int], first: date, last: date) -> list[Fee]:
    """The fees paid in money from `first` to `last` on these invoices, without VAT and interest."""
    rows = FirmPayment.objects.filter(
        invoice__in=invoice_ids, kind=FirmPaymentKind.TRANSFER, paid_on__gte=first, paid_on__lte=last, principal__gt=0
    )
    return [_fee(row) for row in rows.select_related("invoice").order_by("paid_on", "pk")]


def _fee(row: FirmPayment) -> Fee:
    bill = row.invoice
    net = taxes.net_of(row.principal, net=bill.subtotal, total=bill.total, currency=bill.currency)
    return Fee(row.paid_on, net, Phrase(f"청구서 {bill.number}", f"Invoice {bill.number}"), bill.number)
