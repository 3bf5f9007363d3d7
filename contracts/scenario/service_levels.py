"""What scenarios can do with service levels, outages and the months they make."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from contracts.enums import OutageCause, ServiceCreditStatus
from contracts.models.service_levels import PROVEN
from contracts.queries import service_levels as queries
from contracts.rules.service_credits import Step
from contracts.rules.spans import Span
from contracts.services import outages, reports, service_credits, service_levels
from contracts.services.outages import Stood
from contracts.services.service_levels import MAINTENANCE_NOTICE_HOURS, Agreed
from upstage_console.scenarios.arguments import (
    Choice,
    Fields,
    Flag,
    ListOf,
    Moment,
    Month,
    Name,
    Number,
    Staff,
    Whole,
)
from upstage_console.scenarios.registry import action, extends
from upstage_console.scenarios.world import Result, World

A_CONTRACT = Name("contract", required=True)
A_STEP = Fields({"below": Number(required=True), "credit_percent": Number(required=True)})
AN_SLA = Fields(
    {
        "availability": Number(required=True), "ladder": ListOf(A_STEP), "cap_percent": Number(default=Decimal(100)),
        "maintenance_notice_hours": Whole(default=MAINTENANCE_NOTICE_HOURS), "minimum_minutes": Whole(default=0),
        "excludes_third_party": Flag(default=False), "claim_days": Whole(),
    }
)  # fmt: skip


@extends("draft_contract", {"sla": AN_SLA})
def with_service_level(world: World, result: Result, *, sla: Mapping[str, Any] | None, as_: str) -> Result:
    """The draft promises availability."""
    if sla is None:
        return None
    agreed = Agreed(
        target=sla["availability"], cap_percent=sla["cap_percent"], notice_hours=sla["maintenance_notice_hours"],
        ladder=[Step(step["below"], step["credit_percent"]) for step in sla["ladder"] or []],
        minimum_minutes=sla["minimum_minutes"], excludes_third_party=sla["excludes_third_party"],
        claim_days=sla["claim_days"],
    )  # fmt: skip
    contract = world.get("contract", as_)
    service_levels.agree(contract, agreed, by=world.staff("amy"), at=world.now, reason="scenario")
    return None


@action(
    "record_outage",
    {
        "contract": A_CONTRACT, "from": Moment(required=True), "to": Moment(required=True),
        "cause": Choice(*OutageCause.values, required=True), "by": Staff(),
    },
)  # fmt: skip
def record_outage(world: World, *, contract: str, from_: datetime, to: datetime, cause: str, by: Any) -> Result:
    """Staff record an outage; `planned` was announced at the clock's time."""
    evidence = "scenario" if cause in PROVEN else ""
    stood = Stood(Span(from_, to), OutageCause(cause), evidence=evidence)
    outage = outages.record(contract, stood, by=by, at=world.now, reason="scenario")
    return {"counted_minutes": queries.counted_minutes(outage), "clauses": ["rift/8.1", "rift/8.2"]}


@action(
    "sla_report",
    {"contract": A_CONTRACT, "month": Month(required=True), "by": Staff(), "approver": Staff(default="ben")},
)
def sla_report(world: World, *, contract: str, month: date, by: Any, approver: Any) -> Result:
    """Staff measure a month and approve it; a second person approves what it gives back."""
    report = reports.measure(contract, month, by=by, at=world.now)
    report = reports.approve(report.public_id, reason="scenario", by=by, at=world.now)
    given = report.contract.service_credits.filter(report=report, status=ServiceCreditStatus.PROPOSED).first()
    if given is not None and given.claim_until is None:
        service_credits.approve(given.public_id, reason="scenario", by=approver, at=world.now)
    return {
        "availability": report.availability, "target": report.level.target, "met": report.is_met,
        "credit": report.credit, "why": report.why["en"], "clauses": report.why["clauses"],
    }  # fmt: skip
