"""Tax invoices of firms at the desk: the verbs are those of members' ones, for a row of another table."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.admin.tax_invoices import NoteIssued, TakeDataAnew
from billing.enums import TaxInvoiceStatus
from billing.models import FirmTaxInvoice
from billing.services import firm_tax_invoices, tax_invoices
from upstage_console.kernel.admin import Done, ServiceActionAdmin, cells


class NoteFirmsIssued(NoteIssued):
    permission = "billing.issue_firmtaxinvoice"

    def run(self, row: Any, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        firm_tax_invoices.note_issued(
            row.public_id, approval_number=given["approval_number"], issued_on=given["issued_on"],
            reason=given["reason"], by=by, at=at,
        )  # fmt: skip
        return Done(_("It is written down."))


class TakeFirmsDataAnew(TakeDataAnew):
    permission = "billing.issue_firmtaxinvoice"

    def run(self, row: Any, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        firm_tax_invoices.take_data_anew(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The data is taken anew."))


@admin.register(FirmTaxInvoice)
class FirmTaxInvoiceAdmin(ServiceActionAdmin):
    work = "contracts"
    list_display = ("recipient_name", "recipient_number", "invoice", "credit_note", "month", "shown_total",
                    "shown_status", "issue_by", "what_is_missing")  # fmt: skip
    list_filter = ("status", "month", "issue_by")
    list_select_related = ("invoice", "credit_note", "firm")
    search_fields = ("recipient_name", "recipient_number", "approval_number", "invoice__number", "credit_note__number")
    search_help_text = gettext_lazy("Name, business registration number, approval number, invoice or credit note")
    readonly_fields = ("public_id", "shown_status", "what_is_missing")
    verbs = (NoteFirmsIssued, TakeFirmsDataAnew)

    @admin.display(description=gettext_lazy("total"), ordering="total")
    def shown_total(self, row: FirmTaxInvoice) -> SafeString:
        return cells.cell("money", value=row.total, currency=row.currency)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: FirmTaxInvoice) -> SafeString:
        tone = "good" if row.status == TaxInvoiceStatus.ISSUED else "warn"
        return cells.cell("pill", label=row.get_status_display(), tone=tone)

    @admin.display(description=gettext_lazy("missing"))
    def what_is_missing(self, row: FirmTaxInvoice) -> str:
        return ", ".join(tax_invoices.names_of(tax_invoices.missing(row))) or "–"
