"""Sanctions: the list, each with its statement of reasons and its story; approving, dropping, lifting."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.admin.conduct import TONES, told
from accounts.admin.rows import OfMembersAdmin
from accounts.enums import SANCTION_MOVES, RestrictionKind, SanctionKind, SanctionStatus
from accounts.models import Restriction, Sanction
from accounts.services import restoring, sanctions, statements
from upstage_console.kernel.admin import (
    CaseFileAdmin,
    CaseParts,
    Done,
    Fact,
    Happening,
    Panel,
    ReasonForm,
    Row,
    Text,
    Verb,
    cells,
    no_move,
)
from upstage_console.kernel.calendars import last_day
from upstage_console.kernel.errors import AlreadyDone, Refusal

parts = CaseParts()


class SanctionVerb(Verb):
    """A verb that moves a sanction to another state."""

    to: SanctionStatus
    form = ReasonForm

    def refusal(self, row: Sanction, *, at: datetime) -> Refusal | None:
        return no_move(row.status, self.to, SANCTION_MOVES)


class Approve(SanctionVerb):
    name, label, tone, to = "approve", gettext_lazy("Approve"), "danger", SanctionStatus.IN_FORCE
    permission = "accounts.approve_sanction"

    def sentence(self, row: Sanction, *, at: datetime) -> Text:
        return _("The measure holds from now on, and its days count from now. The member is told the whole of it.")

    def run(self, row: Sanction, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        sanction = sanctions.approve(row.pk, reason=given["reason"], by=by, at=at)
        return Done(_("The measure holds, and the member is told why."), result=sanction)

    def rows(self, row: Sanction, done: Done, *, at: datetime) -> list[Row]:
        return [Row(_("Measure"), after=cells.local(done.result.statement, "measure"))]


class Drop(SanctionVerb):
    name, label, to = "drop", gettext_lazy("Do not approve"), SanctionStatus.DROPPED
    permission = "accounts.approve_sanction"

    def sentence(self, row: Sanction, *, at: datetime) -> Text:
        return _("Nothing happens to the member, who is not told of it.")

    def run(self, row: Sanction, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        dropped = sanctions.drop(row.pk, reason=given["reason"], by=by, at=at)
        return Done(_("The proposal is dropped."), result=dropped)


class Lift(SanctionVerb):
    name, label, tone, to = "lift", gettext_lazy("Lift"), "primary", SanctionStatus.LIFTED
    permission = "accounts.lift_sanction"

    def refusal(self, row: Sanction, *, at: datetime) -> Refusal | None:
        is_over = row.kind == SanctionKind.LOSS or (row.ends_at is not None and row.ends_at <= at)
        return AlreadyDone() if is_over else super().refusal(row, at=at)

    def sentence(self, row: Sanction, *, at: datetime) -> Text:
        return _("The measure ends before its time, such as when its ground is gone. Use is restored at once.")

    def run(self, row: Sanction, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        lifted = restoring.lift(row.pk, why=given["reason"], by=by, at=at)
        return Done(_("The measure is lifted."), result=lifted)


@admin.register(Sanction)
class SanctionAdmin(OfMembersAdmin, CaseFileAdmin):
    work = "sanctions"
    parts = parts
    list_display = ("decided_at", "member", "kind", "shown_status", "shown_ground", "ends_at", "decided_by")
    list_display_links = ("decided_at", "kind")
    list_filter = ("status", "kind", "decided_at")
    list_select_related = ("member", "decided_by")
    search_fields = ("member__name", "member__user__email", "ground")
    search_help_text = gettext_lazy("Name or e-mail address of the member, or the clause")
    verbs = (Approve, Drop, Lift)

    def headline(self, row: Sanction, at: datetime) -> str:
        """The measure in one sentence."""
        statement = getattr(row, "statement", None)
        if statement is None:
            return _("A proposal against %(name)s that has not been approved.") % {"name": row.member.name}
        return f"{row.member.name}: {cells.local(statement, 'measure')}"

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Sanction) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(row.status, ""))

    @admin.display(description=gettext_lazy("ground"), ordering="ground")
    def shown_ground(self, row: Sanction) -> SafeString:
        return cells.clause_links([row.ground])


@parts.panel(10)
def facts(row: Sanction, at: datetime) -> Panel:
    """Who decided what, when and until when."""
    last = last_day(row.ends_at) if row.ends_at else _("no end")
    closed = Restriction.objects.filter(sanction=row).first()
    known = [
        Fact(_("Status"), row.get_status_display()),
        Fact(_("Member"), row.member, reverse("admin:accounts_member_change", args=[row.member_id])),
        Fact(_("Kind"), row.get_kind_display()),
        Fact(_("Starts at"), row.starts_at),
        Fact(_("Last day"), last if row.kind != SanctionKind.WARNING else "–"),
        Fact(_("Closes"), RestrictionKind(closed.kind).label if closed else "–"),
        Fact(_("Decided by"), row.decided_by or "–"),
        Fact(_("Approved by"), row.approved_by or "–"),
        Fact(_("Why a stage is skipped"), row.skip_reason or "–"),
        Fact(_("Last day to object"), row.object_until or "–"),
    ]
    if row.case_id:
        known.append(Fact(_("Case"), row.case, reverse("admin:accounts_case_change", args=[row.case_id])))
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@parts.panel(20)
def statement(row: Sanction, at: datetime) -> Panel | None:
    """The statement of reasons as the member reads it; of a proposal, the facts it would tell."""
    written = getattr(row, "statement", None)
    if written is None:
        return Panel(_("Proposed facts"), "admin/case/draft.html", {"draft": row.draft}) if row.draft else None
    language = "en" if (get_language() or "ko").startswith("en") else "ko"
    told = [
        Fact(_("Measure"), cells.local(written, "measure")),
        Fact(_("Ground"), statements.ground_shown(row.ground, language, written.at)),
        Fact(_("Facts (Korean)"), written.facts_ko),
        Fact(_("Facts (English)"), written.facts_en),
        Fact(_("Scope"), cells.local(written, "scope")),
        Fact(_("How it was found"), statements.source_shown(written, language)),
        Fact(_("How to object"), cells.local(written, "redress")),
    ]
    if row.notice is not None:
        url = reverse("admin:accounts_notice_change", args=[row.notice_id])
        told.append(Fact(_("Notice"), cells.local(row.notice, "subject"), url))
    return Panel(_("Statement of reasons"), "admin/case/facts.html", {"facts": told})


@parts.panel(30)
def objection(row: Sanction, at: datetime) -> Panel | None:
    """The member's objection, if there is one."""
    found = getattr(row, "objection", None)
    if found is None:
        return None
    url = reverse("admin:accounts_objection_change", args=[found.pk])
    return Panel(_("Objection"), "admin/case/objection.html", {"objection": found, "url": url})


@parts.source
def deeds(row: Sanction, before: datetime, length: int) -> Iterable[Happening]:
    """What was done to it, and to the objection against it."""
    found = getattr(row, "objection", None)
    return told([row.public_id, *([found.public_id] if found else [])], before, length)


@admin.register(Restriction)
class RestrictionAdmin(OfMembersAdmin):
    """What is laid over memberships, and how it ended."""

    work = "sanctions"
    list_display = ("starts_at", "member", "kind", "scope", "ends_at", "lifted_at", "lifted_by", "shown_clauses")
    list_display_links = ("starts_at", "kind")
    list_filter = ("kind", "scope", "starts_at")
    list_select_related = ("member", "lifted_by")
    fields = ("public_id", "member", "kind", "scope", "why_ko", "why_en", "shown_clauses", "starts_at", "ends_at",
              "lifted_at", "lifted_by", "lifted_why", "end_noted_at")  # fmt: skip
    readonly_fields = ("public_id", "shown_clauses")

    @admin.display(description=gettext_lazy("clauses"))
    def shown_clauses(self, row: Restriction) -> SafeString:
        return cells.clause_links(row.clauses)
