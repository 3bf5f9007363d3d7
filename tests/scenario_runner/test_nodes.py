"""Reading YAML: every value knows its line, and `on` is a word."""

from decimal import Decimal

import pytest

from upstage_console.scenarios import nodes
from upstage_console.scenarios.nodes import Listing, Mapping, Scalar
from upstage_console.scenarios.problems import ScenarioError


def value(text: str) -> Scalar:
    node = nodes.read(f"a: {text}", "f.yaml")
    assert isinstance(node, Mapping)
    found = node.get("a")
    assert isinstance(found, Scalar)
    return found


def test_read_on_is_a_plain_key() -> None:
    node = nodes.read("on: 2027-02-09", "f.yaml")
    assert isinstance(node, Mapping)
    assert [entry.key for entry in node] == ["on"]


@pytest.mark.parametrize(
    ("text", "flag"), [("true", True), ("false", False), ("yes", None), ("on", None), ('"true"', None)]
)
def test_flag_only_true_and_false(text: str, flag: bool | None) -> None:
    assert value(text).flag is flag


@pytest.mark.parametrize(
    ("text", "number"), [("1", 1), ("0.1", Decimal("0.1")), ("-3", -3), ("1_000", None), ('"5"', None)]
)
def test_number_is_a_decimal(text: str, number: Decimal | None) -> None:
    assert value(text).number == number


@pytest.mark.parametrize(("text", "null"), [("~", True), ("null", True), ("", True), ('""', False), ("0", False)])
def test_null(text: str, null: bool) -> None:
    assert value(text).is_null is null


def test_read_every_node_knows_its_line() -> None:
    node = nodes.read("a: 1\nb:\n  - 2\n  - {c: 3}\n", "f.yaml")
    assert isinstance(node, Mapping)
    listing = node.get("b")
    assert isinstance(listing, Listing)
    assert [item.place.line for item in listing.items] == [3, 4]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2", "f.yaml:2: “a” is given twice."),
        ("a: &x 1\nb: *x", "f.yaml:1: Anchors and aliases are not part of the form."),
        ("", "f.yaml:1: The file is empty."),
        ("[a]: 1", "f.yaml:1: A key must be a plain word."),
    ],
)
def test_read_refuses_what_the_form_has_not(text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as error:
        nodes.read(text, "f.yaml")
    assert str(error.value) == message


@pytest.mark.parametrize(("text", "line"), [("a: [1", 1), ("a: 1\n  b: 2", 2), ("a: 1\n--- \nb: 2", 2), ("a: \x00", 1)])
def test_read_names_the_line_that_is_no_yaml(text: str, line: int) -> None:
    with pytest.raises(ScenarioError) as error:
        nodes.read(text, "f.yaml")
    assert error.value.problems[0].place.line == line
