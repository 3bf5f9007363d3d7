"""Tax invoices at the desk: what is to be issued, with what is missing, and the tax office's number once it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminTextInputWidget

from billing.admin.rows import MoneyOfMembersAdmin
from billing.enums import TaxInvoiceStatus
from billing.models import TaxInvoice, TaxItem
from billing.services import tax_invoices
from upstage_console.kernel.admin import Done, ReadOnlyRows, ReasonForm, Text, Verb, cells
from upstage_console.kernel.errors import AlreadyDone, Refusal
from upstage_console.kernel.wording import tongue, written


class IssuedForm(ReasonForm):
    approval_number = forms.CharField(
        label=gettext_lazy("Approval number of the tax office"), max_length=40, widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("24 letters and digits; hyphens may be there."),
    )  # fmt: skip
    issued_on = forms.DateField(label=gettext_lazy("Issued on"), widget=UnfoldAdminDateWidget)


class OfPrepared(Verb):
    permission = "billing.issue_taxinvoice"

    def refusal(self, row: TaxInvoice, *, at: datetime) -> Refusal | None:
        return None if row.status == TaxInvoiceStatus.PREPARED else AlreadyDone()


class NoteIssued(OfPrepared):
    name, label, tone = "issued", gettext_lazy("It was issued"), "primary"
    form = IssuedForm

    def sentence(self, row: TaxInvoice, *, at: datetime) -> Text:
        return _("The tax office's number is written down, and the task is done. That cannot be undone.")

    def run(self, row: TaxInvoice, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        tax_invoices.note_issued(
            row.public_id, approval_number=given["approval_number"], issued_on=given["issued_on"],
            reason=given["reason"], by=by, at=at,
        )  # fmt: skip
        return Done(_("It is written down."))


class TakeDataAnew(OfPrepared):
    name, label = "data-anew", gettext_lazy("Take the data anew")

    def sentence(self, row: TaxInvoice, *, at: datetime) -> Text:
        return _("Number, name, representative and address of both sides are taken as they are now.")

    def run(self, row: TaxInvoice, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        tax_invoices.take_data_anew(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The data is taken anew."))


class ItemRows(ReadOnlyRows):
    model = TaxItem
    fields = ("position", "on", "what", "document", "supply_value", "tax")


@admin.register(TaxInvoice)
class TaxInvoiceAdmin(MoneyOfMembersAdmin):
    list_display = ("recipient_name", "recipient_number", "shown_month", "shown_kind", "shown_total", "shown_status",
                    "issue_by", "what_is_missing")  # fmt: skip
    list_filter = ("status", "month", "issue_by", "currency")
    list_select_related = ("member",)
    search_fields = ("recipient_name", "recipient_number", "approval_number", "member__user__email")
    search_help_text = gettext_lazy("Name, business registration number or approval number")
    readonly_fields = ("public_id", "shown_status", "what_is_missing")
    inlines = (ItemRows,)
    verbs = (NoteIssued, TakeDataAnew)

    @admin.display(description=gettext_lazy("month of supply"), ordering="month")
    def shown_month(self, row: TaxInvoice) -> str:
        return written(row.month, "month", tongue(get_language()))

    @admin.display(description=gettext_lazy("kind"))
    def shown_kind(self, row: TaxInvoice) -> str:
        return _("amendment") if row.amends_id else _("month's supply")

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: TaxInvoice) -> SafeString:
        tone = "good" if row.status == TaxInvoiceStatus.ISSUED else "warn"
        return cells.cell("pill", label=row.get_status_display(), tone=tone)

    @admin.display(description=gettext_lazy("missing"))
    def what_is_missing(self, row: TaxInvoice) -> str:
        return ", ".join(tax_invoices.names_of(tax_invoices.missing(row))) or "–"
