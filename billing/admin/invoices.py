"""Invoices: read only; an issued invoice is only ever paid."""

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from billing.admin.credit_notes import IssueCreditNote
from billing.admin.rows import MoneyOfMembersAdmin
from billing.admin.waivers import WaiveLateFee
from billing.models import CreditNote, Invoice, InvoiceLine, InvoicePayment
from upstage_console.kernel.admin import ReadOnlyRows, cells
from upstage_console.kernel.wording import tongue, written


class CreditNoteRows(ReadOnlyRows):
    model = CreditNote
    fields = ("number", "subtotal", "tax", "total", "off_principal", "back_principal", "issued_on", "reason")
    show_change_link = True


class LineRows(ReadOnlyRows):
    model = InvoiceLine
    fields = (
        "position", "what_ko", "month_of_use", "quantity", "unit_price", "per", "steps", "amount", "credits", "charged",
    )  # fmt: skip


class PaymentRows(ReadOnlyRows):
    model = InvoicePayment
    fields = ("payment", "dispute", "principal", "late_fee", "paid_on", "at")


@admin.register(Invoice)
class InvoiceAdmin(MoneyOfMembersAdmin):
    list_display = ("number", "member", "kind", "shown_month", "shown_total", "shown_status", "issued_on", "due_on")
    list_filter = ("status", "kind", "currency", "month", "due_on")
    search_fields = ("number", "member__name", "member__user__email", "member__business_number")
    search_help_text = _("Number, name, e-mail address or business registration number")
    inlines = (LineRows, CreditNoteRows, PaymentRows)
    verbs = (IssueCreditNote, WaiveLateFee)
    readonly_fields = ("public_id",)
    exclude = ("series", "sequence")

    @admin.display(description=_("month"), ordering="month")
    def shown_month(self, invoice: Invoice) -> str:
        return written(invoice.month, "month", tongue(get_language()))

    @admin.display(description=_("status"), ordering="status")
    def shown_status(self, invoice: Invoice) -> SafeString:
        return cells.cell("pill", label=invoice.get_status_display(), tone="good" if invoice.paid_at else "warn")
