"""Notices: what members were told, and whether it reached them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.rows import OfMembersAdmin
from accounts.errors import NotMailed
from accounts.models import Notice
from accounts.services import delivery
from upstage_console.kernel.admin import Done, Row, Text, Verb, cells
from upstage_console.kernel.errors import AlreadyDone, Refusal

STATES = {
    "bounced": Q(bounced_at__isnull=False),
    "mailed": Q(mailed_at__isnull=False, bounced_at__isnull=True),
    "waiting": Q(mailed_at__isnull=True, bounced_at__isnull=True),
}
LABELS = {
    "bounced": gettext_lazy("did not arrive"),
    "mailed": gettext_lazy("delivered"),
    "waiting": gettext_lazy("waits to be sent"),
}
TONES = {"bounced": "danger", "mailed": "good", "waiting": "warn"}


def state_of(notice: Notice) -> str:
    """Which of `STATES` a notice is in."""
    if notice.bounced_at is not None:
        return "bounced"
    return "mailed" if notice.mailed_at is not None else "waiting"


class DeliveryFilter(SimpleListFilter):
    """Notices by what became of their mail."""

    title, parameter_name = gettext_lazy("Delivery"), "delivery"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return list(LABELS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(STATES.get(self.value() or "", Q()))


class SendNoticeAgain(Verb):
    name, label, tone = "send-again", gettext_lazy("Send again"), "primary"
    permission = "accounts.resend_notice"

    def refusal(self, row: Notice, *, at: datetime) -> Refusal | None:
        return NotMailed() if state_of(row) == "waiting" else None

    def sentence(self, row: Notice, *, at: datetime) -> Text:
        return _("The same notice goes out in a new mail, to the address that the member has now.")

    def rows(self, row: Notice, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("To"), after=row.member.user.email)]

    def run(self, row: Notice, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        notice = delivery.send_again(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The notice waits to be sent."), result=notice)


class RecordBounce(Verb):
    name, label = "bounced", gettext_lazy("Record that it came back")
    permission = "accounts.resend_notice"

    def refusal(self, row: Notice, *, at: datetime) -> Refusal | None:
        state = state_of(row)
        return None if state == "mailed" else AlreadyDone() if state == "bounced" else NotMailed()

    def sentence(self, row: Notice, *, at: datetime) -> Text:
        return _("The mail did not reach the member. Write what the receiving server said; a task opens.")

    def rows(self, row: Notice, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("Delivery"), before=str(LABELS["mailed"]), after=str(LABELS["bounced"]))]

    def run(self, row: Notice, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        notice = delivery.record_bounce(row.mail_name, reason=given["reason"], by=by, at=at)
        return Done(_("It is noted that the notice did not arrive."), result=notice)


@admin.register(Notice)
class NoticeAdmin(OfMembersAdmin):
    list_display = ("at", "member", "shown_subject", "about", "stage", "shown_delivery", "shown_clauses", "read_at")
    list_display_links = ("at", "shown_subject")
    list_filter = (DeliveryFilter, "about", "at")
    list_select_related = ("member",)
    search_fields = ("member__name", "member__user__email", "subject_ko", "subject_en")
    search_help_text = gettext_lazy("Name or e-mail address of the member, or words of the subject")
    fields = ("public_id", "member", "at", "about", "stage", "subject_ko", "body_ko", "subject_en", "body_en",
              "shown_clauses", "read_at", "shown_delivery", "mailed_at", "bounced_at", "bounce",
              "sent_again")  # fmt: skip
    readonly_fields = ("public_id", "shown_clauses", "shown_delivery")
    verbs = (SendNoticeAgain, RecordBounce)

    @admin.display(description=gettext_lazy("subject"))
    def shown_subject(self, notice: Notice) -> str:
        return cells.local(notice, "subject")

    @admin.display(description=gettext_lazy("delivery"))
    def shown_delivery(self, notice: Notice) -> SafeString:
        state = state_of(notice)
        return cells.cell("pill", label=LABELS[state], tone=TONES[state])

    @admin.display(description=gettext_lazy("clauses"))
    def shown_clauses(self, notice: Notice) -> SafeString:
        return cells.clause_links(notice.clauses)
