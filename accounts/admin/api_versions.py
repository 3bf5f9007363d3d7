"""Versions of the APIs in the back office."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.admin import board_forms as forms
from accounts.enums import ApiAudience
from accounts.models import ApiVersion
from accounts.queries.api_versions import has_ended
from accounts.rules.api_versions import earliest_end
from accounts.services import api_versions
from upstage_console.kernel import clock
from upstage_console.kernel.admin import Done, Row, ServiceActionAdmin, Text, Verb, cells
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import AlreadyDone, Refusal
from upstage_console.kernel.wording import day, tongue


class VersionVerb(Verb):
    """A verb of versions; its effect shows the days that follow."""

    permission = "accounts.end_apiversion"

    def rows(self, row: Any, done: Done, *, at: datetime) -> Iterable[Row]:
        version: ApiVersion = done.result
        shown = [Row(_("Version"), after=str(version))]
        if version.old_until is not None and version.ends_on is None:
            shown.append(Row(_("The form before it answers until"), after=_day(version.old_until)))
        if version.ends_on is not None:
            shown.append(Row(_("First day without it"), after=_day(version.ends_on)))
        return shown


class List(VersionVerb):
    name, label = "list", gettext_lazy("List a version")
    form = forms.ListForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("A version that is there already stands in the public list; nobody is told.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        chosen = {name: given[name] for name in ("service", "version", "is_beta", "reason")}
        return Done(_("The version is listed."), result=api_versions.record(**chosen, by=by, at=at))


class Change(VersionVerb):
    name, label, tone = "change", gettext_lazy("Bring out a version"), "primary"
    form = forms.ChangeForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("The notice board and members are told that the version is here, and until when the old form stays.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        chosen = {name: given[name] for name in ("service", "version", "is_beta", "reason")}
        audience = ApiAudience(given["audience"])
        version = api_versions.change(**chosen, audience=audience, by=by, at=at)
        return Done(_("The version is brought out."), result=version)


class End(VersionVerb):
    name, label, tone = "end", gettext_lazy("Announce its end"), "danger"
    form = forms.EndVersionForm

    def refusal(self, row: ApiVersion, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.ends_on is not None else None

    def sentence(self, row: ApiVersion, *, at: datetime) -> Text:
        earliest = earliest_end(kst_date(at), is_beta=row.is_beta)
        return _("Announced today, it may end on %(day)s at the earliest.") % {"day": _day(earliest)}

    def initial(self, row: ApiVersion, *, at: datetime) -> Mapping[str, Any]:
        return {"ends_on": earliest_end(kst_date(at), is_beta=row.is_beta)}

    def run(self, row: ApiVersion, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        chosen: dict[str, Any] = {name: given[name] for name in ("ends_on", "successor", "reason")}
        named: dict[str, Any] = {
            "service": row.service,
            "version": row.version,
            "audience": ApiAudience(given["audience"]),
        }
        return Done(_("Its end is announced."), result=api_versions.end(**named, **chosen, by=by, at=at))


@admin.register(ApiVersion)
class ApiVersionAdmin(ServiceActionAdmin):
    work = "running"
    list_display = ("service", "version", "state", "since", "old_until", "end_announced_at", "ends_on")
    list_display_links = ("service", "version")
    list_filter = ("service", "is_beta")
    search_fields = ("service", "version")
    fields = ("public_id", "service", "version", "is_beta", "state", "since", "old_until", "end_announced_at",
              "ends_on", "successor")  # fmt: skip
    readonly_fields = ("public_id", "state")
    verbs = (End,)
    list_verbs = (Change, List)

    @admin.display(description=gettext_lazy("state"))
    def state(self, version: ApiVersion) -> SafeString:
        if version.ends_on is not None:
            is_over = has_ended(version, at=clock.now())
            label, tone = (_("Ended"), "danger") if is_over else (_("Ending"), "warn")
        else:
            label, tone = (_("Beta"), "accent") if version.is_beta else (_("In use"), "good")
        return cells.cell("pill", label=label, tone=tone)


def _day(value: Any) -> str:
    return day(value, tongue(get_language()))
