"""Notes of releases in the back office: published once, never changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from contracts.admin import service_fields as fields
from contracts.enums import Compatibility
from contracts.models import Release
from contracts.services import releases
from contracts.services.releases import Notes
from upstage_console.kernel.admin import Done, ReasonForm, ServiceActionAdmin, Text, Verb
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.wording import Phrase


class ReleaseForm(ReasonForm):
    version = fields.line(gettext_lazy("Version"), 40)
    released_on = forms.DateField(label=gettext_lazy("Released on"), widget=UnfoldAdminDateWidget)
    changes_ko = fields.area(gettext_lazy("Changes (Korean)"))
    changes_en = fields.area(gettext_lazy("Changes (English)"))
    compatibility = forms.ChoiceField(
        label=gettext_lazy("Compatibility"), choices=Compatibility, widget=UnfoldAdminSelectWidget
    )
    effect_ko = fields.area(gettext_lazy("What it means for customers (Korean)"), 4000, required=False)
    effect_en = fields.area(gettext_lazy("What it means for customers (English)"), 4000, required=False)
    is_beta = forms.BooleanField(label=gettext_lazy("Beta"), required=False, widget=UnfoldBooleanSwitchWidget)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("compatibility") != Compatibility.COMPATIBLE:
            for name in ("effect_ko", "effect_en"):
                if not given.get(name):
                    self.add_error(name, _("Say what it means for customers."))
        return given


class Publish(Verb):
    name, label, tone, icon = "publish", gettext_lazy("Publish a release"), "primary", "rocket_launch"
    permission, form = "contracts.publish_release", ReleaseForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("Everybody sees it, and the customers of running contracts are told. It cannot be changed then.")

    def initial(self, row: None, *, at: datetime) -> Mapping[str, Any]:
        return {"released_on": kst_date(at)}

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        notes = Notes(
            version=given["version"], released_on=given["released_on"], is_beta=given["is_beta"],
            changes=Phrase(given["changes_ko"], given["changes_en"]),
            compatibility=Compatibility(given["compatibility"]), effect=Phrase(given["effect_ko"], given["effect_en"]),
        )  # fmt: skip
        return Done(_("Published."), result=releases.publish(notes, reason=given["reason"], by=by, at=at))


@admin.register(Release)
class ReleaseAdmin(ServiceActionAdmin):
    list_display = ("version", "released_on", "compatibility", "is_beta", "published_by", "published_at")
    list_filter = ("compatibility", "is_beta", "released_on")
    search_fields = ("version", "changes_ko", "changes_en")
    list_verbs = (Publish,)
