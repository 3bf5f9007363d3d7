"""What members owe on invoices, with late fees as of a day (upstage/18.2)."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet

from billing.enums import InvoiceStatus
from billing.models import Invoice, InvoicePayment
from billing.rules import late_fees
from billing.rules.late_fees import Debt, Paid
from upstage_console.kernel.calendars import kst_date


def debt_of(invoice: Invoice, today: date) -> Debt:
    """What is owed on one invoice on a KST day."""
    rows = InvoicePayment.objects.filter(invoice=invoice).order_by("pk")
    return _debt(invoice, rows, today)


def _debt(invoice: Invoice, rows: Iterable[InvoicePayment], today: date) -> Debt:
    paid = [Paid(row.paid_on, row.principal, row.late_fee) for row in rows]
    return late_fees.debt(invoice.total, invoice.due_on, paid, today=today, currency=invoice.currency)


def unpaid(member_id: int, at: datetime) -> QuerySet[Invoice]:
    """The member's invoices past their due day and not paid, the oldest first (upstage/15.1: an earlier one is not)."""
    return Invoice.objects.filter(member_id=member_id, status=InvoiceStatus.ISSUED, due_on__lt=kst_date(at)).order_by(
        "due_on", "pk"
    )


def owed(member_id: int, at: datetime) -> list[tuple[Invoice, Debt]]:
    """Every open invoice of a member with what is owed on it, the oldest first; two queries."""
    invoices = Invoice.objects.filter(member_id=member_id, status=InvoiceStatus.ISSUED).order_by("due_on", "pk")
    today = kst_date(at)
    return [(one, _debt(one, one.payments.all(), today)) for one in invoices.prefetch_related("payments")]


def owed_total(member_id: int, at: datetime) -> Decimal:
    """The sum of what is owed, due already or not, with late fees."""
    return sum((debt.total for _, debt in owed(member_id, at)), Decimal(0))
