"""Money that staff pay by hand, as the bank could not take it back: recorded by one, approved by another (20.4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextInputWidget

from billing.admin.rows import MoneyOfMembersAdmin
from billing.enums import HandPaymentStatus
from billing.models import CreditNote, Dispute, HandPayment, Refund
from billing.services import hand_payments
from upstage_console.kernel.admin import Done, ReadOnlyRows, ReasonForm, Text, Verb, cells
from upstage_console.kernel.errors import AlreadyDone, Refusal
from upstage_console.kernel.wording import money, tongue


class ByHandForm(ReasonForm):
    way = forms.CharField(
        label=gettext_lazy("How it is paid"), max_length=200, widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Such as: transfer to the account the member named."),
    )  # fmt: skip
    reference = forms.CharField(
        label=gettext_lazy("Reference"), max_length=120, widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("By which the bank's statement tells it."),
    )  # fmt: skip


class PayByHand(Verb):
    name, label, tone = "pay-by-hand", gettext_lazy("Record a payment by hand"), "primary"
    permission, form = "billing.pay_refund", ByHandForm
    is_interest = False

    def refusal(self, row: Refund, *, at: datetime) -> Refusal | None:
        return None if hand_payments.owed_by_hand(row, is_interest=self.is_interest) else AlreadyDone()

    def sentence(self, row: Refund, *, at: datetime) -> Text:
        owed = hand_payments.owed_by_hand(row, is_interest=self.is_interest)
        return _("%(amount)s are to be paid this way. It counts as paid once somebody else agrees.") % {
            "amount": money(owed, row.currency, tongue(get_language()))
        }

    def run(self, row: Refund, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        told = {name: given[name] for name in ("way", "reference", "reason")}
        hand_payments.propose(row.public_id, is_interest=self.is_interest, by=by, at=at, **told)
        return Done(_("Proposed; a second person has to approve it."))


class PayInterest(PayByHand):
    name, label, tone = "pay-interest", gettext_lazy("Record delay interest paid"), ""
    is_interest = True


class PayBack(Verb):
    """On the page of a credit note, or of a dispute: money of it that the bank did not take back."""

    name, label, tone = "pay-by-hand", gettext_lazy("Record a payment by hand"), "primary"
    permission, form = "billing.pay_refund", ByHandForm

    def refusal(self, row: CreditNote | Dispute, *, at: datetime) -> Refusal | None:
        return None if hand_payments.still_owed(row) > 0 else AlreadyDone()

    def sentence(self, row: CreditNote | Dispute, *, at: datetime) -> Text:
        return _("%(amount)s are to be paid this way. It counts as paid once somebody else agrees.") % {
            "amount": money(hand_payments.still_owed(row), row.currency, tongue(get_language()))
        }

    def run(self, row: CreditNote | Dispute, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        told = {name: given[name] for name in ("way", "reference", "reason")}
        hand_payments.propose_for(type(row), row.public_id, by=by, at=at, **told)
        return Done(_("Proposed; a second person has to approve it."))


class HandRows(ReadOnlyRows):
    model = HandPayment
    fields = ("amount", "is_interest", "status", "way", "reference", "proposed_by", "decided_by")


class HandDecision(Verb):
    permission = "billing.pay_refund"

    def refusal(self, row: HandPayment, *, at: datetime) -> Refusal | None:
        return None if row.status == HandPaymentStatus.PROPOSED else AlreadyDone()


class ApproveHand(HandDecision):
    name, label, tone = "approve", gettext_lazy("Approve"), "primary"

    def sentence(self, row: HandPayment, *, at: datetime) -> Text:
        return _("The money counts as paid, with your name beside the proposer's.")

    def run(self, row: HandPayment, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        hand_payments.agree(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The payment is on record."))


class DropHand(HandDecision):
    name, label, tone = "drop", gettext_lazy("Do not pay it so"), "danger"

    def sentence(self, row: HandPayment, *, at: datetime) -> Text:
        return _("Nothing changes; the proposal is kept with your reason.")

    def run(self, row: HandPayment, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        hand_payments.drop(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The proposal is dropped."))


@admin.register(HandPayment)
class HandPaymentAdmin(MoneyOfMembersAdmin):
    list_display = (
        "proposed_at",
        "member",
        "shown_source",
        "shown_amount",
        "is_interest",
        "status",
        "way",
        "reference",
    )
    list_filter = ("status", "is_interest", "currency")
    list_select_related = ("member", "refund", "credit_note", "dispute")
    readonly_fields = ("public_id",)
    verbs = (ApproveHand, DropHand)

    @admin.display(description=gettext_lazy("what for"))
    def shown_source(self, row: HandPayment) -> SafeString:
        return cells.subject_link(row.source.public_id)
