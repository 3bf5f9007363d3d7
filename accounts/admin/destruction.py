"""Destruction of personal data: batches with their preview, two people, the certificate; legal holds on case files."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import case
from accounts.admin.conduct import told
from accounts.admin.rows import OfMembersAdmin
from accounts.enums import BATCH_MOVES, BatchStatus, RecordType
from accounts.errors import SecondPersonNeeded
from accounts.models import Destruction, DestructionBatch, LegalHold, Member
from accounts.queries import retention
from accounts.queries.destroyables import kinds
from accounts.services import batches, holds
from upstage_console.kernel.admin import (
    CaseFileAdmin,
    CaseParts,
    Done,
    Fact,
    Happening,
    Panel,
    ReadOnlyAdmin,
    Row,
    Text,
    Verb,
    cells,
    no_move,
)
from upstage_console.kernel.errors import AlreadyDone, NotFound, Refusal

parts = CaseParts()
TONES = {BatchStatus.PROPOSED: "warn", BatchStatus.APPROVED: "danger", BatchStatus.EXECUTED: "good"}
KINDS = dict(RecordType.choices) | {
    "live": gettext_lazy("live data of a former member"),
    "erased": gettext_lazy("members of whom nothing is kept any more"),
    "stored_data": gettext_lazy("stored content"),
    "usage_archive": gettext_lazy("archived months of usage"),
}


def kind_of_destruction(kind: str) -> str:
    """What a kind of destroyed thing is called; an unknown one speaks for itself."""
    other = kinds().get(kind)
    return str(other.label if other else KINDS.get(kind, kind))


class LookThrough(Verb):
    name, label, tone = "look-through", gettext_lazy("Propose"), "primary"
    permission = "accounts.propose_destructionbatch"

    def refusal(self, row: DestructionBatch, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.proposed_by_id or row.status != BatchStatus.PROPOSED else None

    def sentence(self, row: DestructionBatch, *, at: datetime) -> Text:
        return _("You have looked through what would be destroyed and propose it. Somebody else has to approve.")

    def run(self, row: DestructionBatch, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        batch = batches.look_through(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("Proposed; a second person has to approve it."), result=batch)

    def rows(self, row: DestructionBatch, done: Done, *, at: datetime) -> list[Row]:
        return _what(row)


class Approve(Verb):
    name, label, tone = "approve", gettext_lazy("Approve the destruction"), "danger"
    permission = "accounts.approve_destructionbatch"

    def refusal(self, row: DestructionBatch, *, at: datetime) -> Refusal | None:
        wrong = no_move(row.status, BatchStatus.APPROVED, BATCH_MOVES)
        return wrong or (None if row.proposed_by_id else SecondPersonNeeded())

    def sentence(self, row: DestructionBatch, *, at: datetime) -> Text:
        return _("The data is destroyed within ten minutes. Nothing brings it back; the certificate stays.")

    def run(self, row: DestructionBatch, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        batch = batches.approve(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("Approved; the data is destroyed within ten minutes."), result=batch)

    def rows(self, row: DestructionBatch, done: Done, *, at: datetime) -> list[Row]:
        return _what(row)


class Drop(Verb):
    name, label = "drop", gettext_lazy("Do not destroy now")
    permission = "accounts.approve_destructionbatch"

    def refusal(self, row: DestructionBatch, *, at: datetime) -> Refusal | None:
        return no_move(row.status, BatchStatus.DROPPED, BATCH_MOVES)

    def sentence(self, row: DestructionBatch, *, at: datetime) -> Text:
        return _("Nothing is destroyed. What is due is collected again tonight, unless a legal hold stands over it.")

    def run(self, row: DestructionBatch, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("Dropped."), result=batches.drop(row.public_id, reason=given["reason"], by=by, at=at))


def _what(batch: DestructionBatch) -> list[Row]:
    shown = retention.preview(batch)
    kept = [Row(kind_of_destruction(kind), after=str(number)) for kind, number in shown.counts.items()]
    held = [Row(_("Held back by a legal hold"), after=str(shown.on_hold))] if shown.on_hold else []
    return [*kept, Row(kind_of_destruction("erased"), after=str(shown.erased)), *held]


@admin.register(DestructionBatch)
class DestructionBatchAdmin(CaseFileAdmin):
    work = "data"
    parts = parts
    list_display = ("public_id", "shown_status", "due_on", "proposed_by", "approved_by", "executed_at")
    list_filter = ("status",)
    list_select_related = ("proposed_by", "approved_by")
    verbs = (LookThrough, Approve, Drop)

    def headline(self, row: DestructionBatch, at: datetime) -> str:
        """The state of the batch in one sentence."""
        if row.status == BatchStatus.PROPOSED and row.proposed_by_id is None:
            return _("Collected by itself; somebody has to look through it.")
        sentences = {
            BatchStatus.PROPOSED: _("Looked through; somebody else has to approve it."),
            BatchStatus.APPROVED: _("Approved; it is carried out within ten minutes."),
            BatchStatus.EXECUTED: _("Carried out; the certificate stays."),
            BatchStatus.DROPPED: _("Not carried out."),
        }
        return sentences[BatchStatus(row.status)]

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: DestructionBatch) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(BatchStatus(row.status), ""))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.certificate_view)
        own = path("<path:object_id>/certificate.json", view, name="accounts_destructionbatch_certificate")
        return [own, *super().get_urls()]

    def certificate_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The certificate as a file."""
        if not self.has_view_permission(request):
            return HttpResponse(status=403)
        row = self.get_object(request, object_id)
        if row is None or not row.certificate:
            return HttpResponse(status=404)
        return JsonResponse(
            row.certificate,
            headers={"Content-Disposition": f'attachment; filename="{row.public_id}.json"'},
            json_dumps_params={"indent": 2, "sort_keys": True},
        )


@parts.panel(10)
def facts(row: DestructionBatch, at: datetime) -> Panel:
    """Who collected, looked through and approved it, and when."""
    known = [
        Fact(_("Status"), row.get_status_display()),
        Fact(_("Holds what was due by"), row.due_on),
        Fact(_("Collected at"), row.proposed_at),
        Fact(_("Proposed by"), row.proposed_by or "–"),
        Fact(_("Approved by"), row.approved_by or "–"),
        Fact(_("Approved at"), row.approved_at or "–"),
        Fact(_("Carried out at"), row.executed_at or "–"),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@parts.panel(20)
def preview(row: DestructionBatch, at: datetime) -> Panel | None:
    """What would be destroyed now."""
    if row.status not in retention.OPEN:
        return None
    shown = retention.preview(row)
    known = [Fact(line.label, line.after) for line in _what(row)]
    return Panel(_("What would be destroyed"), "admin/case/destruction.html", {"facts": known, "sample": shown.sample})


@parts.panel(30)
def certificate(row: DestructionBatch, at: datetime) -> Panel | None:
    """The proof, without personal data."""
    proof = row.certificate
    if not proof:
        return None
    known = [
        *(Fact(kind_of_destruction(kind), number) for kind, number in proof["counts"].items()),
        Fact(_("Held back by a legal hold"), proof["on_hold"]),
        Fact(_("Hash of all lines"), proof["sha256"]),
    ]
    shown = {"facts": known, "clauses": proof["clauses"],
             "file": reverse("admin:accounts_destructionbatch_certificate", args=[row.pk])}  # fmt: skip
    lines = f"{reverse('admin:accounts_destruction_changelist')}?batch__id__exact={row.pk}"
    return Panel(_("Certificate"), "admin/case/destruction.html", shown, lines)


@parts.source
def deeds(row: DestructionBatch, before: datetime, length: int) -> Iterable[Happening]:
    """What was done with it."""
    return told([row.public_id], before, length)


@admin.register(Destruction)
class DestructionAdmin(ReadOnlyAdmin):
    work = "data"
    list_display = ("at", "shown_what", "subject", "batch", "shown_clauses")
    list_select_related = ("batch",)
    list_filter = ("at",)
    search_fields = ("subject", "what")

    @admin.display(description=gettext_lazy("what"), ordering="what")
    def shown_what(self, row: Destruction) -> str:
        kind, _colon, until = row.what.partition(":")
        return f"{kind_of_destruction(kind)} {until}".strip()

    @admin.display(description=gettext_lazy("clauses"))
    def shown_clauses(self, row: Destruction) -> SafeString:
        return cells.clause_links(row.clauses)


class PlaceHold(Verb):
    name, label = "place-hold", gettext_lazy("Place a legal hold")
    permission = "accounts.place_legalhold"

    def refusal(self, row: Member, *, at: datetime) -> Refusal | None:
        return AlreadyDone() if row.legal_hold else None

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _("From now on nothing of %(name)s is taken apart or destroyed, until the hold is released.") % {
            "name": row
        }

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("The hold is placed."), result=holds.place(row.pk, reason=given["reason"], by=by, at=at))


class ReleaseHold(Verb):
    name, label = "release-hold", gettext_lazy("Release the legal hold")
    permission = "accounts.place_legalhold"

    def refusal(self, row: Member, *, at: datetime) -> Refusal | None:
        return None if row.legal_hold else NotFound()

    def sentence(self, row: Member, *, at: datetime) -> Text:
        return _("What is due is taken apart and destroyed again, from the next night on.")

    def run(self, row: Member, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        return Done(_("The hold is released."), result=holds.release(row.pk, reason=given["reason"], by=by, at=at))


case.member.verbs += [PlaceHold, ReleaseHold]


@admin.register(LegalHold)
class LegalHoldAdmin(OfMembersAdmin):
    work = "data"
    list_display = ("public_id", "member", "starts_at", "ends_at", "placed_by", "released_by")
    list_select_related = ("member", "placed_by", "released_by")
    list_filter = (("ends_at", admin.EmptyFieldListFilter),)
