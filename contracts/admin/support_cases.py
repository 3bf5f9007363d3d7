"""Support cases at the desk: the queue by what is due next, each case with both clocks and its conversation."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Min, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.admin import service_fields as fields
from contracts.admin.case_verbs import VERBS
from contracts.admin.lines import Line, panel
from contracts.enums import CaseEventKind, CaseStatus, ClockVerdict
from contracts.models import Case, CaseClock
from contracts.queries import cases as queries
from upstage_console.kernel import clock
from upstage_console.kernel.admin import CaseFileAdmin, CaseParts, Fact, Happening, Panel, cells

parts = CaseParts()
parts.verbs += VERBS
STATUS_TONES = {CaseStatus.OPEN: "warn", CaseStatus.PAUSED: "", CaseStatus.RESOLVED: "good"}
VERDICT_TONES = {ClockVerdict.MET: "good", ClockVerdict.BREACHED: "danger", ClockVerdict.WAIVED: "warn"}
RUNS = Q(clocks__stopped_at__isnull=True)


@admin.register(Case)
class SupportCaseAdmin(CaseFileAdmin):
    parts = parts
    list_display = ("shown_due", "subject", "contract", "severity", "shown_status", "assigned_to", "opened_at")
    list_display_links = ("subject",)
    list_filter = ("status", "severity", "about", ("assigned_to", admin.RelatedOnlyFieldListFilter), "opened_at")
    list_select_related = ("contract", "customer__firm", "assigned_to")
    search_fields = ("subject", "contract__title", "customer__firm__name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """What is due next stands first; what waits for the customer and what is resolved stands last."""
        rows: QuerySet[Case] = Case.objects.annotate(next_due=Min("clocks__due_at", filter=RUNS))
        return rows.order_by(*self.get_ordering(request))

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return ["next_due", "-id"]

    def headline(self, row: Case, at: datetime) -> str:
        due = CaseClock.objects.filter(case=row, stopped_at__isnull=True).aggregate(due=Min("due_at"))["due"]
        if row.status == CaseStatus.RESOLVED:
            return _("Resolved at %(at)s.") % {"at": fields.at_words(row.resolved_at)}
        if due is None:
            return _("We wait for the customer; the clock of the fix stands still.")
        return _("The next target is due at %(at)s.") % {"at": fields.at_words(due)}

    @admin.display(description=gettext_lazy("due"), ordering="next_due")
    def shown_due(self, row: Any) -> SafeString:
        is_late = row.next_due is not None and row.next_due < clock.now()
        return cells.cell("pill", label=fields.at_words(row.next_due), tone="danger" if is_late else "")

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Case) -> SafeString:
        tone = STATUS_TONES.get(CaseStatus(row.status), "")
        return cells.cell("pill", label=row.get_status_display(), tone=tone)


@parts.panel(10)
def clocks(row: Case, at: datetime) -> Panel:
    """Both clocks: how they stand, when they fall due or what is left, what was used, and what was waived."""
    found = CaseClock.objects.filter(case=row).select_related("waived_by").order_by("pk")
    return panel(gettext_lazy("Clocks"), [_clock(one, at) for one in found], gettext_lazy("No clock runs."))


def _clock(row: CaseClock, at: datetime) -> Line:
    verdict = queries.verdict_of(row, at)
    said = [_("%(minutes)s minutes agreed") % {"minutes": f"{row.target_minutes:,}"}]
    if row.due_at is not None:
        said.append(_("due at %(at)s") % {"at": fields.at_words(row.due_at)})
    if row.remaining_seconds is not None:
        said.append(_("%(left)s left") % {"left": fields.minutes_words(row.remaining_seconds)})
    if row.used_seconds is not None:
        said.append(_("%(used)s used") % {"used": fields.minutes_words(row.used_seconds)})
    said.append(row.waive_reason)
    return Line(row.get_metric_display(), pill=verdict.label, tone=VERDICT_TONES.get(verdict, ""),
                aside=fields.joined(said))  # fmt: skip


@parts.panel(20)
def facts(row: Case, at: datetime) -> Panel:
    """Whose case it is, and by what it is measured."""
    known = [
        Fact(_("Contract"), row.contract, reverse("admin:contracts_contract_change", args=[row.contract_id])),
        Fact(_("Customer"), row.customer, reverse("admin:contracts_customer_change", args=[row.customer_id])),
        Fact(_("About"), row.get_about_display()),
        Fact(_("Severity"), row.get_severity_display()),
        Fact(_("Hours"), f"{', '.join(row.policy.hours)} · {row.policy.get_days_display()}"),
        Fact(_("In charge"), row.assigned_to or "–"),
        Fact(_("Opened at"), row.opened_at),
        Fact(_("Opened by"), row.opened_by or _("the customer")),
        Fact(_("Public id"), row.public_id),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@parts.source
def conversation(row: Case, before: datetime, length: int) -> Iterable[Happening]:
    """The log of the case: what was said and done, internal notes too."""
    for event in row.events.filter(at__lt=before).select_related("by").order_by("-position")[:length]:
        yield Happening(at=event.at, what=_what(event), kind="deed", by=_who(event), detail=event.text)


def _what(event: Any) -> str:
    if event.is_internal:
        return _("Internal note")
    is_message = event.kind == CaseEventKind.MESSAGE
    return _("Message") if is_message else str(event.get_kind_display())


def _who(event: Any) -> str:
    if event.by is not None and not event.is_of_customer:
        return str(event.by)
    return _("the customer") if event.is_of_customer else _("the system")
