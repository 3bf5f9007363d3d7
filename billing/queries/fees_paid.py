"""The fees a member paid in money, without tax, with what of them went back (upstage/24.5)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, QuerySet

from billing.enums import FEES, DisputeStatus, PurchaseStatus, RepaymentStatus
from billing.models import Dispute, Invoice, InvoicePayment, Purchase, Repayment
from billing.rules import taxes
from billing.rules.liability import Fee, Refunded
from upstage_console.kernel.calendars import bounds, kst_date
from upstage_console.kernel.wording import Phrase


def fees_paid(member_id: int, first: date, last: date) -> list[Fee]:
    """Payments of invoices and of credits from `first` to `last`, by payment day.

    Late fees, penalties and damages are no service fees; free credits were not paid. A fixed number of queries.
    """
    return sorted([*_invoices(member_id, first, last), *_purchases(member_id, first, last)], key=lambda fee: fee.on)


def _purchases(member_id: int, first: date, last: date) -> Iterator[Fee]:
    start, end = bounds(first, last)
    rows = Purchase.objects.filter(member=member_id, status=PurchaseStatus.PAID, paid_at__gte=start, paid_at__lt=end)
    for row in _with_refunds(rows.order_by("paid_at"), "payment"):
        what = Phrase("크레딧 구매", "Purchase of credits")
        refunds = _refunds(row.payment, row.amount, row.total, row.currency)
        yield Fee(kst_date(row.paid_at), row.amount, what, row.public_id, refunds)


def _invoices(member_id: int, first: date, last: date) -> Iterator[Fee]:
    paid = InvoicePayment.objects.filter(member=member_id, paid_on__gte=first, paid_on__lte=last)
    rows = Invoice.objects.filter(member=member_id, kind__in=FEES, payments__in=paid).distinct().order_by("pk")
    for invoice in _with_refunds(rows.prefetch_related("payments__payment"), "payments__payment"):
        yield from (fee for fee in _parts(invoice) if first <= fee.on <= last)


def _parts(invoice: Invoice) -> Iterator[Fee]:
    """Each payment's share of the net amount; together they are it, to the last unit."""
    before, what = Decimal(0), Phrase(f"청구서 {invoice.number}", f"Invoice {invoice.number}")
    for row in sorted(invoice.payments.all(), key=lambda one: one.pk):
        net = _net(before + row.principal, invoice) - _net(before, invoice)
        before += row.principal
        if row.principal:
            refunds = _refunds(row.payment, net, row.principal, invoice.currency)
            yield Fee(row.paid_on, net, what, invoice.number, refunds)


def _net(principal: Decimal, invoice: Invoice) -> Decimal:
    return taxes.net_of(principal, net=invoice.subtotal, total=invoice.total, currency=invoice.currency)


def _with_refunds(rows: QuerySet[Any], payment: str) -> QuerySet[Any]:
    """The rows with what went back of their payments, or was taken back through the bank."""
    made = Repayment.objects.filter(status=RepaymentStatus.SUCCEEDED)
    lost = Dispute.objects.filter(status=DisputeStatus.LOST)
    return rows.prefetch_related(
        Prefetch(f"{payment}__repayments", made, "gone_back"), Prefetch(f"{payment}__disputes", lost, "taken_back")
    )


def _refunds(payment: Any, net: Decimal, gross: Decimal, currency: str) -> tuple[Refunded, ...]:
    """What went back of a payment of `gross`, each in its share of the net amount; together never more than that."""
    back = [(kst_date(row.settled_at), row.amount) for row in payment.gone_back]
    back += [(kst_date(row.closed_at), row.amount) for row in payment.taken_back]
    found, before = [], Decimal(0)
    for on, amount in sorted(back):
        after = min(before + amount, gross)
        share = [taxes.net_of(part, net=net, total=gross, currency=currency) for part in (before, after)]
        found.append(Refunded(on, share[1] - share[0]))
        before = after
    return tuple(found)
