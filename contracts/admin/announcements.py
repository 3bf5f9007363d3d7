"""Changes and stops of functions in the back office: told once, called off at most."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectMultipleWidget

from contracts.admin import lines
from contracts.admin import service_fields as fields
from contracts.admin.billing_forms import choice_field, day_field
from contracts.admin.contract_parts import parts
from contracts.admin.customers import day
from contracts.admin.lines import Line
from contracts.enums import FunctionChangeKind
from contracts.models import Contract, FunctionChange
from contracts.services import announcing
from contracts.services.announcing import Change
from upstage_console.kernel.admin import Done, Panel, ReasonForm, Row, ServiceActionAdmin, Text, Verb, cells
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import AlreadyDone, Refusal
from upstage_console.kernel.wording import Phrase


class AnnounceChangeForm(ReasonForm):
    kind = choice_field(gettext_lazy("What happens"), FunctionChangeKind.choices)
    function_ko = fields.line(gettext_lazy("Function (Korean)"), 120)
    function_en = fields.line(gettext_lazy("Function (English)"), 120)
    what_ko = fields.area(gettext_lazy("What it means (Korean)"), 4000)
    what_en = fields.area(gettext_lazy("What it means (English)"), 4000)
    effective_on = day_field(gettext_lazy("Takes effect on"))
    contracts = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Contracts"), queryset=Contract.objects.none(), required=False,
        widget=UnfoldAdminSelectMultipleWidget, help_text=gettext_lazy("None chosen: every contract that runs."),
    )  # fmt: skip
    urgency = fields.line(
        gettext_lazy("Why it is urgent"), 500, required=False,
        help_text=gettext_lazy("Needed where the notice is shorter than the setting says; customers are told anyway."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        running = Contract.objects.filter(status__in=announcing.RUNNING).order_by("title")
        self.fields["contracts"].queryset = running  # type: ignore[attr-defined]


class AnnounceChange(Verb):
    name, label, tone, icon = "announce", gettext_lazy("Announce a change of a function"), "primary", "campaign"
    permission, form = "contracts.announce_functionchange", AnnounceChangeForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("The customers it touches are told now. It stays as it is told, and can only be called off.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        change = Change(
            FunctionChangeKind(given["kind"]), Phrase(given["function_ko"], given["function_en"]),
            Phrase(given["what_ko"], given["what_en"]), given["effective_on"], given["urgency"],
        )  # fmt: skip
        keys = [contract.pk for contract in given["contracts"]]
        return Done(_("Announced."), result=announcing.announce(change, keys, reason=given["reason"], by=by, at=at))

    def rows(self, row: None, done: Done, *, at: datetime) -> list[Row]:
        made: FunctionChange = done.result
        return [Row(_("Customers told"), after=str(made.told)), Row(_("Takes effect on"), after=day(made.effective_on))]


class CallOffChange(Verb):
    name, label, tone, icon = "call-off", gettext_lazy("Call off"), "danger", "event_busy"
    permission = "contracts.announce_functionchange"

    def sentence(self, row: FunctionChange, *, at: datetime) -> Text:
        return _("It does not happen; the customers are told.")

    def refusal(self, row: FunctionChange, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.called_off_at or row.effective_on <= kst_date(at) else None

    def run(self, row: FunctionChange, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("Called off."), result=announcing.call_off(row.public_id, reason=given["reason"], by=by, at=at))


@admin.register(FunctionChange)
class FunctionChangeAdmin(ServiceActionAdmin):
    list_display = ("function", "kind", "effective_on", "announced_at", "told", "announced_by", "called_off_at")
    list_filter = ("kind", "effective_on")
    list_select_related = ("announced_by",)
    search_fields = ("function_ko", "function_en", "what_ko", "what_en")
    readonly_fields = ("public_id",)
    list_verbs = (AnnounceChange,)
    verbs = (CallOffChange,)

    @admin.display(description=gettext_lazy("function"), ordering="function_ko")
    def function(self, row: FunctionChange) -> str:
        return cells.local(row, "function")


@parts.panel(47)
def function_changes(row: Contract, at: datetime) -> Panel | None:
    """Which functions of it change or stop, the newest first."""
    found = row.function_changes.select_related("change").order_by("-pk")[:12]
    shown = [_line(one.change) for one in found]
    return lines.panel(_("Changes of functions"), shown, "") if shown else None


def _line(row: FunctionChange) -> Line:
    pill, tone = (_("called off"), "") if row.called_off_at else (str(row.get_kind_display()), "warn")
    url = reverse("admin:contracts_functionchange_change", args=[row.pk])
    return Line(cells.local(row, "function"), url, pill, tone, day(row.effective_on))
