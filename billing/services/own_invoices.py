"""What a member's export holds of invoices, credit notes and tax invoices (upstage/6.5)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Func, TextField, Value

from accounts.models import Member
from accounts.services.own_data import part, streamed
from billing.models import (
    BusinessProfile,
    CreditLine,
    CreditNote,
    Invoice,
    InvoiceLine,
    LateFeeWaiver,
    Reinvoice,
    TaxInvoice,
)


@part("business_data", place=319, ko="사업자 정보", en="Business data", columns=(
    "representative", "address", "business_type", "business_item", "tax_email", "updated_at"
))  # fmt: skip
def business(member: Member) -> Iterable[Sequence[Any]]:
    """What stands on the documents of a business."""
    rows = BusinessProfile.objects.filter(member=member)
    return streamed(rows, "representative", "address", "business_type", "business_item", "tax_email", "updated_at")


@part("invoices", place=320, ko="청구서", en="Invoices", columns=(
    "number", "kind", "month", "currency", "usage", "paid_with_credits", "subtotal", "tax", "total", "issued_on",
    "due_on", "status", "paid_at",
))  # fmt: skip
def invoices(member: Member) -> Iterable[Sequence[Any]]:
    """Invoices."""
    amounts = ("currency", "usage", "credits_applied", "subtotal", "tax", "total")
    fields = ("number", "kind", "month", *amounts, "issued_on", "due_on", "status", "paid_at")
    return streamed(Invoice.objects.filter(member=member).order_by("pk"), *fields)


@part("invoice_lines", place=321, ko="청구서 항목", en="Lines of invoices", columns=(
    "invoice", "position", "what_ko", "what_en", "quantity", "price", "per", "amount", "paid_with_credits", "charged",
    "quantity_by_step",
))  # fmt: skip
def invoice_lines(member: Member) -> Iterable[Sequence[Any]]:
    """The lines of the invoices."""
    fields = ("invoice__number", "position", "what_ko", "what_en", "quantity", "unit_price", "per", "amount")
    rows = InvoiceLine.objects.filter(member=member).order_by("invoice_id", "position")
    by_step = Func(F("steps"), Value("; "), function="array_to_string", output_field=TextField())
    return streamed(rows.annotate(by_step=by_step), *fields, "credits", "charged", "by_step")


@part("late_fee_waivers", place=322, ko="가산금 면제", en="Late fees waived", columns=(
    "number", "invoice", "status", "amount", "currency", "decided_at"
))  # fmt: skip
def late_fee_waivers(member: Member) -> Iterable[Sequence[Any]]:
    """Late fees that are not insisted on."""
    rows = LateFeeWaiver.objects.filter(member=member).order_by("pk")
    return streamed(rows, "public_id", "invoice__number", "status", "amount", "currency", "decided_at")


@part("credit_notes", place=323, ko="감액 청구서", en="Credit notes", columns=(
    "number", "invoice", "currency", "subtotal", "tax", "total", "no_longer_owed", "late_fee_no_longer_owed",
    "paid_back", "late_fee_paid_back", "reason", "issued_on",
))  # fmt: skip
def credit_notes(member: Member) -> Iterable[Sequence[Any]]:
    """What of the invoices is not owed after all."""
    amounts = ("currency", "subtotal", "tax", "total", "off_principal", "off_late_fee", "back_principal",
               "back_late_fee")  # fmt: skip
    rows = CreditNote.objects.filter(member=member).order_by("pk")
    return streamed(rows, "number", "invoice__number", *amounts, "reason", "issued_on")


@part("credit_note_lines", place=325, ko="감액 청구서 항목", en="Lines of credit notes", columns=(
    "credit_note", "position", "what_ko", "what_en", "quantity", "amount", "paid_with_credits", "charged", "rounding"
))  # fmt: skip
def credit_lines(member: Member) -> Iterable[Sequence[Any]]:
    """The lines of the credit notes."""
    rows = CreditLine.objects.filter(member=member).order_by("credit_note_id", "position")
    return streamed(rows, "credit_note__number", "position", "line__what_ko", "line__what_en", "quantity", "amount",
                    "credits", "charged", "rounding")  # fmt: skip


@part("invoices_stated_again", place=327, ko="다시 청구한 내역", en="Invoices stated again", columns=(
    "number", "invoice", "month_to", "unpaid", "late_fee_of_the_month", "late_fees", "total", "currency", "at"
))  # fmt: skip
def reinvoices(member: Member) -> Iterable[Sequence[Any]]:
    """Unpaid invoices as they were stated again."""
    rows = Reinvoice.objects.filter(member=member).order_by("pk")
    return streamed(rows, "number", "invoice__number", "ends_on", "principal", "fee", "late_fee", "total", "currency",
                    "at")  # fmt: skip


@part("tax_invoices", place=329, ko="세금계산서", en="Tax invoices", columns=(
    "number", "month", "supply_value", "tax", "total", "currency", "recipient_number", "recipient_name",
    "recipient_representative", "recipient_address", "status", "approval_number", "issued_on",
))  # fmt: skip
def tax_invoices(member: Member) -> Iterable[Sequence[Any]]:
    """Tax invoices and their amendments."""
    amounts = ("public_id", "month", "supply_value", "tax", "total", "currency")
    parties = ("recipient_number", "recipient_name", "recipient_representative", "recipient_address")
    rows = TaxInvoice.objects.filter(member=member).order_by("pk")
    return streamed(rows, *amounts, *parties, "status", "approval_number", "issued_on")
