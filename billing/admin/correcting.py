"""Corrections of usage at the desk: proposed on the page of a charge, approved by another where they are large."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from billing.admin.rows import MoneyOfMembersAdmin
from billing.enums import CorrectionStatus
from billing.models import Charge, UsageCorrection, UsageEvent
from billing.services import correcting
from billing.services.correcting import Corrected, Use
from upstage_console.kernel.admin import Done, Kind, ReasonForm, Row, Text, Verb, call_kinds, cells
from upstage_console.kernel.calendars import day_end, day_start
from upstage_console.kernel.errors import AlreadyDone, NotFound, Refusal
from upstage_console.kernel.wording import money, tongue

call_kinds({correcting.TASK: Kind(gettext_lazy("Correction of usage to approve"), closes_itself=True)})
TONES: Mapping[str, str] = {CorrectionStatus.PROPOSED: "warn", CorrectionStatus.APPLIED: "good"}


class UseForm(ReasonForm):
    event = forms.CharField(
        label=gettext_lazy("Use"), max_length=120, widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("The id under which it was reported."),
    )  # fmt: skip
    quantity = forms.DecimalField(
        label=gettext_lazy("What it really was"), min_value=0, max_digits=16, decimal_places=6,
        widget=UnfoldAdminDecimalFieldWidget,
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=500, widget=ReasonForm.base_fields["reason"].widget,
        help_text=gettext_lazy("The member reads this in the export of their data."),
    )  # fmt: skip


class CorrectUse(Verb):
    """On the page of a charge: one of its uses was less."""

    name, label = "correct-use", gettext_lazy("Correct a use")
    permission, form = "billing.propose_usagecorrection", UseForm

    def sentence(self, row: Charge, *, at: datetime) -> Text:
        return _(
            "The use stays as it was reported. What it was too much is no longer owed, or goes back to the lots that "
            "paid. A large correction waits for a second person."
        )

    def run(self, row: Charge, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        use = Use(row.member_id, _used_at(row, given["event"]), given["event"])
        done = correcting.propose(use, quantity=given["quantity"], reason=given["reason"], by=by, at=at)
        is_done = done.row.status == CorrectionStatus.APPLIED
        message = _("The use is corrected.") if is_done else _("Proposed; a second person has to approve it.")
        return Done(message, result=done)

    def rows(self, row: Charge, done: Done, *, at: datetime) -> list[Row]:
        return _effect(done.result)


def _used_at(charge: Charge, event_id: str) -> datetime:
    """When the use of this charge with this id was."""
    found = UsageEvent.objects.filter(
        member=charge.member_id, event_id=event_id, occurred_at__gte=day_start(charge.day),
        occurred_at__lt=day_end(charge.day), meter=charge.meter_id, price=charge.price_id,
    )  # fmt: skip
    at: datetime | None = found.values_list("occurred_at", flat=True).first()
    if at is None:
        raise NotFound
    return at


def _effect(done: Corrected) -> list[Row]:
    row, language = done.row, tongue(get_language())
    changes = [
        Row(_("Quantity"), before=f"{row.quantity_before:f}", after=f"{row.quantity:f}"),
        Row(_("Amount"), before=money(row.amount_before, row.currency, language),
            after=money(row.amount, row.currency, language)),
    ]  # fmt: skip
    if row.status != CorrectionStatus.APPLIED:
        return changes
    lots = [Row(_("Back to lot %(lot)s") % {"lot": part.lot}, after=money(part.amount, row.currency, language))
            for part in done.allocations]  # fmt: skip
    return [*changes, Row(_("No longer owed"), after=money(row.lowered, row.currency, language)), *lots]


class Answer(Verb):
    permission = "billing.approve_usagecorrection"

    def refusal(self, row: UsageCorrection, *, at: datetime) -> Refusal | None:
        return None if row.status == CorrectionStatus.PROPOSED else AlreadyDone()


class ApproveCorrection(Answer):
    name, label, tone = "approve", gettext_lazy("Approve"), "primary"

    def sentence(self, row: UsageCorrection, *, at: datetime) -> Text:
        return _("The use is corrected, and the member is told.")

    def run(self, row: UsageCorrection, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = correcting.approve(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The use is corrected."), result=done)

    def rows(self, row: UsageCorrection, done: Done, *, at: datetime) -> list[Row]:
        return _effect(done.result)


class DropCorrection(Answer):
    name, label, tone = "drop", gettext_lazy("Do not correct it"), "danger"

    def sentence(self, row: UsageCorrection, *, at: datetime) -> Text:
        return _("Nothing changes; the proposal is kept with your reason.")

    def run(self, row: UsageCorrection, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = correcting.drop(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The proposal is dropped."), result=done)


@admin.register(UsageCorrection)
class UsageCorrectionAdmin(MoneyOfMembersAdmin):
    list_display = ("public_id", "member", "event_id", "quantity_before", "quantity", "shown_amount", "shown_status",
                    "proposed_at")  # fmt: skip
    list_filter = ("status", "currency", "billing_month")
    list_select_related = ("member",)
    readonly_fields = ("public_id", "shown_status")
    verbs = (ApproveCorrection, DropCorrection)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: UsageCorrection) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(row.status, ""))
