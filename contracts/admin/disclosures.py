"""Demands of authorities at the desk, for those who may see them; no other page shows a trace of them (rift/11.3)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from contracts.admin import lines
from contracts.admin.customers import day
from contracts.admin.disclosure_verbs import VERBS
from contracts.admin.happenings import told
from contracts.admin.lines import Line
from contracts.admin.service_fields import at_words
from contracts.enums import DisclosureStatus
from contracts.models import Disclosure
from upstage_console.kernel.admin import Button, CaseFileAdmin, CaseParts, Fact, Happening, Panel, cells

TONES: Mapping[str, str] = {
    DisclosureStatus.PROPOSED: "warn", DisclosureStatus.APPROVED: "warn", DisclosureStatus.REFUSED: "",
    DisclosureStatus.DROPPED: "", DisclosureStatus.RELEASED: "good",
}  # fmt: skip

parts = CaseParts()
parts.verbs.extend(VERBS)


@admin.register(Disclosure)
class DisclosureAdmin(CaseFileAdmin):
    parts = parts
    list_display = ("authority", "reference", "customer", "shown_status", "received_on", "answer_by", "shown_notice")
    list_filter = ("status", "basis_kind", "received_on")
    list_select_related = ("customer__firm",)
    search_fields = ("authority", "reference", "basis", "customer__firm__name")

    def headline(self, row: Disclosure, at: datetime) -> str:
        sentences = {
            DisclosureStatus.PROPOSED: _("A second person decides whether anything is given."),
            DisclosureStatus.APPROVED: _("Approved; what is listed as given may be given out."),
            DisclosureStatus.REFUSED: _("Refused; nothing is given."),
            DisclosureStatus.DROPPED: _("No longer demanded; nothing was given."),
            DisclosureStatus.RELEASED: _("Given out."),
        }
        return f"{sentences[DisclosureStatus(row.status)]} {_notice(row)}".strip()

    def buttons(self, request: HttpRequest, row: Any = None, *, at: datetime) -> list[Button]:
        """A notice that nothing keeps back is no button."""
        shown = super().buttons(request, row, at=at)
        hidden = {"tell", "extend-bar"} if row is not None and row.barred_until is None else set()
        return [button for button in shown if button.name not in hidden]

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Disclosure) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES[row.status])

    @admin.display(description=gettext_lazy("notice to the customer"), ordering="told_at")
    def shown_notice(self, row: Disclosure) -> str:
        return _notice(row)


def _notice(row: Disclosure) -> str:
    if row.told_at is not None:
        return _("The customer was told on %(on)s.") % {"on": day(row.told_at)}
    if row.barred_until is not None:
        return _("The customer may not be told before the end of %(until)s.") % {"until": day(row.barred_until)}
    return _("The customer is told with the approval.") if row.status == DisclosureStatus.PROPOSED else ""


@parts.panel(10)
def facts(row: Disclosure, at: datetime) -> Panel:
    """Who demands it on what basis, who decided, what became of it."""
    customer = reverse("admin:contracts_customer_change", args=[row.customer_id])
    known = [
        Fact(_("Customer"), row.customer, customer),
        Fact(_("Contract"), row.contract or "–"),
        Fact(_("Authority"), row.authority),
        Fact(_("Number of the demand"), row.reference),
        Fact(_("Basis"), f"{row.get_basis_kind_display()} · {row.basis}"),
        Fact(_("Received on"), day(row.received_on)),
        Fact(_("To be answered until"), day(row.answer_by)),
        Fact(_("Why the customer is not told yet"), row.bar_basis or "–"),
        Fact(_("Proposed by"), row.proposed_by or "–"),
        Fact(_("Second person"), row.decided_by or "–"),
        Fact(_("Given out at"), at_words(row.released_at)),
        Fact(_("To whom, how, and what proves it"), row.handed or "–"),
        Fact(_("Public id"), row.public_id),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@parts.panel(20)
def data(row: Disclosure, at: datetime) -> Panel:
    """Each kind of data: given as narrowly as it can be, or withheld, and why."""
    shown = [
        Line(
            one.get_data_display(), pill=pgettext("disclosure", "given") if one.is_given else _("withheld"),
            tone="warn" if one.is_given else "good", aside=" · ".join(filter(None, [one.extent, one.why])),
        )
        for one in row.items.all()
    ]  # fmt: skip
    return lines.panel(_("Data"), shown, "")


@parts.source
def deeds(row: Disclosure, before: datetime, length: int) -> Iterable[Happening]:
    """What was done with it."""
    return told([row.public_id], before, length)
