"""Reviews of a contract before it is accepted; whoever asked for them never decides (rift/4.2, 4.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from contracts.enums import CONTRACT_MOVES, REVIEW_MOVES, ContractStatus, ReviewKind, ReviewStatus
from contracts.errors import (
    NoGround,
    QuestionnaireIncomplete,
    ReviewOpen,
    ReviewSkipped,
    SecondPersonNeeded,
)
from contracts.models import Contract, Review
from contracts.queries.reviews import conflicts_with, exposure_with, statuses_of
from contracts.rules import credit
from contracts.rules import reviews as rules
from contracts.services import documents, drafting
from contracts.services.deadlines import last_instant
from upstage_console.kernel import audit, due
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, NotAllowed, SamePerson
from upstage_console.kernel.money import Money
from upstage_console.kernel.transitions import move

CLAUSE: Final = "rift/4.2"
REFUSING: Final = "rift/4.3"

TITLES: Final = {
    ReviewKind.CREDIT: ("신용 검토", "Review of credit"),
    ReviewKind.SECURITY: ("정보보호 검토", "Review of information security"),
    ReviewKind.CONFLICT: ("이해 충돌 검토", "Review of conflicts"),
}


MOST_WORDS: Final = 500


@dataclass(frozen=True)
class Verdict:
    """What a reviewer found. `ground` where it is rejected, `answers` for security, `words` to search conflicts by."""

    outcome: ReviewStatus
    reason: str
    ground: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    words: Sequence[str] = ()


@enforces(CLAUSE)
@transaction.atomic
def submit(contract_id: str, *, by: Any, at: datetime, reason: str = "") -> Contract:
    """Ask for the three reviews; from now on the draft is only read.

    Refuses `not_found`, `under_review`, `signed_is_final`.
    """
    contract = drafting.locked(contract_id)
    drafting.require_draft(contract)
    move(contract, ContractStatus.IN_REVIEW, allowed=CONTRACT_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE])
    audit.record("contract.submitted", contract, by=by, at=at, about=contract.customer, reason=reason, clauses=[CLAUSE])
    documents.make_deed(contract, by=by, at=at)
    for kind in rules.ORDER:
        _ask(contract, kind, by, at)
    return contract


def _ask(contract: Contract, kind: ReviewKind, by: Any, at: datetime) -> None:
    review = Review.objects.create(
        customer_id=contract.customer_id, contract=contract, kind=kind, requested_by=by, requested_at=at
    )
    last, (ko, en) = last_instant("contract_review_days", on=kst_date(at), at=at), TITLES[kind]
    due.open_item(
        task_of(kind), contract, key=review.public_id, about=contract.customer, clause=CLAUSE, due_at=last,
        warn_at=at, at=at, title_ko=f"{ko}: {contract.title}", title_en=f"{en}: {contract.title}",
    )  # fmt: skip


def task_of(kind: str) -> str:
    """The kind of the task that a review opens."""
    return f"review_{kind}"


@transaction.atomic
def take_back(contract_id: str, *, reason: str, by: Any, at: datetime) -> Contract:
    """Give a contract back to its drafter; what was reviewed is reviewed anew. Refuses `not_found`, `not_allowed`."""
    contract = drafting.locked(contract_id)
    drafting.require_open(contract)
    move(contract, ContractStatus.DRAFT, allowed=CONTRACT_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE])
    lapse(contract, reason=reason, by=by, at=at)
    audit.record("contract.taken_back", contract, by=by, at=at, about=contract.customer, reason=reason,
                 clauses=[CLAUSE])  # fmt: skip
    return contract


def lapse(contract: Contract, *, reason: str, by: Any, at: datetime) -> None:
    """Let the reviews of a contract lapse, and close their tasks."""
    for review in contract.reviews.exclude(status=ReviewStatus.LAPSED).order_by("pk"):
        was_open = review.status == ReviewStatus.OPEN
        move(review, ReviewStatus.LAPSED, allowed=REVIEW_MOVES, by=by, at=at, reason=reason, clauses=[CLAUSE])
        if was_open:
            due.close_item(task_of(review.kind), review.public_id, by=by, at=at, outcome=reason)


@enforces(CLAUSE, REFUSING)
@transaction.atomic
def decide(review_id: str, verdict: Verdict, *, by: Any, at: datetime, approver: Any = None) -> Review:
    """Approve or reject, with the facts that were seen; `approver` is the second person above the limit.

    Refuses `not_found`, `already_done`, `same_person` for who drafted, asked or set the limit, `stage_skipped`,
    `no_ground`, `questionnaire_incomplete`, and `second_person_needed` above the limit.
    """
    review = _seen(review_id, verdict, by)
    if verdict.outcome == ReviewStatus.APPROVED and review.facts.get("is_above"):
        if approver is None:
            raise SecondPersonNeeded(facts=_above(review.contract))
        _check_person(review, approver, by)
    return _close(review, verdict, by, at, approver=approver)


@enforces(CLAUSE)
@transaction.atomic
def propose(review_id: str, verdict: Verdict, *, by: Any, at: datetime) -> Review:
    """Propose to approve an exposure above the limit; a second person confirms it.

    Refuses what `decide` refuses, and `not_allowed` for what one person may decide.
    """
    review = _seen(review_id, verdict, by)
    if not review.facts.get("is_above"):
        raise NotAllowed(clauses=[CLAUSE])
    if review.proposed_by is not None:
        raise AlreadyDone(clauses=[CLAUSE])
    review.proposed_by, review.reason = by, verdict.reason
    review.save(update_fields=["proposed_by", "reason", "facts"])
    audit.record("review.proposed", review, by=by, at=at, about=review.customer, reason=verdict.reason,
                 clauses=[CLAUSE])  # fmt: skip
    return review


@enforces(CLAUSE)
@transaction.atomic
def confirm(review_id: str, *, reason: str, by: Any, at: datetime) -> Review:
    """As the second person: approve what was proposed, with the exposure as it is now.

    Refuses `not_found`, `already_done`, `same_person`, and `second_person_needed` where nobody proposed it.
    """
    review = _taken(review_id)
    if review.proposed_by is None:
        raise SecondPersonNeeded(facts=_above(review.contract))
    _check_person(review, by, review.proposed_by)
    verdict = Verdict(ReviewStatus.APPROVED, f"{review.reason} / {reason}"[:MOST_WORDS])
    review.facts = _exposure(review.contract, verdict)
    return _close(review, verdict, review.proposed_by, at, approver=by)


def _seen(review_id: str, verdict: Verdict, by: Any) -> Review:
    """An open review that may be decided by this person, with the facts as they are now."""
    review = _taken(review_id)
    _check_person(review, by)
    first = rules.before(review.kind, statuses_of(review.contract))
    if first is not None:
        raise ReviewSkipped(facts={"review": first.label})
    if verdict.outcome == ReviewStatus.REJECTED and not verdict.ground:
        raise NoGround
    review.facts = SEEN[ReviewKind(review.kind)](review.contract, verdict)
    return review


def _close(review: Review, verdict: Verdict, by: Any, at: datetime, *, approver: Any) -> Review:
    clauses = [CLAUSE, REFUSING] if verdict.outcome == ReviewStatus.REJECTED else [CLAUSE]
    review.reason = verdict.reason
    review.save(update_fields=["reason"])
    move(
        review, verdict.outcome, allowed=REVIEW_MOVES, by=approver or by, at=at, reason=verdict.reason,
        clauses=clauses, decided_by=by, decided_at=at, approver=approver, ground=verdict.ground, facts=review.facts,
    )  # fmt: skip
    audit.record(f"review.{verdict.outcome}", review, by=approver or by, at=at, about=review.customer,
                 reason=verdict.reason, clauses=clauses)  # fmt: skip
    due.close_item(task_of(review.kind), review.public_id, by=by, at=at, outcome=verdict.reason)
    return review


def require_approved(contract: Contract) -> None:
    """Refuses `review_open` while one of the three reviews is not approved, whatever the form of conclusion."""
    missing = rules.missing(statuses_of(contract))
    if missing:
        raise ReviewOpen(facts={"reviews": ", ".join(str(kind.label) for kind in missing)})


def _taken(review_id: str) -> Review:
    found: Review = Review.objects.get_public(review_id)
    drafting.locked(found.contract.public_id)
    review: Review = Review.objects.select_related("contract__customer__firm").locked().get_public(review_id)
    if review.status != ReviewStatus.OPEN:
        raise AlreadyDone(clauses=[CLAUSE])
    return review


def _check_person(review: Review, by: Any, first: Any = None) -> None:
    """Refuse `same_person` for nobody, and for who drafted, asked, set the limit, or was the first of two."""
    involved = {review.requested_by_id, review.contract.drafted_by_id, first and first.pk}
    if review.kind == ReviewKind.CREDIT:
        involved.add(review.customer.limit_set_by_id)
    if audit.actor(by) is None or by.pk in involved:
        raise SamePerson(clauses=[CLAUSE])


# What was seen


def _exposure(contract: Contract, verdict: Verdict) -> dict[str, Any]:
    reason = credit.explain(exposure_with(contract), contract.currency)
    return {**reason.as_json()["facts"], "why": reason.as_json()}


def _above(contract: Contract) -> dict[str, object]:
    seen = exposure_with(contract)
    limit = Money(seen.limit, contract.currency) if seen.limit is not None else "–"
    return {"total": Money(seen.total, contract.currency), "limit": limit}


def _questionnaire(contract: Contract, verdict: Verdict) -> dict[str, Any]:
    missing = rules.unanswered(verdict.answers)
    if missing and verdict.outcome == ReviewStatus.APPROVED:
        raise QuestionnaireIncomplete(facts={"missing": ", ".join(missing)})
    return {"version": rules.QUESTIONNAIRE_VERSION, "answers": dict(verdict.answers)}


def _conflicts(contract: Contract, verdict: Verdict) -> dict[str, Any]:
    hits = conflicts_with(contract.customer, words=verdict.words)
    return {"words": list(verdict.words), "hits": [asdict(hit) | {"why": list(hit.why)} for hit in hits]}


SEEN: Final = {
    ReviewKind.CREDIT: _exposure, ReviewKind.SECURITY: _questionnaire, ReviewKind.CONFLICT: _conflicts,
}  # fmt: skip
