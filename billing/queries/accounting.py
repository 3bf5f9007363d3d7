"""The tables that accountants take along: invoices, credit notes, payments, purchases, money back, tax invoices."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.enums import PaymentStatus, PurchaseStatus
from billing.models import CreditNote, Invoice, Payment, Purchase, Repayment, TaxInvoice, TaxItem
from upstage_console.kernel.calendars import bounds

ROWS_AT_A_TIME: Final = 2000
OF_MEMBER: Final = ("member__public_id", "member__name", "member__business_number")

Between = Callable[[date, date], QuerySet[Any]]


@dataclass(frozen=True)
class Table:
    """One table: what it is called, which rows lie between two days, and its columns."""

    label: str | Promise
    between: Between
    fields: Sequence[str]

    @property
    def head(self) -> list[str]:
        """The names of the columns."""
        return [name.replace("__", "_") for name in self.fields]

    def rows(self, first: date, last: date) -> Iterator[Sequence[Any]]:
        """The rows from `first` to `last`, read as they are sent."""
        found = self.between(first, last).order_by("pk").values_list(*self.fields)
        return found.iterator(chunk_size=ROWS_AT_A_TIME)


def _invoices(first: date, last: date) -> QuerySet[Any]:
    return Invoice.objects.filter(issued_on__gte=first, issued_on__lte=last)


def _credit_notes(first: date, last: date) -> QuerySet[Any]:
    return CreditNote.objects.filter(issued_on__gte=first, issued_on__lte=last)


def _payments(first: date, last: date) -> QuerySet[Any]:
    start, end = bounds(first, last)
    return Payment.objects.filter(status=PaymentStatus.SUCCEEDED, settled_at__gte=start, settled_at__lt=end)


def _purchases(first: date, last: date) -> QuerySet[Any]:
    start, end = bounds(first, last)
    return Purchase.objects.filter(status=PurchaseStatus.PAID, paid_at__gte=start, paid_at__lt=end)


def _repayments(first: date, last: date) -> QuerySet[Any]:
    start, end = bounds(first, last)
    return Repayment.objects.filter(settled_at__gte=start, settled_at__lt=end)


def _tax_invoices(first: date, last: date) -> QuerySet[Any]:
    return TaxInvoice.objects.filter(supplied_on__gte=first, supplied_on__lte=last)


def _tax_items(first: date, last: date) -> QuerySet[Any]:
    return TaxItem.objects.filter(tax_invoice__supplied_on__gte=first, tax_invoice__supplied_on__lte=last)


AMOUNTS: Final = ("currency", "subtotal", "tax", "total")
TABLES: Final[Mapping[str, Table]] = {
    "invoices": Table(_("Invoices"), _invoices, (
        "number", *OF_MEMBER, "kind", "month", "issued_on", "due_on", "usage", "credits_applied", "rounding", *AMOUNTS,
        "status", "paid_at",
    )),
    "credit_notes": Table(_("Credit notes"), _credit_notes, (
        "number", "invoice__number", *OF_MEMBER, "issued_on", *AMOUNTS, "off_principal", "off_late_fee",
        "back_principal", "back_late_fee", "reason",
    )),
    "payments": Table(_("Payments"), _payments, (
        "public_id", *OF_MEMBER, "purpose", "subject", "currency", "amount", "payment_method__gateway", "reference",
        "settled_at", "settles__principal", "settles__late_fee",
    )),
    "purchases": Table(_("Purchases of credits"), _purchases, (
        "public_id", *OF_MEMBER, "mode", "currency", "amount", "tax", "total", "credits", "bonus", "paid_at",
    )),
    "refunds": Table(_("Money paid back"), _repayments, (
        "public_id", *OF_MEMBER, "payment__public_id", "subject", "currency", "amount", "status", "reference",
        "settled_at",
    )),
    "tax_invoices": Table(_("Tax invoices"), _tax_invoices, (
        "public_id", "month", "supplied_on", "issue_by", "supplier_number", "supplier_name",
        "supplier_representative", "supplier_address", "recipient_number", "recipient_name",
        "recipient_representative", "recipient_address", "recipient_email", "currency", "supply_value", "tax", "total",
        "amends__approval_number", "credit_note__number", "status", "approval_number", "issued_on",
    )),
    "tax_items": Table(_("Items of tax invoices"), _tax_items, (
        "tax_invoice__public_id", "position", "on", "what", "document", "supply_value", "tax",
    )),
}  # fmt: skip
"""Each by its name in addresses and of files."""
