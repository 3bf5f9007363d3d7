"""What scenarios can do with stopping a contract's service."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from contracts.enums import SuspensionGround
from contracts.models import Contract
from contracts.queries.standing import standing_of
from contracts.queries.suspensions import service_access
from contracts.services import suspending
from contracts.services.suspending import Limit
from upstage_console.scenarios.arguments import Choice, Date, ListOf, Name, Text
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World

A_CONTRACT = Name("contract", required=True)


@action(
    "announce_suspension",
    {
        "contract": A_CONTRACT, "ground": Choice(*SuspensionGround.values, required=True),
        "functions": ListOf(Text(required=True)), "from": Date(),
    },
)  # fmt: skip
def announce_suspension(
    world: World, *, contract: str, ground: str, functions: Sequence[str] | None, from_: date | None
) -> Result:
    """Staff tell the firm that its service will be limited."""
    limit = Limit(SuspensionGround(ground), functions or (), from_)
    made = suspending.announce(contract, limit, reason="scenario", by=world.staff("amy"), at=world.now)
    return {"from": made.from_on, "functions": made.functions, "clauses": suspending.clauses_of(made)}


@action("suspend_contract", {"contract": A_CONTRACT})
def suspend_contract(world: World, *, contract: str) -> Result:
    """Staff stop what the notice named."""
    made = suspending.suspend(contract, reason="scenario", by=world.staff("amy"), at=world.now)
    return _standing(world, contract) | {"clauses": made.clauses}


@action("resume_contract", {"contract": A_CONTRACT})
def resume_contract(world: World, *, contract: str) -> Result:
    """Staff let the service run again."""
    ended = suspending.resume(contract, reason="scenario", by=world.staff("amy"), at=world.now)
    return _standing(world, contract) | {"clauses": ended[0].clauses}


@action("contract_access", {"contract": A_CONTRACT})
def contract_access(world: World, *, contract: str) -> Result:
    """What the people of a contract may do now."""
    return _standing(world, contract) | {"clauses": ["rift/7.3"]}


def _standing(world: World, contract: str) -> dict[str, Any]:
    row = Contract.objects.get_public(contract)
    found = service_access(row, at=world.now)
    return {
        "status": standing_of(row, on=world.today), "reads": found.may_read, "pays": found.may_pay,
        "uses": found.may_use, "barred": list(found.barred),
    }  # fmt: skip
