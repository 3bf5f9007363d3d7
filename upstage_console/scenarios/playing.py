"""From the text of scenarios to their reports."""

from collections.abc import Sequence

from upstage_console.scenarios.checking import Plan, bind
from upstage_console.scenarios.form import read_scenario
from upstage_console.scenarios.player import play
from upstage_console.scenarios.problems import ScenarioError
from upstage_console.scenarios.registry import Registry, discovered
from upstage_console.scenarios.report import Report, Status
from upstage_console.scenarios.seclusion import secluded


def plan_of(text: str, file: str, registry: Registry | None = None) -> Plan:
    """The plan of a text; raises ScenarioError where it is no scenario."""
    return bind(read_scenario(text, file), registry or discovered())


def play_text(text: str, file: str, registry: Registry | None = None) -> Report:
    """Play one text in the database as it is now; nothing of it stays."""
    registry = registry or discovered()
    try:
        return play(plan_of(text, file, registry), registry)
    except ScenarioError as error:
        return Report(file, status=Status.INVALID, problems=[str(problem) for problem in error.problems])


def play_texts(texts: Sequence[tuple[str, str]]) -> list[Report]:
    """Play some (file, text) pairs, each in a world with nobody else in it."""
    registry = discovered()
    with secluded(registry.kept_rows):
        return [play_text(text, file, registry) for file, text in texts]
