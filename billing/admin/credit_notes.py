"""Credit notes at the desk: begun on the page of an invoice, large ones approved by another."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from billing.admin.hand_payments import HandRows, PayBack
from billing.admin.proposals import TONES, money
from billing.admin.rows import MoneyOfMembersAdmin
from billing.enums import ProposalStatus
from billing.models import CreditLine, CreditNote, CreditProposal, FirmCreditNote, Invoice
from billing.queries import credit_notes as queries
from billing.services import credit_backs, credit_proposals
from upstage_console.kernel.admin import Done, ReadOnlyRows, ReasonForm, Row, Text, Verb, cells
from upstage_console.kernel.errors import AlreadyDone, Refusal


class CreditForm(ReasonForm):
    reads: ClassVar[Text] = gettext_lazy("It stands on the credit note, and the member reads it.")
    amount = forms.DecimalField(
        label=gettext_lazy("Amount without tax"), min_value=0, max_digits=18, decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget,
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=ReasonForm.base_fields["reason"].widget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = str(self.reads)


class IssueCreditNote(Verb):
    """On the page of an invoice: part or all of it is not owed after all."""

    name, label, icon = "credit-note", gettext_lazy("Issue a credit note"), "undo"
    permission, form = "billing.propose_creditproposal", CreditForm

    def refusal(self, row: Invoice, *, at: datetime) -> Refusal | None:
        return None if queries.charged_of(row).subtotal > 0 else AlreadyDone()

    def sentence(self, row: Invoice, *, at: datetime) -> Text:
        left = money(queries.charged_of(row).subtotal, row.currency)
        return _(
            "The invoice stays as it is; a credit note takes this off what is owed, and what was paid beyond the rest "
            "goes back. %(left)s (without tax) are left of it. A large amount waits for a second person."
        ) % {"left": left}

    def run(self, row: Invoice, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        answer = credit_proposals.propose(
            row.public_id, amount=given["amount"], reason=given["reason"], by=by, at=at, key=f"staff:{given['nonce']}"
        )
        if answer.note is None:
            return Done(_("Proposed; a second person has to approve it."), result=None)
        return Done(_("Credit note %(number)s is issued.") % {"number": answer.note.number}, result=answer.note)

    def rows(self, row: Invoice, done: Done, *, at: datetime) -> list[Row]:
        return effect(done.result)


def effect(note: CreditNote | FirmCreditNote | None) -> list[Row]:
    """What a credit note does, of a member or of a firm."""
    if note is None:
        return []
    sums = [
        (_("Tax"), note.tax),
        (_("Total"), note.total),
        (_("No longer owed"), note.off),
        (_("Goes back"), note.back),
    ]
    return [Row(label, after=money(amount, note.currency)) for label, amount in sums]


class Answer(Verb):
    """What a second person says to a proposed credit note, of a member or of a firm: the service does it."""

    permission = "billing.approve_creditproposal"
    service: ClassVar[Any] = credit_proposals

    def refusal(self, row: Any, *, at: datetime) -> Refusal | None:
        return None if row.status == ProposalStatus.PROPOSED else AlreadyDone()


class ApproveCredit(Answer):
    name, label, tone = "approve", gettext_lazy("Approve"), "primary"

    def sentence(self, row: Any, *, at: datetime) -> Text:
        return _("The credit note is issued, and the member is told.")

    def run(self, row: Any, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        note = self.service.approve(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("Credit note %(number)s is issued.") % {"number": note.number}, result=note)

    def rows(self, row: Any, done: Done, *, at: datetime) -> list[Row]:
        return effect(done.result)


class DropCredit(Answer):
    name, label, tone = "drop", gettext_lazy("Do not issue it"), "danger"

    def sentence(self, row: Any, *, at: datetime) -> Text:
        return _("Nothing changes; the proposal is kept with your reason.")

    def run(self, row: Any, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        self.service.drop(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The proposal is dropped."))


@admin.register(CreditProposal)
class CreditProposalAdmin(MoneyOfMembersAdmin):
    list_display = ("public_id", "member", "invoice", "shown_amount", "shown_status", "proposed_by", "proposed_at")
    list_filter = ("status", "currency")
    list_select_related = ("member", "invoice", "proposed_by")
    readonly_fields = ("public_id", "shown_status")
    verbs = (ApproveCredit, DropCredit)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: CreditProposal) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(row.status, ""))


class CreditLineRows(ReadOnlyRows):
    model = CreditLine
    fields = ("position", "line", "quantity", "amount", "credits", "charged", "rounding")


@admin.register(CreditNote)
class CreditNoteAdmin(MoneyOfMembersAdmin):
    list_display = ("number", "member", "invoice", "shown_total", "shown_back", "issued_on", "reason")
    list_filter = ("currency", "issued_on")
    list_select_related = ("member", "invoice")
    search_fields = ("number", "invoice__number", "member__name", "member__user__email")
    search_help_text = gettext_lazy("Number, name or e-mail address")
    readonly_fields = ("public_id", "shown_back", "still_missing")
    exclude = ("series", "sequence")
    inlines = (CreditLineRows, HandRows)
    verbs = (PayBack,)

    @admin.display(description=gettext_lazy("goes back"))
    def shown_back(self, row: CreditNote) -> SafeString:
        return cells.cell("money", value=row.back, currency=row.currency)

    @admin.display(description=gettext_lazy("still to be paid back another way"))
    def still_missing(self, row: CreditNote) -> SafeString:
        return cells.cell("money", value=credit_backs.missing(row), currency=row.currency)
