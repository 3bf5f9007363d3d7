"""Credit notes of firms at the desk: begun on the page of an invoice, large ones approved by another."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from billing.admin.credit_notes import ApproveCredit, CreditForm, DropCredit, effect
from billing.admin.proposals import TONES
from billing.enums import FirmCreditGround
from billing.models import FirmCreditLine, FirmCreditNote, FirmCreditProposal, FirmInvoice
from billing.services.firm_credits import Wanted
from contracts.admin.customers import money
from contracts.admin.of_invoice import OfInvoice
from contracts.queries.credit_room import room_of
from contracts.services import crediting
from upstage_console.kernel.admin import Done, ReadOnlyRows, Row, ServiceActionAdmin, Text, cells
from upstage_console.kernel.errors import AlreadyDone, Refusal


class FirmCreditForm(CreditForm):
    reads = gettext_lazy("It stands on the credit note, and the customer reads it.")
    ground = forms.ChoiceField(
        label=gettext_lazy("Ground"), choices=FirmCreditGround.choices, widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("A mistake bore no interest, and its tax invoice is amended to the day of supply."),
    )  # fmt: skip
    field_order = ["amount", "ground", "reason"]  # noqa: RUF012


class IssueFirmCredit(OfInvoice):
    """On the page of an invoice: part or all of it is not owed after all."""

    name, label, icon = "credit-note", gettext_lazy("Issue a credit note"), "undo"
    permission, form = "billing.propose_firmcreditproposal", FirmCreditForm

    def refusal(self, row: FirmInvoice, *, at: datetime) -> Refusal | None:
        return None if room_of(row.under_contract.contract, row) > 0 else AlreadyDone()

    def sentence(self, row: FirmInvoice, *, at: datetime) -> Text:
        left = money(room_of(row.under_contract.contract, row), row.currency)
        return _(
            "The invoice stays as it is; a credit note takes this off what is owed, and what was paid beyond the rest "
            "is transferred back. %(left)s (without tax) are left of it. A large amount waits for a second person."
        ) % {"left": left}

    def run(self, row: FirmInvoice, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        ground, cause = FirmCreditGround(given["ground"]), f"staff:{given['nonce']}"
        wanted = Wanted(given["amount"], ground, given["reason"], cause)
        answer = crediting.propose(self.contract_of(row), row.public_id, wanted, by=by, at=at)
        if answer.note is None:
            return Done(_("Proposed; a second person has to approve it."), result=None)
        return Done(_("Credit note %(number)s is issued.") % {"number": answer.note.number}, result=answer.note)

    def rows(self, row: FirmInvoice, done: Done, *, at: datetime) -> list[Row]:
        return effect(done.result)


class ApproveFirmCredit(ApproveCredit):
    permission = "billing.approve_firmcreditproposal"
    service: ClassVar[Any] = crediting

    def sentence(self, row: FirmCreditProposal, *, at: datetime) -> Text:
        return _("The credit note is issued, and the customer is told.")


class DropFirmCredit(DropCredit):
    permission = "billing.approve_firmcreditproposal"
    service: ClassVar[Any] = crediting


@admin.register(FirmCreditProposal)
class FirmCreditProposalAdmin(ServiceActionAdmin):
    work = "contracts"
    list_display = ("public_id", "firm", "invoice", "shown_amount", "ground", "shown_status", "proposed_by",
                    "proposed_at")  # fmt: skip
    list_filter = ("status", "ground", "currency")
    list_select_related = ("firm", "invoice", "proposed_by")
    search_fields = ("invoice__number", "firm__name", "firm__business_number")
    search_help_text = gettext_lazy("Number of the invoice, name of the firm or business registration number")
    readonly_fields = ("public_id", "shown_status")
    verbs = (ApproveFirmCredit, DropFirmCredit)

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def shown_amount(self, row: FirmCreditProposal) -> SafeString:
        return cells.cell("money", value=row.amount, currency=row.currency)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: FirmCreditProposal) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(row.status, ""))


class FirmCreditLineRows(ReadOnlyRows):
    model = FirmCreditLine
    fields = ("position", "line", "charged")


@admin.register(FirmCreditNote)
class FirmCreditNoteAdmin(ServiceActionAdmin):
    work = "contracts"
    list_display = ("number", "firm", "invoice", "ground", "shown_total", "shown_back", "issued_on", "reason")
    list_filter = ("ground", "currency", "issued_on")
    list_select_related = ("firm", "invoice")
    search_fields = ("number", "invoice__number", "firm__name", "firm__business_number")
    search_help_text = gettext_lazy("Number, name of the firm or business registration number")
    readonly_fields = ("public_id", "shown_back")
    exclude = ("series", "sequence")
    inlines = (FirmCreditLineRows,)

    @admin.display(description=gettext_lazy("total"), ordering="total")
    def shown_total(self, row: FirmCreditNote) -> SafeString:
        return cells.cell("money", value=row.total, currency=row.currency)

    @admin.display(description=gettext_lazy("goes back"))
    def shown_back(self, row: FirmCreditNote) -> SafeString:
        return cells.cell("money", value=row.back, currency=row.currency)
