"""A subset match: what is expected must be there, the rest may be anything."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from upstage_console.scenarios import nodes
from upstage_console.scenarios.matching import differences, shown


def found(expected: str, actual: Any) -> list[str]:
    return [problem.message for problem in differences(nodes.read(expected, "f.yaml"), actual)]


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        ("{a: 1}", {"a": Decimal("1.000000"), "b": 2}),
        ("{a: 40000}", {"a": 40000}),
        ("{a: {b: true}}", {"a": {"b": True}}),
        ("{a: ~}", {"a": None}),
        ("{on: 2026-02-10}", {"on": date(2026, 2, 10)}),
        ("{at: 2026-02-10}", {"at": datetime(2026, 2, 9, 15, tzinfo=UTC)}),
        ("{at: 2026-02-10 12:00}", {"at": datetime(2026, 2, 10, 3, tzinfo=UTC)}),
        ("[{kind: paid}, {kind: free}]", [{"kind": "paid", "n": 1}, {"kind": "free"}]),
        ("{clauses: [upstage/16.2]}", {"clauses": ("upstage/16.1", "upstage/16.2")}),
        ("{restrictions: [{kind: buy}]}", {"restrictions": [{"kind": "use"}, {"kind": "buy", "at": 1}]}),
        ("{stage: 30}", {"stage": "30"}),
        ("[]", []),
        ("{a: true}", {"a": True}),
        ("{a: true}", {"a": "true"}),
    ],
)
def test_differences_none(expected: str, actual: object) -> None:
    assert found(expected, actual) == []


@pytest.mark.parametrize(
    ("expected", "actual", "messages"),
    [
        ("{a: 1}", {"a": Decimal("1.5")}, ["a: expected 1, got 1.5."]),
        ("{a: ~}", {"a": 0}, ["a: expected ~, got 0."]),
        ("{a: 0}", {"a": None}, ["a: expected 0, got ~."]),
        ("{a: 1}", {"a": True}, ["a: expected 1, got true."]),
        ("{a: 1}", {}, ["a: expected 1, but the result does not say."]),
        ("{a: 1}", None, ["result: expected {a: 1}, got ~."]),
        ("{a: [1, 2]}", {"a": [1]}, ["a: expected [1, 2], got [1]."]),
        ("{a: [{b: 1}, {b: 2}]}", {"a": [{"b": 1}, {"b": 3}]}, ["a[2].b: expected 2, got 3."]),
        ("{clauses: [upstage/1]}", {"clauses": ["upstage/2"]}, ["clauses: expected upstage/1 among [upstage/2]."]),
        ("{on: 2026-02-10}", {"on": date(2026, 2, 11)}, ["on: expected 2026-02-10, got 2026-02-11."]),
        (
            "{at: 2026-02-10 12:00}",
            {"at": datetime(2026, 2, 10, 12, tzinfo=UTC)},
            ["at: expected 2026-02-10 12:00, got 2026-02-10 21:00."],
        ),
    ],
)
def test_differences_named(expected: str, actual: object, messages: list[str]) -> None:
    assert found(expected, actual) == messages


def test_differences_carry_the_line() -> None:
    node = nodes.read("a: 1\nb:\n  c: 2\n", "f.yaml")
    assert [problem.place.line for problem in differences(node, {"a": 1, "b": {"c": 3}})] == [3]


def test_shown_as_an_author_writes() -> None:
    value = {"a": [Decimal("1E+3"), Decimal("0.50"), None, False], "on": date(2027, 1, 2)}
    assert shown(value) == "{a: [1000, 0.5, ~, false], on: 2027-01-02}"
