"""What scenarios can do with deliverables."""

from datetime import date
from typing import Any

from contracts.enums import PaperKind, SowPart
from contracts.models import Contract, ContractDocument, Deliverable, Delivery
from contracts.queries.deliverables import inspection_of, latest_of, standing_of
from contracts.scenario.agreeing import SCAN, on_paper
from contracts.services import deliverables, documents
from contracts.services.deliverables import Handed, Work
from contracts.services.documents import Paper, SowGiven, SowLine
from contracts.services.files import Given
from upstage_console.scenarios.arguments import Flag, Name, NewName, Text, Whole
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World

A_CONTRACT = Name("contract", required=True)
AN_ITEM = Name("deliverable", required=True)


@action(
    "deliver",
    {
        "contract": A_CONTRACT, "item": NewName("deliverable", required=True, again=True), "days": Whole(),
        "silence_accepts": Flag(default=False),
    },
)  # fmt: skip
def deliver(world: World, *, contract: str, item: str, days: int | None, silence_accepts: bool) -> Result:
    """Staff hand a deliverable over; the days to inspect it are those of a statement of work that both sides signed."""
    row = Contract.objects.get_public(contract)
    if days is not None:
        _agree(world, row, item, days, silence_accepts)
    made = deliverables.deliver(contract, Handed(Work(item)), by=world.staff("amy"), at=world.now)
    world.name("deliverable", item, made.deliverable.public_id)
    return _shown(world, made)


def _agree(world: World, contract: Contract, item: str, days: int, silence_accepts: bool) -> None:
    """Sign a statement of work that says so, unless one does."""
    found = inspection_of(contract, item, on=world.today)
    if found.key and _says(contract, found.key) == (days, silence_accepts):
        return
    last = max(contract.ends_on or world.today, world.today)
    sow = SowGiven(world.today, last, [SowLine(SowPart.DELIVERABLE, item)], days, silence_accepts)
    paper = Paper(PaperKind.SOW, item, file=Given("sow.pdf", "application/pdf", SCAN), sow=sow)
    made = documents.add(contract.public_id, paper, by=world.staff("amy"), at=world.now)
    on_paper(world, documents.offer(made.public_id, by=world.staff("amy"), at=world.now))


def _says(contract: Contract, key: str) -> tuple[int | None, bool]:
    paper: ContractDocument = contract.documents.select_related("sow").get_public(key)
    return paper.sow.inspection_days, paper.sow.silence_accepts


@action("accept_delivery", {"item": AN_ITEM})
def accept_delivery(world: World, *, item: str) -> Result:
    """The customer accepts what was handed over last."""
    return _shown(world, deliverables.accept(_last(item), by=world.staff("amy"), at=world.now))


@action("reject_delivery", {"item": AN_ITEM, "reason": Text(required=True)})
def reject_delivery(world: World, *, item: str, reason: str) -> Result:
    """The customer sends what was handed over last back."""
    return _shown(world, deliverables.reject(_last(item), reason=reason, by=world.staff("amy"), at=world.now))


def _last(item: str) -> str:
    found = latest_of(Deliverable.objects.get_public(item))
    assert found is not None  # noqa: S101 – a scenario names what it delivered
    return found.public_id


def _shown(world: World, row: Delivery) -> dict[str, Any]:
    until: date | None = row.inspect_by
    status = standing_of(row, on=world.today)
    return {"inspect_by": until, "status": status, "why": row.why["en"], "clauses": row.why["clauses"]}
