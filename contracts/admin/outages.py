"""Outages and maintenance in the back office: what was recorded and announced, withdrawn and called off."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from unfold.widgets import UnfoldAdminSelectMultipleWidget

from accounts.admin.conduct import told
from contracts.admin import service_fields as fields
from contracts.enums import ContractStatus
from contracts.models import Contract, Maintenance, Outage
from contracts.queries import service_levels as queries
from contracts.services import outages
from upstage_console.kernel.admin import (
    CaseFileAdmin,
    CaseParts,
    Done,
    Fact,
    Happening,
    Panel,
    Row,
    Text,
    Verb,
    cells,
)
from upstage_console.kernel.errors import AlreadyDone, Refusal
from upstage_console.kernel.figures import grouped
from upstage_console.kernel.wording import Phrase

outage_parts, work_parts = CaseParts(), CaseParts()


class Withdraw(Verb):
    name, label, tone, icon = "withdraw", gettext_lazy("Withdraw"), "danger", "undo"
    permission = "contracts.record_outage"

    def sentence(self, row: Outage, *, at: datetime) -> Text:
        return _("It was recorded in error: it stays visible and counts nothing. A report that was approved stays.")

    def refusal(self, row: Outage, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.withdrawn_at else None

    def run(self, row: Outage, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("Withdrawn."), result=outages.withdraw(row.public_id, reason=given["reason"], by=by, at=at))

    def rows(self, row: Outage, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("Counted minutes"), "0", before=grouped(queries.counted_minutes(row)))]


outage_parts.verbs.append(Withdraw)


@admin.register(Outage)
class OutageAdmin(CaseFileAdmin):
    parts = outage_parts
    list_display = ("starts_at", "ends_at", "contract", "cause", "what", "shown_state")
    list_filter = ("cause", "starts_at")
    list_select_related = ("contract", "customer__firm")
    search_fields = ("contract__title", "customer__firm__name", "what")

    def headline(self, row: Outage, at: datetime) -> str:
        if row.withdrawn_at:
            return _("Withdrawn; it counts nothing.")
        return _("%(minutes)s minutes count, as things stand.") % {"minutes": grouped(queries.counted_minutes(row))}

    @admin.display(description=gettext_lazy("state"))
    def shown_state(self, row: Outage) -> SafeString:
        label, tone = (pgettext("outage", "withdrawn"), "") if row.withdrawn_at else (_("recorded"), "warn")
        return cells.cell("pill", label=label, tone=tone)


@outage_parts.panel(10)
def outage_facts(row: Outage, at: datetime) -> Panel:
    """When, why, and what proves it."""
    counted: Decimal = Decimal(0) if row.withdrawn_at else queries.counted_minutes(row)
    known = [
        Fact(_("Contract"), row.contract, fields.contract_page(row)),
        Fact(_("From"), row.starts_at),
        Fact(_("To"), row.ends_at),
        Fact(_("Cause"), row.get_cause_display()),
        Fact(_("Third party"), row.third_party or "–"),
        Fact(_("What stood still"), row.what or "–"),
        Fact(_("Announced at"), row.announced_at or "–"),
        Fact(_("Evidence"), row.evidence or "–"),
        Fact(_("Counted minutes"), grouped(counted)),
        Fact(_("Recorded by"), row.recorded_by or "–"),
        Fact(pgettext("outage", "Withdrawn"), row.withdraw_reason or "–"),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@outage_parts.source
@work_parts.source
def deeds(row: Any, before: datetime, length: int) -> Iterable[Happening]:
    """What was done with it."""
    return told([row.public_id], before, length)


class AnnounceForm(fields.SpanForm):
    what_ko = fields.line(gettext_lazy("What (Korean)"))
    what_en = fields.line(gettext_lazy("What (English)"))
    contracts = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Contracts"), queryset=Contract.objects.none(), widget=UnfoldAdminSelectMultipleWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        running = Contract.objects.filter(status__in=(ContractStatus.CONCLUDED, ContractStatus.SUSPENDED))
        self.fields["contracts"].queryset = running.order_by("title")  # type: ignore[attr-defined]


class Announce(Verb):
    name, label, tone, icon = "announce", gettext_lazy("Announce maintenance"), "primary", "campaign"
    permission, form = "contracts.announce_maintenance", AnnounceForm

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("The customers of these contracts are told now; whether that is early enough, each contract says.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        keys = [contract.pk for contract in given["contracts"]]
        what = Phrase(given["what_ko"], given["what_en"])
        span = AnnounceForm.span(given)
        return Done(_("Announced."), result=outages.announce(keys, span, what, reason=given["reason"], by=by, at=at))

    def rows(self, row: None, done: Done, *, at: datetime) -> list[Row]:
        found = done.result.outages.select_related("contract")
        return [Row(str(one.contract), _counts(queries.counted_minutes(one))) for one in found]


def _counts(minutes: Decimal) -> str:
    if not minutes:
        return _("out of scope")
    return _("%(minutes)s minutes will count: announced too late") % {"minutes": grouped(minutes)}


class CallOff(Verb):
    name, label, tone, icon = "call-off", gettext_lazy("Call off"), "danger", "event_busy"
    permission = "contracts.announce_maintenance"

    def sentence(self, row: Maintenance, *, at: datetime) -> Text:
        return _("It does not take place; the customers are told.")

    def refusal(self, row: Maintenance, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.called_off_at or row.starts_at <= at else None

    def run(self, row: Maintenance, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("Called off."), result=outages.call_off(row.public_id, reason=given["reason"], by=by, at=at))


work_parts.verbs.append(CallOff)


@admin.register(Maintenance)
class MaintenanceAdmin(CaseFileAdmin):
    parts = work_parts
    list_display = ("starts_at", "ends_at", "what_ko", "announced_at", "called_off_at")
    list_filter = ("starts_at",)
    search_fields = ("what_ko", "what_en")
    list_verbs = (Announce,)

    def headline(self, row: Maintenance, at: datetime) -> str:
        if row.called_off_at:
            return _("Called off.")
        return _("Announced.") if row.starts_at > at else _("It has begun or is over.")


@work_parts.panel(10)
def work_facts(row: Maintenance, at: datetime) -> Panel:
    """When, what, and whom it touches."""
    found = row.outages.select_related("contract").order_by("id")
    known = [
        Fact(_("What"), cells.local(row, "what")),
        Fact(_("From"), row.starts_at),
        Fact(_("To"), row.ends_at),
        Fact(_("Announced at"), row.announced_at),
        Fact(_("Announced by"), row.announced_by or "–"),
        *(Fact(_("Contract"), one.contract, fields.contract_page(one)) for one in found),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})
