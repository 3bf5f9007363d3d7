"""Invoices of contracts at the desk: received, paid, disputed, answered; delinquencies are annulled here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from billing.enums import InvoiceStatus
from billing.models import FirmCreditNote, FirmInvoice, FirmInvoiceLine, FirmPayment
from billing.queries.firm_debts import debt_of
from billing.rules import interest
from billing.views.invoices import pdf_response
from contracts.admin.crediting import IssueFirmCredit
from contracts.admin.customers import day, money
from contracts.admin.of_invoice import OfInvoice
from contracts.models import Delinquency, InvoiceDispute
from contracts.services import delinquencies, invoice_files, paying
from upstage_console.kernel import clock
from upstage_console.kernel.admin import Done, ReadOnlyRows, ReasonForm, Row, ServiceActionAdmin, Text, cells
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.db import new_id
from upstage_console.kernel.errors import AlreadyDone, Refusal
from upstage_console.kernel.wording import LANGUAGES, tongue

FILE_URL: Final = "billing_firminvoice_file"
NAMES: Final = {"ko": "한국어", "en": "English"}


class ReceivedForm(ReasonForm):
    received_on = forms.DateField(label=gettext_lazy("Received on"), widget=UnfoldAdminDateWidget)


class PaidForm(ReasonForm):
    paid_on = forms.DateField(label=gettext_lazy("Paid on"), widget=UnfoldAdminDateWidget)
    amount = forms.DecimalField(
        label=gettext_lazy("Amount"), required=False, min_value=0, max_digits=20, decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget, help_text=gettext_lazy("With tax. Empty: all that was due on that day."),
    )  # fmt: skip
    reference = forms.CharField(
        label=gettext_lazy("Reference"), required=False, max_length=100, widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("The bank's number of the transfer; the same number is recorded once."),
    )  # fmt: skip


class Received(OfInvoice):
    name, label, tone, icon = "received", gettext_lazy("It was received"), "primary", "mark_email_read"
    permission, form = "billing.receive_firminvoice", ReceivedForm

    def sentence(self, row: FirmInvoice, *, at: datetime) -> Text:
        return _("The days to pay run from that day, as the governing document says. It is written down once.")

    def initial(self, row: FirmInvoice, *, at: datetime) -> Mapping[str, Any]:
        return {"received_on": kst_date(at)}

    def refusal(self, row: FirmInvoice, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.received_on else None

    def run(self, row: FirmInvoice, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = paying.receive(
            self.contract_of(row), row.public_id, on=given["received_on"], reason=given["reason"], by=by, at=at
        )
        return Done(_("It is due."), result=done)

    def rows(self, row: FirmInvoice, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("Due on"), after=day(done.result.due_on)), Row(_("Why"), after=_said(done.result.why_due))]


class Unpaid(OfInvoice):
    """A verb of an invoice that is not settled."""

    def refusal(self, row: FirmInvoice, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.status == InvoiceStatus.PAID else None


class RecordPayment(Unpaid):
    name, label, icon = "record-payment", gettext_lazy("Record a payment"), "account_balance"
    permission, form = "billing.record_firmpayment", PaidForm

    def sentence(self, row: FirmInvoice, *, at: datetime) -> Text:
        return interest.explain(debt_of(row, today=kst_date(at))).text(tongue(get_language()))

    def initial(self, row: FirmInvoice, *, at: datetime) -> Mapping[str, Any]:
        return {"paid_on": kst_date(at)}

    def run(self, row: FirmInvoice, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        reference = given["reference"].strip()
        made = paying.pay(
            self.contract_of(row), row.public_id, on=given["paid_on"], amount=given["amount"], reference=reference,
            key=_key_of(row, given) if reference else new_id().hex, reason=given["reason"], by=by, at=at,
        )  # fmt: skip
        return Done(_("The payment is recorded."), result=made)

    def rows(self, row: FirmInvoice, done: Done, *, at: datetime) -> list[Row]:
        made: FirmPayment = done.result
        owed = debt_of(FirmInvoice.objects.get(pk=row.pk), today=kst_date(at))
        sums = [(_("Principal"), made.principal), (_("Interest"), made.interest), (_("Still due"), owed.total)]
        return [Row(label, after=money(amount, row.currency)) for label, amount in sums]


def _key_of(row: FirmInvoice, given: Mapping[str, Any]) -> str:
    """One transfer may pay several invoices, and a standing order has one reference for all its days."""
    return f"bank:{row.public_id}:{given['paid_on']}:{given['reference'].strip()}"


class Dispute(Unpaid):
    name, label, icon = "dispute", gettext_lazy("The customer disputes it"), "rate_review"
    permission = "billing.receive_firminvoice"

    def sentence(self, row: FirmInvoice, *, at: datetime) -> Text:
        return _("The reason is what the customer says. Disputed by the end of its due day it is not delinquent.")

    def refusal(self, row: FirmInvoice, *, at: datetime) -> Refusal | None:
        is_disputed = InvoiceDispute.objects.filter(invoice=row).exists()
        return AlreadyDone() if is_disputed else super().refusal(row, at=at)

    def run(self, row: FirmInvoice, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        paying.dispute(self.contract_of(row), row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The dispute is written down."))


class Answer(OfInvoice):
    name, label, icon = "answer", gettext_lazy("Answer the dispute"), "reply"
    permission = "billing.receive_firminvoice"

    def sentence(self, row: FirmInvoice, *, at: datetime) -> Text:
        return _("The reason is the answer, as the customer reads it.")

    def refusal(self, row: FirmInvoice, *, at: datetime) -> Refusal | None:
        is_open = InvoiceDispute.objects.filter(invoice=row, answered_at__isnull=True).exists()
        return None if is_open else AlreadyDone()

    def run(self, row: FirmInvoice, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        paying.answer(self.contract_of(row), row.public_id, text=given["reason"], by=by, at=at)
        return Done(_("The customer is told."))


class Annul(OfInvoice):
    name, label, icon = "annul", gettext_lazy("Annul the delinquency"), "undo"
    permission = "contracts.annul_delinquency"

    def sentence(self, row: FirmInvoice, *, at: datetime) -> Text:
        return _("It no longer counts; the customer is told the reason.")

    def refusal(self, row: FirmInvoice, *, at: datetime) -> Refusal | None:
        counts = Delinquency.objects.filter(invoice=row, annulled_at__isnull=True).exists()
        return None if counts else AlreadyDone()

    def run(self, row: FirmInvoice, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        delinquencies.annul(self.contract_of(row), row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("It is annulled."))


def _said(stored: Mapping[str, Any]) -> str:
    return str(stored[tongue(get_language())])


class LineRows(ReadOnlyRows):
    model = FirmInvoiceLine
    fields = ("position", "what_ko", "quantity", "unit_price", "amount", "charged")


class PaymentRows(ReadOnlyRows):
    model = FirmPayment
    fields = ("kind", "principal", "interest", "paid_on", "reference", "recorded_by")


class CreditRows(ReadOnlyRows):
    model = FirmCreditNote
    fields = ("number", "ground", "total", "off_principal", "off_interest", "back_principal", "back_interest", "reason")


@admin.register(FirmInvoice)
class FirmInvoiceAdmin(ServiceActionAdmin):
    work = "contracts"
    list_display = ("number", "firm", "month", "shown_total", "shown_status", "issued_on", "received_on", "due_on")
    list_filter = ("status", "month", "due_on")
    list_select_related = ("firm",)
    search_fields = ("number", "firm__name", "firm__business_number")
    search_help_text = gettext_lazy("Number, name of the firm or business registration number")
    readonly_fields = ("public_id", "shown_debt", "shown_files")
    exclude = ("series", "sequence", "why_due", "key")
    inlines = (LineRows, PaymentRows, CreditRows)
    verbs = (Received, RecordPayment, Dispute, Answer, Annul, IssueFirmCredit)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.file_view))
        return [path("<path:object_id>/file/<str:language>/", view, name=FILE_URL), *super().get_urls()]

    def file_view(self, request: HttpRequest, object_id: str, language: str) -> HttpResponse:
        """The invoice as it was written once in a language; where the machine makes no PDFs, its page says so."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row: FirmInvoice | None = self.get_object(request, unquote(object_id))
        if row is None or language not in LANGUAGES:
            raise Http404
        try:
            return pdf_response(invoice_files.of_invoice(row, language, at=clock.now()), row.number)
        except Refusal as refused:
            messages.error(request, str(refused))
            return redirect("admin:billing_firminvoice_change", row.pk)

    @admin.display(description=gettext_lazy("file"))
    def shown_files(self, row: FirmInvoice) -> SafeString:
        """A link for each language, whether or not the file was written before."""
        links = ((reverse(f"admin:{FILE_URL}", args=[row.pk, one]), NAMES[one]) for one in LANGUAGES)
        return format_html_join(" · ", '<a href="{}">PDF ({})</a>', links)

    @admin.display(description=gettext_lazy("total"), ordering="total")
    def shown_total(self, row: FirmInvoice) -> SafeString:
        return cells.cell("money", value=row.total, currency=row.currency)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: FirmInvoice) -> SafeString:
        is_late = row.status != InvoiceStatus.PAID and row.due_on is not None and row.due_on < kst_date(clock.now())
        tone = "danger" if is_late else "good" if row.paid_at else "warn"
        return cells.cell("pill", label=_("overdue") if is_late else row.get_status_display(), tone=tone)

    @admin.display(description=gettext_lazy("what is due today"))
    def shown_debt(self, row: FirmInvoice) -> str:
        return interest.explain(debt_of(row, today=kst_date(clock.now()))).text(tongue(get_language()))
