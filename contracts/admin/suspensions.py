"""Stopping and limiting a contract's service at the desk: told beforehand, carried out by hand, ended by hand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from contracts.admin import lines
from contracts.admin import service_fields as fields
from contracts.admin.billing_forms import choice_field, day_field
from contracts.admin.contract_billing import OfConcluded
from contracts.admin.contract_parts import TROUBLE, parts
from contracts.admin.customers import day, money
from contracts.admin.lines import Line
from contracts.enums import SuspensionGround, SuspensionNoticeStatus, SuspensionStatus
from contracts.errors import NoticeNeeded, NotSuspended
from contracts.models import Contract, Suspension, SuspensionNotice
from contracts.queries import suspensions as queries
from contracts.services import suspending
from contracts.services.suspending import Limit
from contracts.services.suspension_letters import what_of
from upstage_console.kernel import wording
from upstage_console.kernel.admin import (
    Done,
    Panel,
    PlainVerb,
    ReasonForm,
    Row,
    ServiceActionAdmin,
    Text,
    cells,
)
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import AlreadyDone, Refusal


def shown_what(row: Suspension | SuspensionNotice) -> str:
    """What stands still, in the language of the page."""
    return str(getattr(what_of(row), wording.tongue(get_language())))


class AnnounceForm(ReasonForm):
    ground = choice_field(gettext_lazy("Ground"), SuspensionGround.choices)
    functions = fields.area(
        gettext_lazy("Functions"), 4000, rows=3, required=False,
        help_text=gettext_lazy("One a line. Empty: the whole service."),
    )  # fmt: skip
    from_on = day_field(
        gettext_lazy("From"), required=False, help_text=gettext_lazy("Empty: the first day that the notice allows.")
    )

    def clean_functions(self) -> list[str]:
        return [name.strip() for name in self.cleaned_data["functions"].splitlines() if name.strip()]


class OfService(OfConcluded):
    """A verb about whether a contract's service runs."""

    permission = "contracts.suspend_contract"


class AnnounceSuspension(OfService):
    name, label, icon = "announce-suspension", gettext_lazy("Give notice of a suspension"), "mark_email_unread"
    form = AnnounceForm

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("The firm is told in writing what will be limited and from when. Nothing is limited by itself.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        limit = Limit(SuspensionGround(given["ground"]), given["functions"], given["from_on"])
        made = suspending.announce(row.public_id, limit, reason=given["reason"], by=by, at=at)
        return Done(_("The firm is told."), result=made)

    def rows(self, row: Contract, done: Done, *, at: datetime) -> list[Row]:
        made: SuspensionNotice = done.result
        unpaid = queries.overdue(row, at=at) if made.ground == SuspensionGround.UNPAID else ()
        return [
            Row(_("What is limited"), after=shown_what(made)),
            Row(_("From"), after=day(made.from_on)),
            *(Row(_("Unpaid: %(number)s") % {"number": one.number}, after=money(one.total, one.currency))
              for one in unpaid),
        ]  # fmt: skip


class Suspend(OfService):
    name, label, tone, icon = "suspend", gettext_lazy("Stop the service"), "danger", "pause_circle"

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("What the notice named stops now; reading and paying stay open. Paying everything ends it at once.")

    def refusal(self, row: Contract, *, at: datetime) -> Refusal | None:
        told = row.suspension_notices.filter(status=SuspensionNoticeStatus.TOLD, from_on__lte=kst_date(at))
        return super().refusal(row, at=at) or (None if told.exists() else NoticeNeeded())

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        made = suspending.suspend(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("It is stopped."), result=made)

    def rows(self, row: Contract, done: Done, *, at: datetime) -> list[Row]:
        made: Suspension = done.result
        return [
            Row(_("What stands still"), after=shown_what(made)),
            Row(_("Ground"), after=str(made.get_ground_display())),
            Row(_("Told at"), after=fields.at_words(made.notice.told_at)),
        ]


class Resume(OfService):
    name, label, tone, icon = "resume", gettext_lazy("Let the service run again"), "primary", "play_circle"

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("Everything that was stopped runs again, and the firm is told. Stopping it anew needs a new notice.")

    def refusal(self, row: Contract, *, at: datetime) -> Refusal | None:
        return None if queries.running(row).exists() else NotSuspended(facts={"contract": row.title})

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        ended = suspending.resume(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("It runs again."), result=ended)

    def rows(self, row: Contract, done: Done, *, at: datetime) -> list[Row]:
        return [Row(shown_what(one), before=fields.at_words(one.starts_at), after=_("runs")) for one in done.result]


TROUBLE.verbs += [AnnounceSuspension, Suspend, Resume]


@parts.panel(45)
def suspensions(row: Contract, at: datetime) -> Panel | None:
    """What stands still, what stood still before, and the notices."""
    told = row.suspension_notices.filter(status=SuspensionNoticeStatus.TOLD).order_by("-pk")
    shown = [*map(_told, told), *map(_stood, row.suspensions.order_by("-pk"))]
    return lines.panel(_("Suspensions"), shown, "") if shown else None


def _page(row: Suspension | SuspensionNotice) -> str:
    return reverse(f"admin:contracts_{row._meta.model_name}_change", args=[row.pk])


def _told(row: SuspensionNotice) -> Line:
    return Line(
        shown_what(row), _page(row), _("from %(on)s at the earliest") % {"on": day(row.from_on)}, "warn",
        row.get_ground_display(),
    )  # fmt: skip


def _stood(row: Suspension) -> Line:
    tone = "danger" if row.status == SuspensionStatus.RUNNING else ""
    stretch = f"{fields.at_words(row.starts_at)} – {fields.at_words(row.ended_at)}"
    aside = fields.joined([str(row.get_ground_display()), stretch, row.end_reason])
    return Line(shown_what(row), _page(row), row.get_status_display(), tone, aside)


class DropNotice(PlainVerb):
    name, label = "drop", gettext_lazy("Leave it")
    permission = "contracts.suspend_contract"
    says = gettext_lazy("Nothing is limited; the firm is told.")
    after = gettext_lazy("It is left.")
    service = staticmethod(suspending.drop)

    def refusal(self, row: SuspensionNotice, *, at: datetime) -> Refusal | None:
        return None if row.status == SuspensionNoticeStatus.TOLD else AlreadyDone()


@admin.register(SuspensionNotice)
class SuspensionNoticeAdmin(ServiceActionAdmin):
    list_display = ("contract", "status", "ground", "what", "from_on", "told_by", "told_at")
    list_filter = ("status", "ground", "from_on")
    list_select_related = ("contract", "told_by")
    search_fields = ("contract__title", "customer__firm__name")
    readonly_fields = ("public_id", "what")
    exclude = ("functions",)
    verbs = (DropNotice,)

    @admin.display(description=gettext_lazy("what is limited"))
    def what(self, row: SuspensionNotice) -> str:
        return shown_what(row)


@admin.register(Suspension)
class SuspensionAdmin(ServiceActionAdmin):
    list_display = ("contract", "shown_status", "ground", "what", "starts_at", "ended_at", "suspended_by")
    list_filter = ("status", "ground", "scope", "starts_at")
    list_select_related = ("contract", "suspended_by")
    search_fields = ("contract__title", "customer__firm__name")
    readonly_fields = ("public_id", "what")
    exclude = ("functions",)

    @admin.display(description=gettext_lazy("what stands still"))
    def what(self, row: Suspension) -> str:
        return shown_what(row)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Suspension) -> SafeString:
        tone = "danger" if row.status == SuspensionStatus.RUNNING else ""
        return cells.cell("pill", label=row.get_status_display(), tone=tone)
