"""What scenarios can do with support cases."""

from collections.abc import Mapping
from typing import Any

from contracts.enums import Metric, Severity, SupportDays
from contracts.models import Case, CaseClock
from contracts.queries import cases as queries
from contracts.services import cases
from contracts.services import support as services
from contracts.services.cases import Asked, Said
from contracts.services.support import Agreed, Target
from upstage_console.scenarios.arguments import Choice, Fields, ListOf, MapOf, Name, NewName, Staff, Text, Whole
from upstage_console.scenarios.registry import action, extends
from upstage_console.scenarios.world import Result, World

A_CONTRACT = Name("contract", required=True)
A_CASE = {"case": Name("case", required=True), "by": Staff()}
TARGETS = Fields({"respond": Whole(required=True), "resolve": Whole(required=True)})
SUPPORT = Fields(
    {
        "hours": ListOf(Text(), required=True), "days": Choice(*SupportDays.values, default=SupportDays.BUSINESS),
        "targets": MapOf(TARGETS, required=True), "exceptions": MapOf(ListOf(Text())),
    }
)  # fmt: skip
CLAUSES = ["rift/8.1", "rift/9.1"]


@extends("draft_contract", {"support": SUPPORT})
def with_support(world: World, result: Result, *, support: Mapping[str, Any] | None, as_: str) -> Result:
    """The draft agrees on support."""
    if support is None:
        return None
    agreed = Agreed(
        hours=support["hours"], days=SupportDays(support["days"]),
        exceptions=services.days_of(support["exceptions"] or {}),
        targets={Severity(severity): Target(**minutes) for severity, minutes in support["targets"].items()},
    )  # fmt: skip
    services.agree(world.get("contract", as_), agreed, by=world.staff("amy"), at=world.now, reason="scenario")
    return None


@action(
    "open_case",
    {"contract": A_CONTRACT, "severity": Choice(*Severity.values, required=True), "as": NewName("case")},
)
def open_case(world: World, *, contract: str, severity: str, as_: str | None) -> Result:
    """A customer asks for support."""
    case = cases.open_case(contract, Asked(Severity(severity), as_ or severity), by=None, at=world.now)
    world.name("case", as_, case.public_id)
    return _stands(case)


@action("respond_case", A_CASE)
def respond_case(world: World, *, case: str, by: Any) -> Result:
    """The company answers."""
    return _reached(cases.respond(case, Said("scenario"), by=by, at=world.now), Metric.RESPONSE, world)


@action("pause_case", A_CASE)
def pause_case(world: World, *, case: str, by: Any) -> Result:
    """The company waits for the customer."""
    return _stands(cases.pause(case, reason="scenario", by=by, at=world.now))


@action("resume_case", A_CASE)
def resume_case(world: World, *, case: str, by: Any) -> Result:
    """The company goes on."""
    return _stands(cases.resume(case, by=by, at=world.now))


@action("resolve_case", A_CASE)
def resolve_case(world: World, *, case: str, by: Any) -> Result:
    """The company has fixed it."""
    return _reached(cases.resolve(case, Said("scenario"), by=by, at=world.now), Metric.RESOLUTION, world)


@action("reopen_case", {"case": Name("case", required=True)})
def reopen_case(world: World, *, case: str) -> Result:
    """The customer says that it was not fixed."""
    return _stands(cases.reopen(case, Said("scenario", is_of_customer=True), by=None, at=world.now))


def _stands(case: Case) -> dict[str, Any]:
    clocks = {clock.metric: clock for clock in CaseClock.objects.filter(case=case)}
    return {
        "state": case.status, "respond_by": clocks[Metric.RESPONSE].due_at,
        "resolve_by": clocks[Metric.RESOLUTION].due_at, "clauses": CLAUSES,
    }  # fmt: skip


def _reached(case: Case, metric: Metric, world: World) -> Result:
    clocks = list(CaseClock.objects.filter(case=case))
    used = next(clock.used_seconds or 0 for clock in clocks if clock.metric == metric)
    return _stands(case) | {"minutes": used // 60, "met": queries.is_met(clocks, world.now)}
