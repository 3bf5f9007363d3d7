"""Refunds at the desk: reviewed by two, started by staff, and paid by hand where the bank cannot (upstage/16, 20)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from billing.admin.hand_payments import HandRows, PayByHand, PayInterest
from billing.admin.payments import PurchaseAdmin
from billing.admin.rows import MoneyOfMembersAdmin
from billing.enums import PurchaseStatus, RefundStatus
from billing.errors import DecidedAlready, NothingProposed
from billing.models import Purchase, Refund, RefundLine
from billing.services import payouts, refund_reviews, refunds, review_delays
from upstage_console.kernel.admin import Done, Kind, ReadOnlyRows, ReasonForm, Row, Text, Verb, call_kinds, cells
from upstage_console.kernel.errors import AlreadyDone, Refusal
from upstage_console.kernel.wording import day, money, tongue

call_kinds(
    {
        refunds.REVIEW: Kind(gettext_lazy("Refund to review"), closes_itself=True),
        refunds.PAYOUT: Kind(gettext_lazy("Refund to be paid"), closes_itself=True),
        payouts.BY_HAND: Kind(gettext_lazy("Refund to pay another way"), closes_itself=True),
        payouts.INTEREST: Kind(gettext_lazy("Delay interest to pay"), closes_itself=True),
    }
)
TONES: Mapping[str, str] = {
    RefundStatus.UNDER_REVIEW: "warn", RefundStatus.PAID: "good", RefundStatus.FAILED: "danger",
    RefundStatus.REJECTED: "danger",
}  # fmt: skip
READ = gettext_lazy("The member reads this.")


def shown(refund: Refund) -> list[Row]:
    """What a decision does, in amounts and days."""
    language = tongue(get_language())
    rows = [
        Row(_("Credits taken back"), after=f"{refund.credits.normalize():f}"),
        Row(_("Paid back with tax"), after=money(refund.total, refund.currency, language)),
    ]
    if refund.pay_from and refund.pay_by:
        rows.append(Row(_("Paid"), after=f"{day(refund.pay_from, language)} – {day(refund.pay_by, language)}"))
    return rows


class AnswerForm(ReasonForm):
    reason = forms.CharField(
        label=gettext_lazy("Answer"), max_length=500, widget=ReasonForm.base_fields["reason"].widget, help_text=READ
    )


class Decision(Verb):
    permission, form = "billing.decide_refund", AnswerForm

    def refusal(self, row: Any, *, at: datetime) -> Refusal | None:
        return None if row.status == RefundStatus.UNDER_REVIEW else DecidedAlready()


class Uphold(Decision):
    name, label, tone = "uphold", gettext_lazy("Propose to grant it"), "primary"

    def refusal(self, row: Refund, *, at: datetime) -> Refusal | None:
        return super().refusal(row, at=at) or (AlreadyDone() if row.proposed_by_id else None)

    def sentence(self, row: Refund, *, at: datetime) -> Text:
        return _(
            "Above the setting a second person has to agree; then the credits are taken out and the money follows."
        )

    def run(self, row: Refund, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = refund_reviews.uphold(row.public_id, answer=given["reason"], by=by, at=at)
        is_open = made.status == RefundStatus.UNDER_REVIEW
        message = _("Proposed; a second person has to approve it.") if is_open else _("The refund is granted.")
        return Done(message, result=made)

    def rows(self, row: Refund, done: Done, *, at: datetime) -> list[Row]:
        return shown(done.result)


class Agree(Decision):
    name, label, tone = "agree", gettext_lazy("Agree"), "primary"

    def refusal(self, row: Refund, *, at: datetime) -> Refusal | None:
        return super().refusal(row, at=at) or (None if row.proposed_by_id else NothingProposed())

    def sentence(self, row: Refund, *, at: datetime) -> Text:
        return _("The credits are taken out now, and the money goes back on its days; the member is told.")

    def initial(self, row: Refund, *, at: datetime) -> Mapping[str, Any]:
        return {"reason": row.answer}

    def run(self, row: Refund, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = refund_reviews.agree(row.public_id, answer=given["reason"], by=by, at=at)
        return Done(_("The refund is granted."), result=made)

    def rows(self, row: Refund, done: Done, *, at: datetime) -> list[Row]:
        return shown(done.result)


class Reject(Decision):
    name, label, tone = "reject", gettext_lazy("Turn it down"), "danger"

    def sentence(self, row: Refund, *, at: datetime) -> Text:
        return _("The credits stay with the member, who reads your answer.")

    def run(self, row: Refund, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        refund_reviews.reject(row.public_id, answer=given["reason"], by=by, at=at)
        return Done(_("The request is turned down."))


class ExplainDelay(Decision):
    name, label = "explain-delay", gettext_lazy("Say why it takes longer")

    def sentence(self, row: Any, *, at: datetime) -> Text:
        return _("The notice of delay, which goes out by itself at the end of the last day, says this reason.")

    def run(self, row: Any, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        review_delays.give_reason(row, reason=given["reason"], by=by, at=at)
        return Done(_("The reason is noted."))


class LineRows(ReadOnlyRows):
    model = RefundLine
    fields = ("purchase", "credits", "amount", "tax", "total", "rounding", "is_whole")


@admin.register(Refund)
class RefundAdmin(MoneyOfMembersAdmin):
    list_display = (
        "requested_at",
        "member",
        "origin",
        "shown_total",
        "shown_status",
        "review_by",
        "shown_pay_by",
        "paid_at",
    )
    list_filter = ("status", "origin", "way", "currency", "review_by", "pay_by")
    list_select_related = ("member",)
    inlines = (LineRows, HandRows)
    readonly_fields = ("public_id", "shown_status", "shown_pay_by")
    exclude = ("key", "status", "pay_by")
    verbs = (Uphold, Agree, Reject, ExplainDelay, PayByHand, PayInterest)

    @admin.display(description=gettext_lazy("to be paid by"), ordering="pay_by")
    def shown_pay_by(self, row: Refund) -> str:
        return day(row.pay_by, tongue(get_language())) if row.pay_by else "–"

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Refund) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(row.status, ""))


class StartForm(AnswerForm):
    credits = forms.DecimalField(
        label=gettext_lazy("Credits"), min_value=0, max_digits=18, decimal_places=6, required=False,
        widget=UnfoldAdminDecimalFieldWidget, help_text=gettext_lazy("Empty: all that is left of the purchase."),
    )  # fmt: skip


class StartRefund(Verb):
    """On the page of a purchase: a refund that the rules do not grant by themselves."""

    name, label, icon = "start-refund", gettext_lazy("Start a refund"), "undo"
    permission, form = "billing.propose_refund", StartForm

    def refusal(self, row: Purchase, *, at: datetime) -> Refusal | None:
        return None if row.status == PurchaseStatus.PAID else AlreadyDone()

    def sentence(self, row: Purchase, *, at: datetime) -> Text:
        return _("What is left of this purchase is refunded at the price paid. A second person has to agree.")

    def run(self, row: Purchase, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = refund_reviews.propose(
            member_id=row.member_id, purchase=row.public_id, credits=given["credits"], reason=given["reason"], by=by,
            at=at, key=f"staff:{given['nonce']}",
        )  # fmt: skip
        is_open = made.status == RefundStatus.UNDER_REVIEW
        message = _("Proposed; a second person has to approve it.") if is_open else _("The refund is granted.")
        return Done(message, result=made)

    def rows(self, row: Purchase, done: Done, *, at: datetime) -> list[Row]:
        return shown(done.result)


PurchaseAdmin.verbs = (*PurchaseAdmin.verbs, StartRefund)
