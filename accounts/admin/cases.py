"""The queue of cases: what was reported, what it adds up to, and the staff's decision."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts.admin.conduct import lines_of, told
from accounts.admin.measures import StopUse, TakeStage
from accounts.admin.rows import OfMembersAdmin
from accounts.enums import CASE_MOVES, CaseKind, CaseStatus
from accounts.models import Case
from accounts.services import cases
from upstage_console.kernel.admin import (
    CaseFileAdmin,
    CaseParts,
    Done,
    Fact,
    Happening,
    OutcomeForm,
    Panel,
    ReasonForm,
    Row,
    Text,
    Verb,
    cells,
    no_move,
)
from upstage_console.kernel.errors import AlreadyDone, Refusal

parts = CaseParts()
TONES = {CaseStatus.OPEN: "warn", CaseStatus.DECIDED: "good"}


class MemberForm(ReasonForm):
    member = forms.CharField(
        label=gettext_lazy("Public id of the member"), max_length=40, widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("It stands on the member's case file, such as mem_0198…"),
    )  # fmt: skip


class NameMember(Verb):
    name, label = "member", gettext_lazy("Name the member")
    permission = "accounts.decide_case"
    form = MemberForm

    def refusal(self, row: Case, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.member_id or row.status != CaseStatus.OPEN else None

    def sentence(self, row: Case, *, at: datetime) -> Text:
        return _("From now on the case stands on this member's file too, and can end in a measure.")

    def run(self, row: Case, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        case = cases.name_member(row.pk, member_id=given["member"].strip(), reason=given["reason"], by=by, at=at)
        return Done(_("The member is named."), result=case)

    def rows(self, row: Case, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("Member"), after=str(done.result.member))]


class CloseVerb(Verb):
    """A verb that closes a case; its reason is the outcome."""

    permission = "accounts.decide_case"
    form = OutcomeForm
    to: CaseStatus

    def refusal(self, row: Case, *, at: datetime) -> Refusal | None:
        return no_move(row.status, self.to, CASE_MOVES)


class Decide(CloseVerb):
    name, label, tone, to = "decide", gettext_lazy("Decide without a measure"), "primary", CaseStatus.DECIDED

    def sentence(self, row: Case, *, at: datetime) -> Text:
        return _("The case is closed with what you write here. Its reports go on counting towards the score.")

    def run(self, row: Case, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("The case is decided."), result=cases.decide(row.pk, outcome=given["reason"], by=by, at=at))


class Dismiss(CloseVerb):
    name, label, to = "dismiss", gettext_lazy("Dismiss"), CaseStatus.DISMISSED

    def sentence(self, row: Case, *, at: datetime) -> Text:
        return _("Nothing was found. The reports of this case no longer count towards the score.")

    def run(self, row: Case, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("The case is dismissed."), result=cases.dismiss(row.pk, outcome=given["reason"], by=by, at=at))


@admin.register(Case)
class CaseAdmin(OfMembersAdmin, CaseFileAdmin):
    work = "sanctions"
    parts = parts
    list_display = ("opened_at", "kind", "member", "shown_status", "closed_at", "closed_by")
    list_display_links = ("opened_at", "kind")
    list_filter = ("status", "kind", "opened_at")
    list_select_related = ("member", "closed_by")
    ordering = ("closed_at", "-id")
    verbs = (NameMember, TakeStage, StopUse, Decide, Dismiss)

    def headline(self, row: Case, at: datetime) -> str:
        """What it is about, and what its score proposes."""
        if row.member is None or row.kind == CaseKind.INCIDENT:
            return _("Nobody knows yet whom it is about.")
        if row.kind != CaseKind.CONDUCT:
            return _("It is about %(name)s.") % {"name": row.member.name}
        score = cases.score_of(row.member, at=at)
        proposed = [cells.local(_Proposal(name), "title") for name in cases.proposals_for(score, at=at)]
        shown = ", ".join(proposed) or _("nothing yet")
        return _("%(name)s has a score of %(score)s; proposed: %(proposed)s.") % {
            "name": row.member.name, "score": score, "proposed": shown,
        }  # fmt: skip

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Case) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(CaseStatus(row.status), ""))


class _Proposal:
    """What a score proposes, in both languages."""

    def __init__(self, name: str) -> None:
        self.title_ko, self.title_en = cases.PROPOSED[name]


@parts.panel(10)
def facts(row: Case, at: datetime) -> Panel:
    """Whom it is about, and how it ended."""
    url = reverse("admin:accounts_member_change", args=[row.member_id]) if row.member_id else ""
    known = [
        Fact(_("Status"), row.get_status_display()),
        Fact(_("Kind"), row.get_kind_display()),
        Fact(_("Member"), row.member or "–", url),
        Fact(_("Opened at"), row.opened_at),
        Fact(_("Closed at"), row.closed_at or "–"),
        Fact(_("Closed by"), row.closed_by or "–"),
        Fact(_("Outcome"), row.outcome or "–"),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@parts.panel(20)
def reports(row: Case, at: datetime) -> Panel:
    """What was told, newest first."""
    found = row.reports.select_related("reporter", "noted_by").order_by("-pk")
    return Panel(_("Reports"), "admin/case/reports.html", {"reports": found, "counts": row.kind == CaseKind.CONDUCT})


@parts.panel(30)
def measures(row: Case, at: datetime) -> Panel | None:
    """The sanctions that came of it."""
    found = lines_of(row.sanctions.order_by("-pk"))
    return Panel(_("Sanctions"), "admin/case/sanctions.html", {"sanctions": found}) if found else None


@parts.source
def deeds(row: Case, before: datetime, length: int) -> Iterable[Happening]:
    """What was done in this case and to the measures that came of it."""
    return told([row.public_id, *(one.public_id for one in row.sanctions.all())], before, length)
