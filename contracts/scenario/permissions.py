"""What scenarios can do with resale and assignment."""

from datetime import date

from contracts.enums import ApprovalKind, ApprovalStatus
from contracts.models import Contract, PriorApproval
from contracts.queries.permissions import coverage
from contracts.services import prior_approvals
from contracts.services.prior_approvals import Asked
from upstage_console.kernel.errors import NotFound
from upstage_console.scenarios.arguments import Date, Name, Text
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World

A_CONTRACT = Name("contract", required=True)
TO = Text(required=True)


def _shown(row: PriorApproval) -> Result:
    return {"status": row.status, "ends_on": row.ends_on, "clauses": ["rift/10.2"]}


@action("request_resale", {"contract": A_CONTRACT, "to": TO, "service": Text(required=True), "until": Date()})
def request_resale(world: World, *, contract: str, to: str, service: str, until: date | None) -> Result:
    """The customer asks that it may resell a service to somebody."""
    asked = Asked(ApprovalKind.RESALE, to, service, until_on=until)
    return _shown(prior_approvals.request(contract, asked, by=world.staff("amy"), at=world.now))


@action("approve_resale", {"contract": A_CONTRACT, "to": TO, "service": Text(required=True), "until": Date()})
def approve_resale(world: World, *, contract: str, to: str, service: str, until: date | None) -> Result:
    """The company approves what was asked for."""
    rows = PriorApproval.objects.filter(contract=Contract.objects.get_public(contract), to=to, service=service)
    row = rows.filter(status=ApprovalStatus.REQUESTED).first() or rows.order_by("-pk").first()
    if row is None:
        raise NotFound
    return _shown(prior_approvals.approve(row.public_id, until_on=until, by=world.staff("ben"), at=world.now))


@action("resale_covered", {"contract": A_CONTRACT, "to": TO, "service": Text(required=True), "on": Date()})
def resale_covered(world: World, *, contract: str, to: str, service: str, on: date | None) -> Result:
    """Whether a resale is approved on a day, and why."""
    found = coverage(Contract.objects.get_public(contract), to, service, on=on or world.today)
    return {"covered": found.is_covered, "why": found.reason.en, "clauses": list(found.reason.clauses)}


@action("assign", {"contract": A_CONTRACT, "to": TO})
def assign(world: World, *, contract: str, to: str) -> Result:
    """Rights and duties of the contract go to somebody."""
    row = prior_approvals.assign(contract, to, by=world.staff("amy"), at=world.now)
    return {"status": row.status, "clauses": ["rift/19"]}
