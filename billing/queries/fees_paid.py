"""The fees a member paid in money, without tax, with what of them went back (upstage/24.5)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from billing.enums import FEES, PurchaseStatus
from billing.models import Invoice, InvoicePayment, Purchase
from billing.rules import taxes
from billing.rules.liability import Fee
from upstage_console.kernel.calendars import bounds, kst_date
from upstage_console.kernel.wording import Phrase


def fees_paid(member_id: int, first: date, last: date) -> list[Fee]:
    """Payments of invoices and of credits from `first` to `last`, by payment day.

    Late fees, penalties and damages are no service fees; free credits were not paid. Three queries.
    """
    return sorted([*_invoices(member_id, first, last), *_purchases(member_id, first, last)], key=lambda fee: fee.on)


def _purchases(member_id: int, first: date, last: date) -> Iterator[Fee]:
    start, end = bounds(first, last)
    rows = Purchase.objects.filter(member=member_id, status=PurchaseStatus.PAID, paid_at__gte=start, paid_at__lt=end)
    for row in rows.order_by("paid_at"):
        what = Phrase("크레딧 구매", "Purchase of credits")
        yield Fee(kst_date(row.paid_at), row.amount, what, row.public_id)


def _invoices(member_id: int, first: date, last: date) -> Iterator[Fee]:
    paid = InvoicePayment.objects.filter(member=member_id, paid_on__gte=first, paid_on__lte=last)
    rows = Invoice.objects.filter(member=member_id, kind__in=FEES, payments__in=paid).distinct().order_by("pk")
    for invoice in rows.prefetch_related("payments"):
        yield from (fee for fee in _parts(invoice) if first <= fee.on <= last)


def _parts(invoice: Invoice) -> Iterator[Fee]:
    """Each payment's share of the net amount; together they are it, to the last unit."""
    before, what = Decimal(0), Phrase(f"청구서 {invoice.number}", f"Invoice {invoice.number}")
    for row in sorted(invoice.payments.all(), key=lambda one: one.pk):
        net = _net(before + row.principal, invoice) - _net(before, invoice)
        before += row.principal
        if row.principal:
            yield Fee(row.paid_on, net, what, invoice.number)


def _net(principal: Decimal, invoice: Invoice) -> Decimal:
    return taxes.net_of(principal, net=invoice.subtotal, total=invoice.total, currency=invoice.currency)
