"""Arguments: each kind reads one node, and says what it wanted."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from upstage_console.scenarios import nodes
from upstage_console.scenarios.arguments import (
    Argument,
    Choice,
    Date,
    Fields,
    Flag,
    ListOf,
    MapOf,
    Moment,
    Month,
    Name,
    NewName,
    Number,
    Staff,
    Text,
    Whole,
    read_arguments,
)
from upstage_console.scenarios.problems import ScenarioError
from upstage_console.scenarios.scope import Scope


def read(argument: Argument, text: str, scope: Scope | None = None) -> Any:
    node = nodes.read(f"x: {text}", "f.yaml")
    assert isinstance(node, nodes.Mapping)
    return argument.read(next(iter(node)).value, scope or Scope())


def refusal(argument: Argument, text: str, scope: Scope | None = None) -> str:
    with pytest.raises(ScenarioError) as error:
        read(argument, text, scope)
    return str(error.value)


@pytest.mark.parametrize(
    ("argument", "text", "value"),
    [
        (Text(), "214-81-03455", "214-81-03455"),
        (Text(), "5", "5"),
        (Text(), '""', ""),
        (Number(), "10.5", Decimal("10.5")),
        (Whole(), "3", 3),
        (Flag(), "true", True),
        (Date(), "2027-02-09", date(2027, 2, 9)),
        (Moment(), "2027-02-09 09:00", datetime(2027, 2, 9, tzinfo=UTC)),
        (Month(), "2027-04", date(2027, 4, 1)),
        (Choice("a", "b"), "b", "b"),
        (Staff(), "amy", "amy"),
        (ListOf(Number()), "[1, 2]", [1, 2]),
        (MapOf(Number()), "{a: 1}", {"a": 1}),
        (Fields({"a": Number(), "b": Text(default="x")}), "{a: 1}", {"a": 1, "b": "x"}),
        (Number(), "~", None),
        (ListOf(Number()), "~", None),
    ],
)
def test_read(argument: Argument, text: str, value: object) -> None:
    assert read(argument, text) == value


@pytest.mark.parametrize(
    ("argument", "text", "message"),
    [
        (Text(), "[a]", "This must be a text, not a list."),
        (Number(), "many", "This must be a number, not “many”."),
        (Number(), '"5"', "This must be a number, not “5”."),
        (Number(required=True), "~", "This must be a number, not nothing."),
        (Whole(), "3.5", "This must be a whole number, not “3.5”."),
        (Flag(), "yes", "This must be true or false, not “yes”."),
        (Date(), "2027-02-30", "This must be a day such as 2027-02-09, not “2027-02-30”."),
        (Month(), "2027-02-01", "This must be a month such as 2027-04, not “2027-02-01”."),
        (Choice("a", "b"), "c", "This must be one of a, b, not “c”."),
        (ListOf(Number()), "5", "This must be a list, not “5”."),
        (ListOf(Number()), "[x]", "This must be a number, not “x”."),
        (MapOf(Number()), "[]", "This must be a mapping, not a list."),
        (Fields({"a": Number()}), "{b: 1}", "“b” is not known here (a)."),
        (Fields({"a": Number(required=True)}), "{}", "“a” is missing."),
    ],
)
def test_read_says_what_it_wants(argument: Argument, text: str, message: str) -> None:
    assert refusal(argument, text) == f"f.yaml:1: {message}"


def test_name_must_have_been_given() -> None:
    scope = Scope(known={("lot", "gift")})
    assert read(Name("member", "lot"), "gift", scope) == "gift"
    assert refusal(Name("member"), "gift", scope) == "f.yaml:1: No member is called “gift” here."


def test_name_is_not_checked_once_an_action_is_unknown() -> None:
    assert read(Name("member"), "kim", Scope(open=True)) == "kim"


def test_new_name_is_given_once() -> None:
    scope = Scope()
    read(NewName("lot"), "gift", scope)
    scope.settle(refused=False)
    assert refusal(NewName("lot"), "gift", scope) == "f.yaml:1: There is already a lot called “gift”."
    assert read(NewName("lot", again=True), "gift", scope) == "gift"


def test_new_name_of_a_refused_step_is_free_again() -> None:
    scope = Scope()
    read(NewName("lot"), "gift", scope)
    scope.settle(refused=True)
    assert read(NewName("lot"), "gift", scope) == "gift"


def test_read_arguments_tells_every_problem() -> None:
    node = nodes.read("a: x\nb: y\n", "f.yaml")
    assert isinstance(node, nodes.Mapping)
    with pytest.raises(ScenarioError) as error:
        read_arguments(node, {"a": Number(), "b": Flag(), "c": Text(required=True)}, Scope())
    assert len(error.value.problems) == 3
