"""What scenarios can do with breaches, terminations and liability under contracts."""

from datetime import date
from decimal import Decimal
from typing import Any

from billing.enums import Fault
from billing.rules.liability import Claim
from contracts.enums import EndReason, Side
from contracts.errors import NotInForce
from contracts.models import Breach, Contract
from contracts.queries.liability import assess
from contracts.queries.standing import standing_of
from contracts.rules import endings as rules
from contracts.services import awards, breaches, ending
from contracts.services.awards import Damage
from contracts.services.breaches import Delivery
from contracts.services.ending import End
from upstage_console.scenarios.arguments import Choice, Date, Name, NewName, Number, Staff
from upstage_console.scenarios.registry import action
from upstage_console.scenarios.world import Result, World

A_CONTRACT = Name("contract", required=True)
A_SIDE = Choice(*Side.values, required=True)
A_FAULT = Choice(*Fault.values, default=Fault.ORDINARY)


@action(
    "notify_breach",
    {"contract": A_CONTRACT, "by": A_SIDE, "received_on": Date(), "as": NewName("breach")},
)
def notify_breach(world: World, *, contract: str, by: str, received_on: date | None, as_: str | None) -> Result:
    """One side demands that the other cures a breach; without a day of receipt it did not arrive."""
    delivery = None if received_on is None else Delivery(received_on, "scenario")
    row = breaches.demand(
        contract, Side(by), "scenario", delivery=delivery, by=world.staff("amy"), at=world.now
    )  # fmt: skip
    world.name("breach", as_, row.public_id)
    return _breach(row, world)


@action("cure_breach", {"breach": Name("breach", required=True)})
def cure_breach(world: World, *, breach: str) -> Result:
    """The breach is cured."""
    return _breach(breaches.cure(breach, by=world.staff("amy"), at=world.now), world)


def _breach(row: Breach, world: World) -> dict[str, Any]:
    return {
        "cure_until": row.cure_until, "terminable_from": rules.terminable_from(row.cure_until),
        "status": rules.breach_on(row.status, row.cure_until, on=world.today), "clauses": ["rift/15.2"],
    }  # fmt: skip


@action(
    "terminate",
    {
        "contract": A_CONTRACT, "by": A_SIDE, "reason": Choice(*EndReason.values, required=True), "on": Date(),
        "upfront": Number(default=Decimal(0)), "approver": Staff(default=None),
    },
)  # fmt: skip
def terminate(
    world: World, *, contract: str, by: str, reason: str, on: date | None, upfront: Decimal, approver: Any
) -> Result:
    """One side ends a contract with today."""
    if on not in (None, world.today):
        raise NotInForce(facts={"contract": contract, "on": on, "standing": ""})
    end = End(Side(by), EndReason(reason), upfront)
    row = ending.terminate(contract, end, by=world.staff("amy"), at=world.now, approver=approver)
    status = standing_of(Contract.objects.get_public(contract), on=world.today)
    return {
        "status": status, "settlement": {"due": row.due, "refund": row.refund, "kept": row.kept},
        "why": row.statement["why"]["en"], "clauses": [rules.CLAUSES[EndReason(reason)], "rift/15.3"],
    }  # fmt: skip


@action(
    "contract_liability",
    {
        "contract": A_CONTRACT, "incident_on": Date(required=True), "claimed": Number(required=True),
        "indirect": Number(default=Decimal(0)), "fault": A_FAULT,
    },
)  # fmt: skip
def contract_liability(
    world: World, *, contract: str, incident_on: date, claimed: Decimal, indirect: Decimal, fault: str
) -> Result:
    """What of a claim against the company would be payable."""
    found = assess(Contract.objects.get_public(contract), Claim(incident_on, claimed, indirect, Fault(fault)))
    return {
        "window_from": found.window_from, "window_to": found.window_to, "cap": found.cap,
        "already_paid": found.already_paid, "payable": found.payable, "why": found.reason.en,
        "clauses": ["rift/17.1", *found.reason.clauses],
    }  # fmt: skip


@action(
    "award",
    {
        "contract": A_CONTRACT, "amount": Number(required=True), "fault": A_FAULT, "incident_on": Date(),
        "approver": Staff(default=None),
    },
)  # fmt: skip
def award(
    world: World, *, contract: str, amount: Decimal, fault: str, incident_on: date | None, approver: Any
) -> Result:
    """Two people award compensation, within the cap of the day of the incident."""
    damage = Damage(amount, incident_on or world.today, Fault(fault))
    row = awards.award(contract, damage, by=world.staff("amy"), at=world.now, approver=approver)
    return {"payable": row.amount, "cap": row.cap, "clauses": awards.CLAUSES}
