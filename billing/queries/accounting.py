"""The tables that accountants take along: invoices, credit notes, payments, purchases, money back, tax invoices.

What concerns firms stands in tables of its own: their invoices have other columns, and numbers of their own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import CharField, F, QuerySet, Value
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from import_export import resources
from import_export.fields import Field
from import_export.widgets import Widget

from billing.enums import DisputeStatus, HandPaymentStatus, PaymentStatus, PurchaseStatus
from billing.models import (
    CreditNote,
    Dispute,
    FirmCreditNote,
    FirmInvoice,
    FirmPayment,
    FirmPayout,
    FirmTaxInvoice,
    HandPayment,
    Invoice,
    Payment,
    Purchase,
    Repayment,
    SetOff,
    TaxInvoice,
    TaxItem,
)
from upstage_console.kernel.calendars import bounds

ROWS_AT_A_TIME: Final = 2000
OF_MEMBER: Final = ("member__public_id", "member__name", "member__business_number")
OF_FIRM: Final = ("firm__public_id", "firm__name", "firm__business_number")

Between = Callable[[date, date], QuerySet[Any]]


class AsItIs(Widget):
    """A value as the row has it: the files know how to write each kind (rules/sheets.py)."""

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        """No text of it yet."""
        return value


class Columns(resources.Resource):
    """The columns of a table, by the paths to what stands in them."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__()
        for path in paths:
            self.fields[path] = Field(path, path.replace("__", "_"), AsItIs())

    def get_chunk_size(self) -> int:
        """So many rows are read at a time."""
        return ROWS_AT_A_TIME


@dataclass(frozen=True)
class Table:
    """One table: what it is called, which rows of which tables lie between two days, and its columns."""

    label: str | Promise
    sources: Sequence[Between]
    fields: Sequence[str]

    @property
    def head(self) -> list[str]:
        """The names of the columns."""
        head: list[str] = Columns(self.fields).get_export_headers()
        return head

    def count(self, first: date, last: date) -> int:
        """How many rows there are."""
        return sum(between(first, last).count() for between in self.sources)

    def rows(self, first: date, last: date) -> Iterator[Sequence[Any]]:
        """The rows from `first` to `last`, read as they are sent."""
        columns = Columns(self.fields)
        for between in self.sources:
            found = between(first, last).order_by("pk")
            for row in columns.iter_queryset(found.select_related(*_joined(self.fields))):
                yield columns.export_resource(row)


def _joined(paths: Sequence[str]) -> set[str]:
    """What other tables the columns name, to be read with the rows."""
    return {path.rpartition("__")[0] for path in paths if "__" in path}


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
    back = Repayment.objects.filter(settled_at__gte=start, settled_at__lt=end)
    return back.annotate(way_back=_way("payment"), paid_with=F("payment__public_id"))


def _by_hand(first: date, last: date) -> QuerySet[Any]:
    start, end = bounds(first, last)
    paid = HandPayment.objects.filter(status=HandPaymentStatus.PAID, decided_at__gte=start, decided_at__lt=end)
    return paid.annotate(way_back=_way("by_hand"), settled_at=F("decided_at"))


def _refunds_by_hand(first: date, last: date) -> QuerySet[Any]:
    return _by_hand(first, last).filter(refund__isnull=False).annotate(subject=F("refund__public_id"))


def _credits_by_hand(first: date, last: date) -> QuerySet[Any]:
    return _by_hand(first, last).filter(credit_note__isnull=False).annotate(subject=F("credit_note__public_id"))


def _disputes_by_hand(first: date, last: date) -> QuerySet[Any]:
    return _by_hand(first, last).filter(dispute__isnull=False).annotate(subject=F("dispute__public_id"))


def _set_off(first: date, last: date) -> QuerySet[Any]:
    taken = SetOff.objects.filter(on__gte=first, on__lte=last)
    return taken.annotate(
        way_back=_way("set_off"), subject=F("refund__public_id"), currency=F("refund__currency"),
        amount=F("principal") + F("late_fee"), reference=F("invoice__number"), settled_at=F("at"),
        status=Value("taken", CharField()),
    )  # fmt: skip


def _lost(first: date, last: date) -> QuerySet[Any]:
    start, end = bounds(first, last)
    lost = Dispute.objects.filter(status=DisputeStatus.LOST, closed_at__gte=start, closed_at__lt=end)
    return lost.annotate(
        way_back=_way("bank"), paid_with=F("payment__public_id"), subject=F("payment__subject"),
        settled_at=F("closed_at"),
    )  # fmt: skip


def _way(name: str) -> Value:
    return Value(name, CharField())


def _tax_invoices(first: date, last: date) -> QuerySet[Any]:
    return TaxInvoice.objects.filter(supplied_on__gte=first, supplied_on__lte=last)


def _tax_items(first: date, last: date) -> QuerySet[Any]:
    return TaxItem.objects.filter(tax_invoice__supplied_on__gte=first, tax_invoice__supplied_on__lte=last)


def _firm_invoices(first: date, last: date) -> QuerySet[Any]:
    return FirmInvoice.objects.filter(issued_on__gte=first, issued_on__lte=last)


def _firm_credit_notes(first: date, last: date) -> QuerySet[Any]:
    return FirmCreditNote.objects.filter(issued_on__gte=first, issued_on__lte=last)


def _firm_payouts(first: date, last: date) -> QuerySet[Any]:
    return FirmPayout.objects.filter(paid_on__gte=first, paid_on__lte=last)


def _firm_payments(first: date, last: date) -> QuerySet[Any]:
    return FirmPayment.objects.filter(paid_on__gte=first, paid_on__lte=last)


def _firm_tax_invoices(first: date, last: date) -> QuerySet[Any]:
    return FirmTaxInvoice.objects.filter(supplied_on__gte=first, supplied_on__lte=last)


WAYS_BACK: Final = [_repayments, _refunds_by_hand, _credits_by_hand, _disputes_by_hand, _set_off, _lost]
AMOUNTS: Final = ("currency", "subtotal", "tax", "total")
STATED: Final = (
    "public_id", "month", "supplied_on", "issue_by", "supplier_number", "supplier_name", "supplier_representative",
    "supplier_address", "recipient_number", "recipient_name", "recipient_representative", "recipient_address",
    "recipient_email", "currency", "supply_value", "tax", "total",
)  # fmt: skip
"""What a tax invoice states, whoever it is for."""
TABLES: Final[Mapping[str, Table]] = {
    "invoices": Table(_("Invoices"), [_invoices], (
        "number", *OF_MEMBER, "kind", "month", "issued_on", "due_on", "usage", "credits_applied", "rounding", *AMOUNTS,
        "status", "paid_at",
    )),
    "credit_notes": Table(_("Credit notes"), [_credit_notes], (
        "number", "invoice__number", *OF_MEMBER, "issued_on", *AMOUNTS, "off_principal", "off_late_fee",
        "back_principal", "back_late_fee", "reason",
    )),
    "payments": Table(_("Payments"), [_payments], (
        "public_id", *OF_MEMBER, "purpose", "subject", "currency", "amount", "payment_method__gateway", "reference",
        "settled_at", "settles__principal", "settles__late_fee",
    )),
    "purchases": Table(_("Purchases of credits"), [_purchases], (
        "public_id", *OF_MEMBER, "mode", "currency", "amount", "tax", "total", "credits", "bonus", "paid_at",
    )),
    "refunds": Table(_("Money paid back"), WAYS_BACK, (
        "way_back", "public_id", *OF_MEMBER, "paid_with", "subject", "currency", "amount", "status", "reference",
        "settled_at",
    )),
    "tax_invoices": Table(_("Tax invoices"), [_tax_invoices], (
        *STATED, "amends__approval_number", "credit_note__number", "refund_line__refund__public_id", "status",
        "approval_number", "issued_on",
    )),
    "tax_items": Table(_("Items of tax invoices"), [_tax_items], (
        "tax_invoice__public_id", "position", "on", "what", "document", "supply_value", "tax",
    )),
    "firm_invoices": Table(capfirst(_("invoices of firms")), [_firm_invoices], (
        "number", *OF_FIRM, "month", "issued_on", "received_on", "due_on", "rounding", *AMOUNTS, "percent_late",
        "status", "paid_at",
    )),
    "firm_credit_notes": Table(capfirst(_("credit notes of firms")), [_firm_credit_notes], (
        "number", "invoice__number", *OF_FIRM, "ground", "issued_on", *AMOUNTS, "off_principal", "off_interest",
        "back_principal", "back_interest", "reason",
    )),
    "firm_payments": Table(capfirst(_("payments of firms")), [_firm_payments], (
        "public_id", *OF_FIRM, "invoice__number", "kind", "invoice__currency", "principal", "interest", "reference",
        "paid_on",
    )),
    "firm_payouts": Table(capfirst(_("transfers to firms")), [_firm_payouts], (
        "public_id", *OF_FIRM, "subject", "currency", "amount", "decided_at", "paid_on", "reference",
    )),
    "firm_tax_invoices": Table(capfirst(_("tax invoices of firms")), [_firm_tax_invoices], (
        *STATED, "invoice__number", "amends__approval_number", "credit_note__number", "status", "approval_number",
        "issued_on",
    )),
}  # fmt: skip
"""Each by its name in addresses and of files."""
