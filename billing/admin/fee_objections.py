"""Objections to fees at the desk: with usage and payments beside them, answered by two people (upstage/20.3)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from billing.admin.credit_notes import effect
from billing.admin.refunds import AnswerForm, ExplainDelay
from billing.admin.rows import MoneyOfMembersAdmin
from billing.enums import FeeObjectionStatus
from billing.errors import DecidedAlready, NothingProposed
from billing.models import FeeObjection
from billing.queries import evidence
from billing.queries import objections as queries
from billing.services import fee_objections
from upstage_console.kernel.admin import Done, Kind, Row, Text, Verb, call_kinds, cells
from upstage_console.kernel.errors import AlreadyDone, Refusal
from upstage_console.kernel.wording import money, tongue

call_kinds({fee_objections.TASK: Kind(gettext_lazy("Objection to a fee"), closes_itself=True)})
TONES: Mapping[str, str] = {
    FeeObjectionStatus.UNDER_REVIEW: "warn", FeeObjectionStatus.APPROVED: "good", FeeObjectionStatus.REJECTED: "danger"
}  # fmt: skip


class GrantForm(AnswerForm):
    amount = forms.DecimalField(
        label=gettext_lazy("Amount without tax"), min_value=0, max_digits=18, decimal_places=6, required=False,
        widget=UnfoldAdminDecimalFieldWidget, help_text=gettext_lazy("Empty: all of it."),
    )  # fmt: skip


class Decision(Verb):
    permission, form = "billing.decide_feeobjection", AnswerForm

    def refusal(self, row: FeeObjection, *, at: datetime) -> Refusal | None:
        return None if row.status == FeeObjectionStatus.UNDER_REVIEW else DecidedAlready()


class Uphold(Decision):
    name, label, tone = "uphold", gettext_lazy("Propose to uphold it"), "primary"
    form = GrantForm

    def refusal(self, row: FeeObjection, *, at: datetime) -> Refusal | None:
        return super().refusal(row, at=at) or (AlreadyDone() if row.proposed_by_id else None)

    def sentence(self, row: FeeObjection, *, at: datetime) -> Text:
        if row.charge_id is not None:
            return _(
                "What of it is still owed falls first, then credits go back to the lots that paid; what an invoice had "
                "charged is credited there. A large amount waits for a second person. Where a use was less than "
                "reported, correct the use: that frees its places in the steps of its price as well."
            )
        return _(
            "A credit note takes this off what is owed, and what was paid of it goes back; late fees fall with it. A "
            "large amount waits for a second person."
        )

    def run(self, row: FeeObjection, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = fee_objections.uphold(row.public_id, amount=given["amount"], answer=given["reason"], by=by, at=at)
        is_open = made.status == FeeObjectionStatus.UNDER_REVIEW
        message = _("Proposed; a second person has to approve it.") if is_open else _("The objection is upheld.")
        return Done(message, result=made)

    def rows(self, row: FeeObjection, done: Done, *, at: datetime) -> list[Row]:
        return _effect(done.result)


class Agree(Decision):
    name, label, tone = "agree", gettext_lazy("Agree"), "primary"

    def refusal(self, row: FeeObjection, *, at: datetime) -> Refusal | None:
        return super().refusal(row, at=at) or (None if row.proposed_by_id else NothingProposed())

    def sentence(self, row: FeeObjection, *, at: datetime) -> Text:
        return _("It is given back as proposed, and the member is told.")

    def initial(self, row: FeeObjection, *, at: datetime) -> Mapping[str, Any]:
        return {"reason": row.answer}

    def run(self, row: FeeObjection, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = fee_objections.agree(row.public_id, by=by, at=at)
        return Done(_("The objection is upheld."), result=made)

    def rows(self, row: FeeObjection, done: Done, *, at: datetime) -> list[Row]:
        return _effect(done.result)


def _effect(made: FeeObjection) -> list[Row]:
    """What an objection that is upheld gives back; nothing while it waits for a second person."""
    if made.status != FeeObjectionStatus.APPROVED:
        return []
    note = effect(made.credit_note)
    if made.charge is None:
        return note
    back, language = queries.given_back(made), tongue(get_language())
    return [
        Row(_("No longer owed"), after=money(back.lowered, made.charge.currency, language)),
        Row(_("Credits that go back"), after=money(back.restored, made.charge.currency, language)),
        *note,
    ]


class Reject(Decision):
    name, label, tone = "reject", gettext_lazy("Turn it down"), "danger"

    def sentence(self, row: FeeObjection, *, at: datetime) -> Text:
        return _("What was charged stands, and the member reads your answer.")

    def run(self, row: FeeObjection, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        fee_objections.reject(row.public_id, answer=given["reason"], by=by, at=at)
        return Done(_("The objection is turned down."))


class ExplainDelayOfObjection(ExplainDelay):
    permission = "billing.decide_feeobjection"

    def refusal(self, row: FeeObjection, *, at: datetime) -> Refusal | None:
        return None if row.status == FeeObjectionStatus.UNDER_REVIEW else DecidedAlready()


@admin.register(FeeObjection)
class FeeObjectionAdmin(MoneyOfMembersAdmin):
    list_display = (
        "submitted_at",
        "member",
        "invoice",
        "charge",
        "shown_status",
        "review_by",
        "decided_at",
        "decided_by",
    )
    list_filter = ("status", "review_by")
    list_select_related = ("member", "invoice", "charge", "decided_by")
    exclude = ("evidence", "status")
    readonly_fields = ("public_id", "shown_status")
    change_form_outer_after_template = "admin/objection_attached.html"
    verbs = (Uphold, Agree, Reject, ExplainDelayOfObjection)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row: FeeObjection | None = self.get_object(request, unquote(object_id))
        about = row and (row.charge or row.invoice)
        shown = {"attached": evidence.read(row.evidence), "currency": about.currency} if row and about else {}
        return super().change_view(request, object_id, form_url, shown | (extra_context or {}))

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: FeeObjection) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(row.status, ""))
