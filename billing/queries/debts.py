"""What members owe on invoices, with late fees as of a day (upstage/18.2)."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db.models import QuerySet

from billing.enums import FEES, InvoiceStatus, ProposalStatus
from billing.models import CreditNote, Invoice, InvoicePayment, LateFeeWaiver
from billing.rules import late_fees
from billing.rules.late_fees import Debt, Paid
from upstage_console.kernel.calendars import kst_date


def debt_of(invoice: Invoice, today: date) -> Debt:
    """What is owed on one invoice on a KST day."""
    payments = InvoicePayment.objects.filter(invoice=invoice).order_by("pk")
    waivers = LateFeeWaiver.objects.filter(invoice=invoice)
    return debt_from(invoice, payments, waivers, today)


def debt_from(
    invoice: Invoice, payments: Iterable[InvoicePayment], waivers: Iterable[LateFeeWaiver], today: date
) -> Debt:
    """What is owed on an invoice, from its payments and waivers as they were read, less set-offs and credit notes."""
    paid = [Paid(row.paid_on, row.principal, row.late_fee) for row in payments]
    paid += [Paid(row.on, row.principal, row.late_fee) for row in invoice.set_offs.all()]
    paid += [credited(invoice, row) for row in invoice.credit_notes.all()]
    waived = sum((row.amount for row in waivers if row.status == ProposalStatus.APPROVED), Decimal(0))
    return late_fees.debt(
        invoice.total, invoice.due_on, paid, today=today, currency=invoice.currency, waived=waived,
        bears_late_fee=invoice.kind in FEES,
    )  # fmt: skip


def credited(invoice: Invoice, note: CreditNote) -> Paid:
    """A credit note as the debt knows it: never owed, so it counts from the first day; what went back is not there."""
    return Paid(invoice.issued_on, note.off_principal, note.off_late_fee)


def unpaid(member_id: int, at: datetime) -> QuerySet[Invoice]:
    """The member's invoices of fees past their due day and not paid, the oldest first.

    One that is not due yet is not unpaid (upstage/15.1), and a penalty or damages are no fees.
    """
    rows: QuerySet[Invoice] = Invoice.objects.filter(member_id=member_id, status=InvoiceStatus.ISSUED, kind__in=FEES)
    return rows.filter(due_on__lt=kst_date(at)).order_by("due_on", "pk")


def owed(member_id: int, at: datetime) -> list[tuple[Invoice, Debt]]:
    """Every open invoice of a member with what is owed on it, the oldest first; a fixed number of queries."""
    invoices = Invoice.objects.filter(member_id=member_id, status=InvoiceStatus.ISSUED).order_by("due_on", "pk")
    today, parts = kst_date(at), invoices.prefetch_related("payments", "waivers", "set_offs", "credit_notes")
    return [(one, debt_from(one, one.payments.all(), one.waivers.all(), today)) for one in parts]


def owed_total(member_id: int, at: datetime) -> Decimal:
    """The sum of what is owed, due already or not, with late fees."""
    return sum((debt.total for _, debt in owed(member_id, at)), Decimal(0))
