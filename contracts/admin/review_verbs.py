"""What is done with reviews at the desk: asking for them, deciding one, each kind with its own form (rift/4.2)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from contracts.admin.contract_parts import DOCUMENTS
from contracts.admin.contracts import OfDraft
from contracts.admin.review_forms import RejectForm, SearchForm, SecurityForm
from contracts.enums import CONTRACT_MOVES, ContractStatus, ReviewKind, ReviewStatus
from contracts.errors import SecondPersonNeeded
from contracts.models import Contract, Review
from contracts.queries.reviews import exposure_with
from contracts.rules import credit
from contracts.services import reviews
from contracts.services.reviews import Verdict
from upstage_console.kernel.admin import (
    Done,
    Row,
    Text,
    Verb,
    no_move,
)
from upstage_console.kernel.errors import AlreadyDone, NotAllowed, Refusal
from upstage_console.kernel.money import Money
from upstage_console.kernel.wording import tongue


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


DOCUMENTS.verbs[:0] = [Submit]
DOCUMENTS.verbs.append(TakeBack)


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
        return seen_now(row)

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
        return seen_now(row)

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
        return seen_now(row)

    def refusal(self, row: Review, *, at: datetime) -> Refusal | None:
        return super().refusal(row, at=at) or (None if row.proposed_by else _second(row) or NotAllowed())

    def run(self, row: Review, *, given: Mapping[str, Any], by: Any, at: datetime) -> Done:
        done = reviews.confirm(row.public_id, reason=given["reason"], by=by, at=at)
        return Done(_("Approved by two."), result=done)


class RejectReview(Answer):
    name, label, tone, icon = "reject", pgettext_lazy("review", "Reject"), "danger", "close"
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


def seen_now(row: Review) -> str:
    """The exposure as it is now."""
    return credit.explain(exposure_with(row.contract), row.contract.currency).text(tongue(get_language()))


WHYS: Mapping[str, Any] = {
    "representative": gettext_lazy("the same representative"), "address": gettext_lazy("the same address"),
    "business_item": gettext_lazy("the same line of business"), "domain": gettext_lazy("mail of the same domain"),
    "word": gettext_lazy("a word that was searched"),
}  # fmt: skip


def why_hit(hit: Mapping[str, Any]) -> str:
    """In what another customer meets this one."""
    return ", ".join(str(WHYS[one]) for one in hit["why"])
