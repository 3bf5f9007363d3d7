"""What gateways told, cards on their way in, and disputed payments."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from billing.admin.asking import AnswerLoss, ApplyWaiting, ApproveLoss
from billing.admin.hand_payments import HandRows, PayBack
from billing.admin.rows import MoneyOfMembersAdmin
from billing.enums import DisputeReason, DisputeStatus, EventOutcome, Failure, SetupStatus
from billing.models import CardSetup, Dispute, GatewayEvent
from upstage_console.kernel.admin import ServiceActionAdmin, cells

OUTCOMES: Mapping[str, str] = {EventOutcome.APPLIED: "good", EventOutcome.DIFFERS: "danger"}
DISPUTES: Mapping[str, str] = {DisputeStatus.OPEN: "warn", DisputeStatus.LOST: "danger", DisputeStatus.WON: "good"}
SETUPS: Mapping[str, str] = {SetupStatus.BEGUN: "warn", SetupStatus.DONE: "good", SetupStatus.FAILED: "danger"}


@admin.register(GatewayEvent)
class GatewayEventAdmin(ServiceActionAdmin):
    """The inbox: kept once for each id, however often it came."""

    list_display = ("received_at", "gateway", "about", "shown_subject", "deliveries", "shown_outcome", "handled_at")
    list_filter = ("outcome", "about", "gateway", "received_at")
    search_fields = ("event_id", "subject")
    list_verbs = (ApplyWaiting,)

    @admin.display(description=_("subject"), ordering="subject")
    def shown_subject(self, event: GatewayEvent) -> SafeString:
        return cells.subject_link(event.subject)

    @admin.display(description=_("outcome"), ordering="outcome")
    def shown_outcome(self, event: GatewayEvent) -> SafeString:
        label = event.get_outcome_display() or _("waiting")
        return cells.cell("pill", label=label, tone=OUTCOMES.get(event.outcome, "" if event.outcome else "warn"))


@admin.register(Dispute)
class DisputeAdmin(MoneyOfMembersAdmin):
    list_display = ("opened_at", "member", "shown_amount", "shown_reason", "shown_status", "shown_deadline", "answer")
    list_filter = ("status", "answer", "gateway", "opened_at")
    list_select_related = ("member",)
    fields = ("public_id", "member", "payment", "shown_amount", "shown_reason", "shown_status", "gateway", "reference",
              "opened_at", "shown_deadline", "closed_at", "answer", "answer_reason", "proposed_by", "answered_by",
              "answered_at")  # fmt: skip
    readonly_fields = ("public_id", "shown_amount", "shown_reason", "shown_status", "shown_deadline")
    verbs = (AnswerLoss, ApproveLoss, PayBack)
    inlines = (HandRows,)

    @admin.display(description=_("evidence to be sent by"), ordering="evidence_by")
    def shown_deadline(self, dispute: Dispute) -> datetime | None:
        return dispute.evidence_by

    @admin.display(description=_("reason"), ordering="reason")
    def shown_reason(self, dispute: Dispute) -> str:
        return DisputeReason.in_words(dispute.reason)

    @admin.display(description=_("status"), ordering="status")
    def shown_status(self, dispute: Dispute) -> SafeString:
        tone = DISPUTES.get(dispute.status, "")
        return cells.cell("pill", label=dispute.get_status_display(), tone=tone)


@admin.register(CardSetup)
class CardSetupAdmin(MoneyOfMembersAdmin):
    list_display = ("began_at", "member", "gateway", "shown_status", "shown_failure", "ended_at")
    list_filter = ("status", "gateway", "began_at")
    list_select_related = ("member",)
    fields = ("public_id", "member", "gateway", "mode", "conditions", "shown_status", "shown_failure", "payment_method",
              "began_at", "ended_at")  # fmt: skip
    readonly_fields = ("public_id", "shown_status", "shown_failure")

    @admin.display(description=_("failure"), ordering="failure")
    def shown_failure(self, setup: CardSetup) -> str:
        return Failure.in_words(setup.failure)

    @admin.display(description=_("status"), ordering="status")
    def shown_status(self, setup: CardSetup) -> SafeString:
        return cells.cell("pill", label=setup.get_status_display(), tone=SETUPS.get(setup.status, ""))
