"""What staff do with a support case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from contracts.admin import service_fields as fields
from contracts.enums import CaseStatus, Metric
from contracts.errors.cases import CaseResolved, NoBreach
from contracts.models import Case, CaseClock
from contracts.services import cases
from contracts.services.cases import Said
from upstage_console.kernel.admin import Done, NoReasonForm, ReasonForm, Row, Text, Verb
from upstage_console.kernel.errors import AlreadyDone, Refusal


class OfOpenCase(Verb):
    permission = "contracts.handle_case"

    def refusal(self, row: Case, *, at: datetime) -> Refusal | None:
        return CaseResolved() if row.status == CaseStatus.RESOLVED else None

    def rows(self, row: Case, done: Done, *, at: datetime) -> list[Row]:
        clocks = CaseClock.objects.filter(case=row).order_by("pk")
        return [Row(clock.get_metric_display(), _stands(clock)) for clock in clocks]


def _stands(clock: CaseClock) -> str:
    if clock.stopped_at is not None:
        return _("stopped, %(used)s used") % {"used": fields.minutes_words(clock.used_seconds or 0)}
    if clock.due_at is None:
        return _("stands still, %(left)s left") % {"left": fields.minutes_words(clock.remaining_seconds or 0)}
    return _("due at %(at)s") % {"at": fields.at_words(clock.due_at)}


class MessageForm(NoReasonForm):
    text = fields.area(gettext_lazy("Message"), rows=5)


class NoteForm(MessageForm):
    is_internal = forms.BooleanField(
        label=gettext_lazy("Internal: the customer does not see it"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    is_of_customer = forms.BooleanField(
        label=gettext_lazy("The customer said it, by another way than the console"), required=False,
        widget=UnfoldBooleanSwitchWidget,
    )  # fmt: skip


class Answer(OfOpenCase):
    name, label, tone, icon, form = "answer", gettext_lazy("Answer"), "primary", "reply", MessageForm

    def sentence(self, row: Case, *, at: datetime) -> Text:
        return _("The customer reads it. The first answer stops its clock.")

    def run(self, row: Case, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("Answered."), result=cases.respond(row.public_id, Said(given["text"]), by=by, at=at))


class Note(Verb):
    name, label, icon, form = "note", gettext_lazy("Add a message or note"), "edit_note", NoteForm
    permission = "contracts.handle_case"

    def sentence(self, row: Case, *, at: datetime) -> Text:
        return _("Kept in the conversation. What the customer was waited for ends the pause.")

    def run(self, row: Case, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        said = Said(given["text"], is_of_customer=given["is_of_customer"], is_internal=given["is_internal"])
        return Done(_("Added."), result=cases.write(row.public_id, said, by=by, at=at))


class Pause(OfOpenCase):
    name, label, icon = "pause", gettext_lazy("Wait for the customer"), "pause"

    def refusal(self, row: Case, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.status == CaseStatus.PAUSED else super().refusal(row, at=at)

    def sentence(self, row: Case, *, at: datetime) -> Text:
        return _("The clock of the fix stands still until the customer answers; the reason is what the customer reads.")

    def run(self, row: Case, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("It waits."), result=cases.pause(row.public_id, reason=given["reason"], by=by, at=at))


class Resume(OfOpenCase):
    name, label, icon = "resume", gettext_lazy("Go on"), "play_arrow"

    def refusal(self, row: Case, *, at: datetime) -> Refusal | None:
        return None if row.status == CaseStatus.PAUSED else AlreadyDone()

    def sentence(self, row: Case, *, at: datetime) -> Text:
        return _("The clock of the fix goes on where it stood.")

    def run(self, row: Case, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("It goes on."), result=cases.resume(row.public_id, reason=given["reason"], by=by, at=at))


class Resolve(OfOpenCase):
    name, label, tone, icon, form = "resolve", gettext_lazy("Resolve"), "primary", "check", MessageForm

    def sentence(self, row: Case, *, at: datetime) -> Text:
        return _("Both clocks stop; the customer reads what was done.")

    def run(self, row: Case, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("Resolved."), result=cases.resolve(row.public_id, Said(given["text"]), by=by, at=at))


class Reopen(OfOpenCase):
    name, label, icon = "reopen", gettext_lazy("Open again"), "restart_alt"

    def refusal(self, row: Case, *, at: datetime) -> Refusal | None:
        return None if row.status == CaseStatus.RESOLVED else AlreadyDone()

    def sentence(self, row: Case, *, at: datetime) -> Text:
        return _("The clock of the fix goes on where it stood; what was missed stays missed.")

    def run(self, row: Case, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        said = Said(given["reason"], is_internal=True)
        return Done(_("It is open again."), result=cases.reopen(row.public_id, said, by=by, at=at))


class TakeOn(Verb):
    name, label, icon, form = "take-on", gettext_lazy("Take charge"), "person_add", NoReasonForm
    permission = "contracts.handle_case"

    def sentence(self, row: Case, *, at: datetime) -> Text:
        return _("You are in charge, and are warned before a target is missed.")

    def run(self, row: Case, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("You are in charge."), result=cases.assign(row.public_id, by, by=by, at=at))


class WaiveForm(ReasonForm):
    metric = forms.ChoiceField(label=gettext_lazy("Target"), choices=Metric, widget=UnfoldAdminSelectWidget)


class Waive(Verb):
    name, label, tone, icon = "waive", gettext_lazy("Waive a missed target"), "danger", "do_not_disturb_on"
    permission, form = "contracts.waive_case", WaiveForm

    def refusal(self, row: Case, *, at: datetime) -> Refusal | None:
        missed = CaseClock.objects.filter(case=row, breached_at__isnull=False, waived_at__isnull=True)
        return None if missed.exists() else NoBreach()

    def initial(self, row: Case, *, at: datetime) -> Mapping[str, Any]:
        missed = CaseClock.objects.filter(case=row, breached_at__isnull=False, waived_at__isnull=True)
        return {"metric": missed.values_list("metric", flat=True).first()}

    def sentence(self, row: Case, *, at: datetime) -> Text:
        return _("It stays visible as missed and waived, with the reason, in the report of the month too.")

    def run(self, row: Case, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        clock = cases.waive(row.public_id, Metric(given["metric"]), reason=given["reason"], by=by, at=at)
        return Done(_("Waived."), result=clock)


VERBS: list[type[Verb]] = [Answer, Note, Pause, Resume, Resolve, Reopen, TakeOn, Waive]
