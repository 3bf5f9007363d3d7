"""Reviews at the desk: asked for on the contract's page, decided on their own by somebody else."""

from collections.abc import Collection, Iterable, Mapping
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
from contracts.admin.contracts import OfDraft, why_of
from contracts.admin.contracts import parts as contract_parts
from contracts.admin.happenings import told
from contracts.admin.lines import Line
from contracts.admin.review_forms import RejectForm, SearchForm, SecurityForm
from contracts.enums import CONTRACT_MOVES, ContractStatus, ReviewKind, ReviewStatus
from contracts.errors import SecondPersonNeeded
from contracts.models import Contract, Review
from contracts.queries.reviews import exposure_with
from contracts.rules import credit
from contracts.rules import reviews as rules
from contracts.services import reviews
from contracts.services.reviews import Verdict
from upstage_console.kernel.admin import (
    Button,
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
    no_move,
)
from upstage_console.kernel.errors import AlreadyDone, NotAllowed, Refusal
from upstage_console.kernel.money import Money
from upstage_console.kernel.wording import tongue

TONES: Mapping[str, str] = {
    ReviewStatus.OPEN: "warn", ReviewStatus.APPROVED: "good", ReviewStatus.REJECTED: "danger",
}  # fmt: skip
PERMISSIONS: Mapping[str, str] = {kind: f"contracts.review_{kind}" for kind in ReviewKind.values}

parts = CaseParts()


class Submit(OfDraft):
    name, label, tone, icon = "submit", gettext_lazy("Ask for the reviews"), "primary", "fact_check"

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("The order form is written and offered, and three reviews begin; the draft is only read from now on.")

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = reviews.submit(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("The reviews are asked for."), result=done)


class TakeBack(Verb):
    name, label, icon = "take-back", gettext_lazy("Give it back to its drafter"), "undo"
    permission = "contracts.draft_contract"

    def sentence(self, row: Contract, *, at: datetime) -> Text:
        return _("The draft can be changed again; what was reviewed is reviewed anew.")

    def refusal(self, row: Contract, *, at: datetime) -> Refusal | None:
        return no_move(row.status, ContractStatus.DRAFT, CONTRACT_MOVES)

    def run(self, row: Contract, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = reviews.take_back(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("It is a draft again."), result=done)


contract_parts.verbs[:0] = [Submit]
contract_parts.verbs.append(TakeBack)


class Answer(Verb):
    """A verb of reviews of some kinds; which permission it needs goes by the kind."""

    permission = "contracts.view_review"
    kinds: ClassVar[Collection[str]] = ReviewKind.values

    def refusal(self, row: Review, *, at: datetime) -> Refusal | None:
        return None if row.status == ReviewStatus.OPEN else AlreadyDone()


class Approve(Answer):
    name, label, tone, icon = "approve", gettext_lazy("Approve"), "primary", "check"
    kinds = (ReviewKind.CREDIT,)

    def sentence(self, row: Review, *, at: datetime) -> Text:
        return _seen(row)

    def refusal(self, row: Review, *, at: datetime) -> Refusal | None:
        return super().refusal(row, at=at) or _second(row)

    def run(self, row: Review, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        verdict = Verdict(ReviewStatus.APPROVED, given["reason"], **self.more(given))
        return Done(_("Approved."), result=reviews.decide(row.public_id, verdict, by=by, at=at))

    def more(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """What else the form says."""
        return {}


class ApproveSecurity(Approve):
    name = "approve-security"
    kinds = (ReviewKind.SECURITY,)
    form = SecurityForm

    def sentence(self, row: Review, *, at: datetime) -> Text:
        return _("The answers are kept with the version of the questionnaire.")

    def refusal(self, row: Review, *, at: datetime) -> Refusal | None:
        return Answer.refusal(self, row, at=at)

    def more(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"answers": SecurityForm.answers(given)}


class ApproveConflict(Approve):
    name = "approve-conflict"
    kinds = (ReviewKind.CONFLICT,)
    form = SearchForm

    def sentence(self, row: Review, *, at: datetime) -> Text:
        return _("The other customers are searched; what is found is kept with the decision.")

    def refusal(self, row: Review, *, at: datetime) -> Refusal | None:
        return Answer.refusal(self, row, at=at)

    def more(self, given: Mapping[str, Any]) -> dict[str, Any]:
        return {"words": SearchForm.words_of(given)}

    def rows(self, row: Review, done: Done, *, at: datetime) -> list[Row]:
        hits = done.result.facts["hits"]
        shown = [Row(_("Found"), after=f"{hit['name']}: {why_hit(hit)}") for hit in hits]
        return shown or [Row(_("Found"), after=_("nobody"))]


class Propose(Answer):
    name, label, tone = "propose", gettext_lazy("Propose to approve above the limit"), "primary"
    kinds = (ReviewKind.CREDIT,)

    def sentence(self, row: Review, *, at: datetime) -> Text:
        return _seen(row)

    def refusal(self, row: Review, *, at: datetime) -> Refusal | None:
        is_possible = exposure_with(row.contract).is_above and row.proposed_by is None
        return super().refusal(row, at=at) or (None if is_possible else AlreadyDone())

    def run(self, row: Review, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        verdict = Verdict(ReviewStatus.APPROVED, given["reason"])
        done = reviews.propose(row.public_id, verdict, by=by, at=at)
        return Done(_("Proposed; a second person has to approve it."), result=done)


class Confirm(Answer):
    name, label, tone = "confirm", gettext_lazy("Approve as the second person"), "primary"
    kinds = (ReviewKind.CREDIT,)

    def sentence(self, row: Review, *, at: datetime) -> Text:
        return _seen(row)

    def refusal(self, row: Review, *, at: datetime) -> Refusal | None:
        return super().refusal(row, at=at) or (None if row.proposed_by else _second(row) or NotAllowed())

    def run(self, row: Review, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = reviews.confirm(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("Approved by two."), result=done)


class RejectReview(Answer):
    name, label, tone, icon = "reject", gettext_lazy("Reject"), "danger", "close"
    form = RejectForm

    def sentence(self, row: Review, *, at: datetime) -> Text:
        return _("While a review is rejected the contract cannot be concluded.")

    def run(self, row: Review, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        verdict = Verdict(ReviewStatus.REJECTED, given["reason"], ground=given["ground"])
        return Done(_("Rejected."), result=reviews.decide(row.public_id, verdict, by=by, at=at))


def _second(row: Review) -> Refusal | None:
    """That two are needed, where the exposure is above the limit."""
    found = exposure_with(row.contract)
    if found.limit is None or not found.is_above:
        return None
    currency = row.contract.currency
    return SecondPersonNeeded(facts={"total": Money(found.total, currency), "limit": Money(found.limit, currency)})


def _seen(row: Review) -> str:
    """The exposure as it is now."""
    return credit.explain(exposure_with(row.contract), row.contract.currency).text(tongue(get_language()))


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
        text = why_of(row.facts["why"]) if "why" in row.facts else _seen(row)
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


WHYS: Mapping[str, Any] = {
    "representative": gettext_lazy("the same representative"), "address": gettext_lazy("the same address"),
    "business_item": gettext_lazy("the same line of business"), "domain": gettext_lazy("mail of the same domain"),
    "word": gettext_lazy("a word that was searched"),
}  # fmt: skip


def why_hit(hit: Mapping[str, Any]) -> str:
    """In what another customer meets this one."""
    return ", ".join(str(WHYS[one]) for one in hit["why"])


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


@contract_parts.source
def review_deeds(row: Contract, before: datetime, length: int) -> Iterable[Happening]:
    """What was decided."""
    return told([one.public_id for one in row.reviews.all()], before, length)
