"""Approvals, references and successions at the desk, and their part of a contract's case file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.admin import lines
from contracts.admin.billing_forms import choice_field, day_field
from contracts.admin.contract_parts import parts as contract_parts
from contracts.admin.customers import day
from contracts.admin.lines import Line
from contracts.admin.permission_verbs import APPROVAL_VERBS, REFERENCE_VERBS
from contracts.admin.service_fields import line
from contracts.enums import ApprovalStatus, ReferenceStatus, SuccessionKind
from contracts.models import Contract, PriorApproval, ReferencePermission, Succession
from contracts.queries.permissions import approvals_of, is_shown, references_of
from contracts.services import successions
from contracts.services.successions import Plan
from upstage_console.kernel import clock
from upstage_console.kernel.admin import (
    Button,
    Done,
    Panel,
    ReasonForm,
    ServiceActionAdmin,
    Text,
    Verb,
    cells,
)
from upstage_console.kernel.calendars import kst_date

TONES: Mapping[str, str] = {
    ApprovalStatus.REQUESTED: "warn", ApprovalStatus.APPROVED: "good", ApprovalStatus.REFUSED: "danger",
    ReferenceStatus.ASKED: "warn", ReferenceStatus.GRANTED: "good", ReferenceStatus.DECLINED: "danger",
}  # fmt: skip


class AskedAdmin(ServiceActionAdmin):
    """Questions with answers: what fits the present state is a button, the rest is not shown."""

    list_filter = ("status", "kind")
    list_select_related = ("contract", "customer__firm")

    def buttons(self, request: HttpRequest, row: Any = None, *, at: datetime) -> list[Button]:
        return [button for button in super().buttons(request, row, at=at) if row is None or not button.why_not]


@admin.register(PriorApproval)
class PriorApprovalAdmin(AskedAdmin):
    list_display = ("to", "kind", "service", "contract", "customer", "shown_status", "starts_on", "ends_on")
    search_fields = ("to", "service", "contract__title", "customer__firm__name")
    readonly_fields = ("public_id",)
    verbs = tuple(APPROVAL_VERBS)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: PriorApproval) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(row.status, ""))


@admin.register(ReferencePermission)
class ReferencePermissionAdmin(AskedAdmin):
    list_display = ("kind", "scope", "contract", "customer", "shown_status", "until_on", "may_be_shown")
    search_fields = ("scope", "contract__title", "customer__firm__name")
    readonly_fields = ("public_id",)
    verbs = tuple(REFERENCE_VERBS)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: ReferencePermission) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(row.status, ""))

    @admin.display(description=gettext_lazy("may be shown today"), boolean=True)
    def may_be_shown(self, row: ReferencePermission) -> bool:
        return is_shown(row, on=kst_date(clock.now()))


class AnnounceForm(ReasonForm):
    kind = choice_field(gettext_lazy("By"), SuccessionKind.choices)
    successor = line(gettext_lazy("Successor"), 120)
    effective_on = day_field(gettext_lazy("Effective on"))


class Announce(Verb):
    name, label, icon, form = "announce", gettext_lazy("Announce a succession"), "campaign", AnnounceForm
    permission = "contracts.announce_succession"

    def sentence(self, row: None, *, at: datetime) -> Text:
        return _("Every customer with a contract that is not over is told beforehand (19); that is final.")

    def run(self, row: None, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        plan = Plan(SuccessionKind(given["kind"]), given["successor"], given["effective_on"])
        made = successions.announce(plan, reason=given["reason"], by=by, at=at)
        return Done(_("The customers are told."), result=made)


@admin.register(Succession)
class SuccessionAdmin(ServiceActionAdmin):
    list_display = ("successor", "kind", "effective_on", "announced_on", "announced_by")
    list_filter = ("kind", "effective_on")
    search_fields = ("successor",)
    list_select_related = ("announced_by",)
    readonly_fields = ("public_id",)
    list_verbs = (Announce,)


@contract_parts.panel(64)
def of_contract(row: Contract, at: datetime) -> Panel | None:
    """What was asked for under a contract, and what of the customer may be shown."""
    shown = [_approval(one) for one in approvals_of(row)] + [_reference(one) for one in references_of(row)]
    return lines.panel(_("Approvals and references"), shown, "") if shown else None


def _approval(row: PriorApproval) -> Line:
    days = f"{day(row.starts_on)} – {day(row.ends_on)}" if row.starts_on else ""
    aside = " · ".join(filter(None, [row.service, days]))
    url = reverse("admin:contracts_priorapproval_change", args=[row.pk])
    return Line(str(row), url, row.get_status_display(), TONES.get(row.status, ""), aside)


def _reference(row: ReferencePermission) -> Line:
    url = reverse("admin:contracts_referencepermission_change", args=[row.pk])
    until = _("until %(until)s") % {"until": day(row.until_on)}
    return Line(str(row), url, row.get_status_display(), TONES.get(row.status, ""), until)
