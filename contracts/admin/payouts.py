"""Transfers to customers at the desk: what is to go out, and writing down that it went."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminTextInputWidget

from billing.models import FirmPayout
from billing.services.firm_payouts import Sent
from contracts.admin.customers import money
from contracts.services import payouts
from upstage_console.kernel.admin import Done, ReasonForm, ServiceActionAdmin, Text, Verb, cells
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import AlreadyDone, Refusal


class SentForm(ReasonForm):
    on = forms.DateField(label=gettext_lazy("Transferred on"), widget=UnfoldAdminDateWidget)
    reference = forms.CharField(
        label=gettext_lazy("Reference"), max_length=120, widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("The bank's number of the transfer; the customer reads it."),
    )  # fmt: skip


class NoteSent(Verb):
    name, label, tone, icon = "sent", gettext_lazy("It was transferred"), "primary", "check"
    permission, form = "billing.note_firmpayout", SentForm

    def refusal(self, row: FirmPayout, *, at: datetime) -> Refusal | None:
        return None if row.paid_on is None else AlreadyDone()

    def initial(self, row: FirmPayout, *, at: datetime) -> Mapping[str, Any]:
        return {"on": kst_date(at)}

    def sentence(self, row: FirmPayout, *, at: datetime) -> Text:
        amount = money(row.amount, row.currency)
        return _("%(amount)s went to %(firm)s; that is written down once, and the customer is told.") % {
            "amount": amount, "firm": row.firm,
        }  # fmt: skip

    def run(self, row: FirmPayout, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        sent = Sent(given["on"], given["reference"].strip())
        payouts.note_sent(row.public_id, sent, reason=given["reason"], by=by, at=at)
        return Done(_("It is written down."))


@admin.register(FirmPayout)
class FirmPayoutAdmin(ServiceActionAdmin):
    work = "contracts"
    list_display = ("public_id", "firm", "subject", "shown_amount", "shown_status", "decided_at", "paid_on")
    list_filter = (("paid_on", admin.EmptyFieldListFilter), "currency", "decided_at")
    list_select_related = ("firm",)
    search_fields = ("subject", "reference", "firm__name", "firm__business_number")
    search_help_text = gettext_lazy("What it is for, reference, name of the firm or business registration number")
    readonly_fields = ("public_id", "shown_status")
    verbs = (NoteSent,)

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def shown_amount(self, row: FirmPayout) -> SafeString:
        return cells.cell("money", value=row.amount, currency=row.currency)

    @admin.display(description=gettext_lazy("status"))
    def shown_status(self, row: FirmPayout) -> SafeString:
        label, tone = (_("to be transferred"), "warn") if row.paid_on is None else (_("transferred"), "good")
        return cells.cell("pill", label=label, tone=tone)
