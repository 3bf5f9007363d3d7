"""Policy settings, changed with two people, and the public holidays that staff add."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from upstage_console.kernel import policy
from upstage_console.kernel.admin import cells
from upstage_console.kernel.admin.bases import ServiceActionAdmin
from upstage_console.kernel.admin.effects import Row
from upstage_console.kernel.admin.forms import ReasonForm
from upstage_console.kernel.admin.verbs import Done, Text, Verb
from upstage_console.kernel.calendars import day_start, kst_date
from upstage_console.kernel.errors import AlreadyDone, DayHasPassed, Refusal
from upstage_console.kernel.models import Holiday, PolicySetting


class ProposalForm(ReasonForm):
    name = forms.ChoiceField(label=_("Setting"), widget=UnfoldAdminSelectWidget)
    value = forms.CharField(
        label=_("New value"), widget=UnfoldAdminTextInputWidget, help_text=_("A number, true or false, or a text.")
    )
    starts_on = forms.DateField(label=_("In force from"), widget=UnfoldAdminDateWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].choices = [(reading.name, reading.name) for reading in policy.readings()]  # type: ignore[attr-defined]

    def clean_value(self) -> Any:
        """The value as the setting holds it: JSON where it reads as JSON, else the text."""
        try:
            return json.loads(self.cleaned_data["value"])
        except ValueError:
            return self.cleaned_data["value"]


class Propose(Verb):
    name, label, tone = "propose", _("Propose a new value"), "primary"
    permission = "kernel.propose_policysetting"
    form = ProposalForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("A second person has to approve it. Decisions made before keep the value they were made with.")

    def initial(self, row: None, *, at: datetime) -> Mapping[str, Any]:
        return {"starts_on": kst_date(at)}

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        starts_at = day_start(given["starts_on"])
        setting = policy.propose(
            given["name"], given["value"], reason=given["reason"], starts_at=starts_at, by=by, at=at
        )
        return Done(_("Proposed; a second person has to approve it."), result=setting)

    def rows(self, row: None, done: Done, *, at: datetime) -> list[Row]:
        setting: PolicySetting = done.result
        return [Row(setting.name, before=str(policy.value(setting.name, at=at)), after=str(setting.value))]


class Approve(Verb):
    name, label, tone = "approve", _("Approve"), "primary"
    permission = "kernel.approve_policysetting"

    def sentence(self, row: PolicySetting, *, at: datetime) -> Text:
        return _("“%(name)s” becomes %(value)s.") % {"name": row.name, "value": row.value}

    def refusal(self, row: PolicySetting, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.approved_at else None

    def run(self, row: PolicySetting, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("Approved."), result=policy.approve(row.pk, reason=given["reason"], by=by, at=at))

    def rows(self, row: PolicySetting, done: Done, *, at: datetime) -> list[Row]:
        return [Row(row.name, after=str(row.value))]


@admin.register(PolicySetting)
class PolicySettingAdmin(ServiceActionAdmin):
    list_display = ("name", "value", "starts_at", "proposed_by", "approved_by", "is_in_force", "shown_clause")
    list_select_related = ("proposed_by", "approved_by")
    list_filter = ("name",)
    search_fields = ("name", "reason")
    list_verbs = (Propose,)
    verbs = (Approve,)

    @admin.display(description=_("approved"), boolean=True)
    def is_in_force(self, setting: PolicySetting) -> bool:
        return setting.approved_at is not None

    @admin.display(description=_("Clause"))
    def shown_clause(self, setting: PolicySetting) -> SafeString:
        return cells.clause_links([reading.clause for reading in policy.readings() if reading.name == setting.name])


class HolidayForm(ReasonForm):
    day = forms.DateField(label=_("Day"), widget=UnfoldAdminDateWidget)
    name_ko = forms.CharField(label=_("Name (Korean)"), max_length=100, widget=UnfoldAdminTextInputWidget)
    name_en = forms.CharField(label=_("Name (English)"), max_length=100, widget=UnfoldAdminTextInputWidget)


class AddHoliday(Verb):
    name, label, tone = "add", _("Add a public holiday"), "primary"
    permission = "kernel.add_holiday"
    form = HolidayForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("Deadlines counted from now on skip this day. Those already counted stay as they are.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        names = {"name_ko": given["name_ko"], "name_en": given["name_en"]}
        holiday = policy.add_holiday(given["day"], **names, reason=given["reason"], by=by, at=at)
        return Done(_("The day is a public holiday now."), result=holiday)

    def rows(self, row: None, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("public holiday"), after=str(done.result))]


class RemoveHoliday(Verb):
    name, label, tone = "remove", _("Remove"), "danger"
    permission = "kernel.delete_holiday"

    def sentence(self, row: Holiday, *, at: datetime) -> Text:
        return _("%(day)s counts as a business day again for deadlines counted from now on.") % {"day": row}

    def refusal(self, row: Holiday, *, at: datetime) -> Refusal | None:
        return DayHasPassed() if row.day < kst_date(at) else None

    def run(self, row: Holiday, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        policy.remove_holiday(row.day, reason=given["reason"], by=by, at=at)
        return Done(_("The day is no public holiday any more."))


@admin.register(Holiday)
class HolidayAdmin(ServiceActionAdmin):
    list_display = ("day", "name_ko", "name_en")
    search_fields = ("name_ko", "name_en")
    list_verbs = (AddHoliday,)
    verbs = (RemoveHoliday,)
    ordering = ("-day",)

    def page_of(self, row: Any) -> str:
        return super().page_of(None)
