"""Puts a scenario and the registered actions together, before anything is played."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from upstage_console.kernel import policy
from upstage_console.scenarios.arguments import read_arguments
from upstage_console.scenarios.form import Scenario, Step
from upstage_console.scenarios.problems import Place, Problem, ScenarioError
from upstage_console.scenarios.registry import Action, Registry
from upstage_console.scenarios.scope import Scope


@dataclass(frozen=True)
class Missing:
    """Something a scenario needs that no app has (yet)."""

    what: str
    place: Place


@dataclass(frozen=True)
class BoundStep:
    """A step with the action that plays it and the values of its arguments."""

    step: Step
    action: Action
    values: Mapping[str, Any]


@dataclass
class Plan:
    """A scenario ready to be played, unless something it needs is missing."""

    scenario: Scenario
    steps: list[BoundStep] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def told(missing: Sequence[Missing]) -> list[str]:
    """One sentence for each thing that is missing, with every line that asks for it."""
    places: dict[str, list[Place]] = {}
    for one in missing:
        places.setdefault(one.what, []).append(one.place)
    return [f"{first}: There is no {what}{_also(rest)}." for what, (first, *rest) in places.items()]


def _also(places: Sequence[Place]) -> str:
    if not places:
        return ""
    return f" (also line{'s' if len(places) > 1 else ''} {', '.join(str(place.line) for place in places)})"


def bind(scenario: Scenario, registry: Registry) -> Plan:
    """The plan of a scenario; raises ScenarioError where an argument, a value, a name or a setting is wrong."""
    plan, scope = Plan(scenario), Scope()
    for step in scenario.steps:
        _bind_step(step, plan, scope, registry)
        scope.settle(refused=step.refused is not None)
    declared = {reading.name for reading in policy.readings()}
    for name, (place, _) in scenario.settings.items():
        if name not in declared:
            plan.missing.append(Missing(f"setting “{name}”", place))
    if plan.problems:
        raise ScenarioError(plan.problems)
    return plan


def _bind_step(step: Step, plan: Plan, scope: Scope, registry: Registry) -> None:
    action = registry.get(step.action)
    if action is None:
        scope.open = True
        plan.missing.append(Missing(f"action “{step.action}”", step.action_place))
        return
    try:
        values, unknown = read_arguments(step.arguments, action.arguments, scope)
    except ScenarioError as error:
        plan.problems.extend(error.problems)
        return
    for entry in unknown:
        scope.open = True
        plan.missing.append(Missing(f"argument “{entry.key}” of “{step.action}”", entry.place))
    plan.steps.append(BoundStep(step, action, values))
