"""What scenarios can do with reviews."""

from typing import Any

from contracts.enums import ContractStatus, RefusalGround, ReviewKind, ReviewStatus
from contracts.models import Contract
from contracts.rules.reviews import QUESTIONS
from contracts.services import reviews
from contracts.services.reviews import Verdict
from upstage_console.scenarios.arguments import Choice, Name, Staff
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World


@action(
    "review",
    {
        "contract": Name("contract", required=True), "kind": Choice(*ReviewKind.values, required=True),
        "outcome": Choice(ReviewStatus.APPROVED, ReviewStatus.REJECTED, default=ReviewStatus.APPROVED),
        "by": Staff(default="ben"), "approver": Staff(default=None),
    },
)  # fmt: skip
def review(world: World, *, contract: str, kind: str, outcome: str, by: Any, approver: Any) -> Result:
    """Somebody who has not asked for it reviews a contract; the first review submits the draft."""
    row: Contract = Contract.objects.select_related("drafted_by").get_public(contract)
    if row.status == ContractStatus.DRAFT:
        reviews.submit(contract, by=row.drafted_by, at=world.now, reason="scenario")
    asked = row.reviews.exclude(status=ReviewStatus.LAPSED).get(kind=kind)
    verdict = Verdict(
        ReviewStatus(outcome), "scenario", ground=RefusalGround.REVIEW if outcome == ReviewStatus.REJECTED else "",
        answers={question.key: "yes" for question in QUESTIONS} if kind == ReviewKind.SECURITY else {},
    )  # fmt: skip
    done = reviews.decide(asked.public_id, verdict, by=by, at=world.now, approver=approver)
    return {"status": done.status, "clauses": ["rift/4.2"]}
