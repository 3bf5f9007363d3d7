"""Reviews at the desk: asked for on the contract's page, decided on their own by somebody else."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from contracts.admin import lines
from contracts.admin.contract_parts import parts as contract_parts
from contracts.admin.contracts import why_of
from contracts.admin.happenings import told
from contracts.admin.lines import Line
from contracts.admin.review_forms import SecurityForm
from contracts.admin.review_verbs import (
    Answer,
    Approve,
    ApproveConflict,
    ApproveSecurity,
    Confirm,
    Propose,
    RejectReview,
    seen_now,
    why_hit,
)
from contracts.enums import ReviewKind, ReviewStatus
from contracts.models import Contract, Review
from contracts.rules import reviews as rules
from upstage_console.kernel.admin import (
    Button,
    CaseFileAdmin,
    CaseParts,
    Fact,
    Happening,
    Panel,
    cells,
)
from upstage_console.kernel.wording import tongue

TONES: Mapping[str, str] = {
    ReviewStatus.OPEN: "warn", ReviewStatus.APPROVED: "good", ReviewStatus.REJECTED: "danger",
}  # fmt: skip
PERMISSIONS: Mapping[str, str] = {kind: f"contracts.review_{kind}" for kind in ReviewKind.values}

parts = CaseParts()


@admin.register(Review)
class ReviewAdmin(CaseFileAdmin):
    parts = parts
    list_display = ("contract", "customer", "kind", "shown_status", "requested_by", "requested_at", "decided_by")
    list_filter = ("status", "kind", "requested_at")
    list_select_related = ("contract", "customer__firm", "requested_by", "decided_by")
    search_fields = ("contract__title", "customer__firm__name")
    verbs: ClassVar[tuple[type[Answer], ...]] = (
        Approve,
        ApproveSecurity,
        ApproveConflict,
        Propose,
        Confirm,
        RejectReview,
    )

    def headline(self, row: Review, at: datetime) -> str:
        return {
            ReviewStatus.OPEN: _("Waits for somebody who did not ask for it."),
            ReviewStatus.APPROVED: _("Approved."),
            ReviewStatus.REJECTED: _("Rejected; the contract cannot be concluded."),
            ReviewStatus.LAPSED: _("Lapsed: the contract went back to its drafter."),
        }[ReviewStatus(row.status)]

    def buttons(self, request: HttpRequest, row: Any = None, *, at: datetime) -> list[Button]:
        """Only the verbs of this kind of review, for whom it is."""
        if row is None or not request.user.has_perm(PERMISSIONS[row.kind]):
            return []
        mine = {verb.name for verb in self.verbs if row.kind in verb.kinds}
        return [button for button in super().buttons(request, row, at=at) if button.name in mine]

    def verb_view(self, request: HttpRequest, verb: str, object_id: str | None = None) -> HttpResponse:
        """A verb of another kind of review is none of this one's, and each kind has its own permission."""
        row = None if object_id is None else self.get_object(request, unquote(object_id))
        if row is not None and not request.user.has_perm(PERMISSIONS[row.kind]):
            raise PermissionDenied
        if row is not None and not any(one.name == verb and row.kind in one.kinds for one in self.verbs):
            raise Http404
        return super().verb_view(request, verb, object_id)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: Review) -> SafeString:
        return cells.cell("pill", label=row.get_status_display(), tone=TONES.get(row.status, ""))


@parts.panel(10)
def facts(row: Review, at: datetime) -> Panel:
    """What is reviewed, who asked and who decided."""
    known = [
        Fact(_("Contract"), row.contract, reverse("admin:contracts_contract_change", args=[row.contract_id])),
        Fact(_("Customer"), row.customer, reverse("admin:contracts_customer_change", args=[row.customer_id])),
        Fact(_("Kind"), row.get_kind_display()),
        Fact(_("Status"), row.get_status_display()),
        Fact(_("Requested by"), row.requested_by),
        Fact(_("Requested at"), row.requested_at),
        Fact(_("Proposed by"), row.proposed_by or "–"),
        Fact(_("Decided by"), row.decided_by or "–"),
        Fact(_("Second person"), row.approver or "–"),
        Fact(_("Decided at"), row.decided_at or "–"),
        Fact(_("Ground of refusal"), row.get_ground_display() if row.ground else "–"),
        Fact(_("Reason"), row.reason or "–"),
    ]
    return Panel(_("Facts"), "admin/case/facts.html", {"facts": known})


@parts.panel(20)
def seen(row: Review, at: datetime) -> Panel | None:
    """What the decision saw; of credit that is still open, what it would see now."""
    if row.kind == ReviewKind.CREDIT:
        text = why_of(row.facts["why"]) if "why" in row.facts else seen_now(row)
        return lines.panel(_("Exposure"), [Line(text)], "")
    if row.kind == ReviewKind.SECURITY:
        return _answers(row)
    found = [Line(hit["name"], aside=why_hit(hit)) for hit in row.facts.get("hits", [])]
    nothing = _("Nobody was found.") if row.decided_at else _("The search is made with the decision.")
    return lines.panel(_("Conflicts"), found, nothing)


def _answers(row: Review) -> Panel:
    given, language = row.facts.get("answers", {}), tongue(get_language())
    shown = [
        Line(getattr(question, language), pill=SecurityForm.word(given[question.key]),
             tone="danger" if given[question.key] == "no" else "good")
        for question in rules.QUESTIONS if question.key in given
    ]  # fmt: skip
    title = _("Questionnaire, version %(number)s") % {"number": row.facts.get("version", rules.QUESTIONNAIRE_VERSION)}
    return lines.panel(title, shown, _("Not answered yet."))


@parts.source
def deeds(row: Review, before: datetime, length: int) -> Iterable[Happening]:
    """What was done with it."""
    return told([row.public_id], before, length)


@contract_parts.panel(30)
def reviews_of_contract(row: Contract, at: datetime) -> Panel:
    """The three reviews, in their order."""
    found = {one.kind: one for one in row.reviews.exclude(status=ReviewStatus.LAPSED).select_related("decided_by")}
    shown = [_line(found[kind]) for kind in rules.ORDER if kind in found]
    return lines.panel(_("Reviews"), shown, _("Not asked for yet."))


def _line(row: Review) -> Line:
    url = reverse("admin:contracts_review_change", args=[row.pk])
    who = str(row.decided_by) if row.decided_by else ""
    return Line(
        row.get_kind_display(), url, row.get_status_display(), TONES.get(row.status, ""), f"{who} {row.reason}".strip()
    )
