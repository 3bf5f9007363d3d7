"""Meetings at the desk: each with every version of its minutes and what both sides said; and the contract's list."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from contracts.admin import lines
from contracts.admin.contract_parts import parts as contract_parts
from contracts.admin.customers import day
from contracts.admin.happenings import told
from contracts.admin.lines import Line
from contracts.admin.meeting_verbs import VERBS
from contracts.admin.service_fields import at_words
from contracts.enums import MeetingStatus, MinutesStatus, Side
from contracts.models import Contract, Meeting, Minutes
from contracts.queries.meetings import awaits, current_of, meetings_of
from contracts.rules.meetings import AMENDS_NOTHING
from upstage_console.kernel.admin import Button, CaseFileAdmin, CaseParts, Fact, Happening, Panel, cells
from upstage_console.kernel.wording import tongue

TONES: Mapping[str, str] = {
    MinutesStatus.PROPOSED: "warn", MinutesStatus.CONFIRMED: "good", MinutesStatus.OBJECTED: "danger",
    MinutesStatus.REPLACED: "", MeetingStatus.PLANNED: "warn", MeetingStatus.HELD: "", MeetingStatus.CALLED_OFF: "",
}  # fmt: skip
SHOWN = 12

parts = CaseParts()
parts.verbs.extend(VERBS)


@admin.register(Meeting)
class MeetingAdmin(CaseFileAdmin):
    parts = parts
    list_display = ("title", "contract", "customer", "kind", "held_at", "shown_status")
    list_filter = ("status", "kind", "held_at")
    list_select_related = ("contract", "customer__firm")
    search_fields = ("title", "contract__title", "customer__firm__name")

    def headline(self, row: Meeting, at: datetime) -> str:
        last = current_of(row)
        if last is None:
            sentences = {
                MeetingStatus.PLANNED: _("Planned for %(at)s; there are no minutes yet."),
                MeetingStatus.CALLED_OFF: _("Called off; it was planned for %(at)s."),
            }
            return sentences[MeetingStatus(row.status)] % {"at": at_words(row.held_at)}
        waits = awaits(last)
        if waits is not None:
            return _("Version %(version)s of the minutes waits for the %(side)s.") % {
                "version": last.version, "side": waits.label,
            }  # fmt: skip
        is_final = last.status == MinutesStatus.CONFIRMED
        return (
            _("Both sides confirmed the minutes; they are final.")
            if is_final
            else _("The minutes were objected to and are written anew.")
        )

    def buttons(self, request: Any, row: Any = None, *, at: datetime) -> list[Button]:
        """What belongs to the side that nobody waits for is not shown."""
        shown = super().buttons(request, row, at=at)
        last = current_of(row) if row is not None else None
        waits = awaits(last) if last is not None else None
        hidden = {"customer-confirmed", "customer-objected"} if waits != Side.CUSTOMER else set()
        hidden |= {"confirm", "object"} if waits != Side.COMPANY else set()
        return [button for button in shown if button.name not in hidden]

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Meeting) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(row.status, ""))


@parts.panel(10)
def facts(row: Meeting, at: datetime) -> Panel:
    """When, where, what for, and what its minutes are not."""
    known = [
        Fact(_("Contract"), row.contract, reverse("admin:contracts_contract_change", args=[row.contract_id])),
        Fact(_("Kind"), row.get_kind_display()),
        Fact(pgettext("meeting", "Held at"), at_words(row.held_at)),
        Fact(pgettext("meeting", "Place"), row.place or "–"),
        Fact(_("What the customer provides beforehand"), row.needs or "–"),
        Fact(_("Status"), row.get_status_display()),
        Fact(_("What minutes do"), AMENDS_NOTHING.text(tongue(get_language()))),
        Fact(_("Public id"), row.public_id),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@parts.panel(20)
def versions(row: Meeting, at: datetime) -> Panel:
    """Every version, the newest first: what it says, and what both sides said to it."""
    found = row.minutes.select_related("written_by").prefetch_related("answers__by").order_by("-version")
    context = {"versions": [_version(one) for one in found], "nothing": _("Nothing is written yet.")}
    return Panel(_("Minutes of the meeting"), "admin/case/minutes.html", context)


def _version(row: Minutes) -> dict[str, Any]:
    answers = [
        " · ".join(filter(None, [
            str(Side(one.side).label), _("confirmed") if one.is_confirmed else _("objected"), at_words(one.at),
            str(one.by or ""), _("written down by staff") if one.is_recorded else "", one.reason,
        ]))
        for one in row.answers.all()
    ]  # fmt: skip
    return {
        "row": row, "label": row.get_status_display(), "tone": TONES[row.status], "answers": answers,
        "decisions": [_decision(one) for one in row.decisions],
    }  # fmt: skip


def _decision(stored: Mapping[str, Any]) -> str:
    due_on = day(date.fromisoformat(stored["due_on"])) if stored["due_on"] else ""
    return " · ".join(filter(None, [stored["what"], str(Side(stored["side"]).label), due_on]))


@parts.source
def deeds(row: Meeting, before: datetime, length: int) -> Iterable[Happening]:
    """What was done with it."""
    return told([row.public_id], before, length)


@contract_parts.panel(62)
def of_contract(row: Contract, at: datetime) -> Panel | None:
    """The last meetings of a contract, with how their minutes stand."""
    shown = [_meeting(one) for one in meetings_of(row)[:SHOWN]]
    return lines.panel(_("Meetings"), shown, "") if shown else None


def _meeting(row: Meeting) -> Line:
    last = current_of(row)
    status = last.status if last else row.status
    label = last.get_status_display() if last else row.get_status_display()
    url = reverse("admin:contracts_meeting_change", args=[row.pk])
    return Line(row.title, url, label, TONES[status], f"{row.get_kind_display()} · {at_words(row.held_at)}")
