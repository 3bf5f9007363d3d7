"""History and messages: read, and sent again where a message failed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from upstage_console.kernel import outbox
from upstage_console.kernel.admin import cells
from upstage_console.kernel.admin.bases import ReadOnlyAdmin, ServiceActionAdmin
from upstage_console.kernel.admin.verbs import Done, Text, Verb
from upstage_console.kernel.admin.words import label_of
from upstage_console.kernel.errors import AlreadyDone, Refusal
from upstage_console.kernel.models import AuditEvent, OutboxMessage, Transition


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ("at", "shown_action", "shown_subject", "actor", "short_reason", "shown_clauses")
    list_display_links = ("at", "shown_action")
    list_select_related = ("actor",)
    list_filter = ("at",)
    search_fields = ("subject", "about", "action", "actor__email")
    fields = ("public_id", "shown_action", "shown_subject", "shown_about", "actor", "at", "reason", "shown_clauses",
              "facts")  # fmt: skip
    readonly_fields = ("public_id", "shown_action", "shown_subject", "shown_about", "shown_clauses")

    @admin.display(description=_("action"), ordering="action")
    def shown_action(self, event: AuditEvent) -> str:
        return label_of(event.action)

    @admin.display(description=_("Subject"))
    def shown_subject(self, event: AuditEvent) -> SafeString:
        return cells.subject_link(event.subject)

    @admin.display(description=_("About"))
    def shown_about(self, event: AuditEvent) -> SafeString:
        return cells.subject_link(event.about)

    @admin.display(description=_("reason"))
    def short_reason(self, event: AuditEvent) -> str:
        return event.reason if len(event.reason) <= 60 else f"{event.reason[:60]}…"

    @admin.display(description=_("clauses"))
    def shown_clauses(self, event: AuditEvent) -> SafeString:
        return cells.clause_links(event.clauses)


@admin.register(Transition)
class TransitionAdmin(ReadOnlyAdmin):
    list_display = ("at", "shown_subject", "shown_field", "shown_from", "shown_to", "actor", "shown_clauses")
    list_display_links = ("at",)
    list_select_related = ("actor",)
    list_filter = ("at",)
    search_fields = ("subject",)

    @admin.display(description=_("Subject"))
    def shown_subject(self, move: Transition) -> SafeString:
        return cells.subject_link(move.subject)

    @admin.display(description=_("field"))
    def shown_field(self, move: Transition) -> str:
        return str(_(move.field))

    @admin.display(description=_("from"))
    def shown_from(self, move: Transition) -> str:
        return str(_(move.from_state))

    @admin.display(description=_("to"))
    def shown_to(self, move: Transition) -> str:
        return str(_(move.to_state))

    @admin.display(description=_("clauses"))
    def shown_clauses(self, move: Transition) -> SafeString:
        return cells.clause_links(move.clauses)


class SendAgain(Verb):
    name, label, tone = "send-again", _("Send again"), "primary"
    permission = "kernel.resend_outboxmessage"

    def sentence(self, row: OutboxMessage, *, at: datetime) -> Text:
        return _("The message goes out again within a minute; its receiver may get it twice.")

    def refusal(self, row: OutboxMessage, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.state == OutboxMessage.State.WAITING and not row.attempts else None

    def run(self, row: OutboxMessage, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        message = outbox.send_again(row.pk, reason=given["reason"], by=by, at=at)
        return Done(_("The message waits to be sent."), result=message)


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ServiceActionAdmin):
    list_display = ("created_at", "topic", "key", "state", "attempts", "due_at", "sent_at", "short_error")
    list_filter = ("state", "topic")
    search_fields = ("key", "error")
    verbs = (SendAgain,)

    @admin.display(description=_("error"))
    def short_error(self, message: OutboxMessage) -> str:
        return message.error[:80]
