"""The form of a file: strict, and every problem has its line."""

import pytest

from upstage_console.scenarios import times
from upstage_console.scenarios.form import Scenario, read_scenario
from upstage_console.scenarios.problems import ScenarioError

HEAD = "title: t\nstart: 2027-02-09 09:00\nsteps:\n"


def problems(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as error:
        read_scenario(text, "f.yaml")
    return [str(problem) for problem in error.value.problems]


def read(steps: str) -> Scenario:
    return read_scenario(HEAD + steps, "f.yaml")


def test_read_scenario_whole() -> None:
    head = "title: t\nclauses: [upstage/16.2]\nwhy: >\n  because\nsettings: {a: 5}\n"
    scenario = read_scenario(head + "start: 2027-02-09 09:00\nsteps:\n  - act: {x: 1}", "f.yaml")
    assert (scenario.title, scenario.clauses, scenario.why) == ("t", ("upstage/16.2",), "because")
    assert {name: value for name, (_, value) in scenario.settings.items()} == {"a": 5}
    assert [(step.action, str(step.arguments), step.place.line) for step in scenario.steps] == [("act", "{x: 1}", 8)]


def test_steps_without_at_happen_at_the_current_moment() -> None:
    scenario = read("  - act:\n  - at: 2027-02-10\n    act:\n  - act:\n  - at: +2h\n    act: {}")
    assert [times.written(step.at) for step in scenario.steps] == [
        "2027-02-09 09:00",
        "2027-02-10 00:00",
        "2027-02-10 00:00",
        "2027-02-10 02:00",
    ]


def test_refused_as_code_and_as_mapping() -> None:
    scenario = read("  - act:\n    refused: no\n  - act:\n    refused: {code: c, clauses: [upstage/3]}")
    assert [(step.refused.code, step.refused.clauses) for step in scenario.steps if step.refused] == [
        ("no", ()),
        ("c", ("upstage/3",)),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- 1", ["f.yaml:1: A scenario is a mapping with title, start and steps."]),
        (
            HEAD + "  - act:\nstop: 1",
            ["f.yaml:5: “stop” is not part of a scenario (title, clauses, why, start, settings, steps)."],
        ),
        (HEAD + "  - act:\n    on: 1", ["f.yaml:4: A step has exactly one action; this one has act, on."]),
        (HEAD + "  - note: x", ["f.yaml:4: A step has exactly one action; this one has none."]),
        (HEAD + "  - act: 5", ["f.yaml:4: The arguments of “act” are a mapping."]),
        (HEAD + "  - act:\n    at: 2027-02-08", ["f.yaml:5: “at” lies before the current moment, 2027-02-09 09:00."]),
        (
            HEAD + "  - act:\n    at: later",
            ["f.yaml:5: “at” must be a moment such as 2026-02-10 12:00, or +3d, +2h, +1mo."],
        ),
        (
            HEAD + "  - act:\n    refused: {cod: x}",
            ["f.yaml:5: “refused” must be a code, or a mapping with code and clauses."],
        ),
        (
            HEAD + "  - act:\n    expect: {}\n    refused: x",
            ["f.yaml:6: A step expects a result or a refusal, not both."],
        ),
        (HEAD + "  - act:\nclauses: [upstage/x]", ["f.yaml:5: “upstage/x” is no clause code such as upstage/15.3."]),
        ("title: t\nsteps:\n  - act:", ["f.yaml:1: “start” must be a moment such as 2026-01-05 09:00."]),
        ("title: t\nstart: 2027-02-09\nsteps: []", ["f.yaml:3: “steps” must be a list with at least one step."]),
    ],
)
def test_read_scenario_refuses(text: str, found: list[str]) -> None:
    assert problems(text) == found


def test_read_scenario_tells_all_problems_at_once() -> None:
    assert len(problems("titel: t\nstart: soon\nsteps:\n  - {}\n  - a: 1\n")) == 5
