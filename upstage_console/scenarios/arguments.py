"""The kinds of arguments an action may take: each reads one node into a Python value or says what is wrong with it."""

from collections.abc import Mapping as MappingType
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from upstage_console.scenarios import nodes, times
from upstage_console.scenarios.nodes import Node, Scalar
from upstage_console.scenarios.problems import Problem, ScenarioError
from upstage_console.scenarios.scope import Scope

if TYPE_CHECKING:
    from upstage_console.scenarios.world import World


class Argument:
    """One argument. Not given, or `~`, it is `default`; where it is `required` that is an error."""

    expects = "a value"

    def __init__(self, *, required: bool = False, default: Any = None) -> None:
        self.required = required
        self.default = default

    def read(self, node: Node, scope: Scope) -> Any:
        """The value before the scenario is played; raises ScenarioError at the node's line."""
        if isinstance(node, Scalar) and node.is_null:
            return self._nothing(node)
        if not isinstance(node, Scalar):
            raise self._wrong(node)
        value = self.scalar(node, scope)
        if value is None:
            raise self._wrong(node)
        return value

    def scalar(self, node: Scalar, scope: Scope) -> Any:
        """The value of one scalar, or None where it is not what this argument takes."""
        raise NotImplementedError

    def resolve(self, value: Any, world: "World") -> Any:
        """The value as the action gets it, while the scenario is played."""
        return value

    def _nothing(self, node: Node) -> Any:
        if self.required:
            raise ScenarioError.at(node.place, f"This must be {self.expects}, not nothing.")
        return None

    def _wrong(self, node: Node) -> ScenarioError:
        shown = f"“{node}”" if isinstance(node, Scalar) else nodes.kind_of(node)
        return ScenarioError.at(node.place, f"This must be {self.expects}, not {shown}.")


class Text(Argument):
    expects = "a text"

    def scalar(self, node: Scalar, scope: Scope) -> str:
        return node.text


class Number(Argument):
    expects = "a number"

    def scalar(self, node: Scalar, scope: Scope) -> Decimal | None:
        return node.number


class Whole(Argument):
    expects = "a whole number"

    def scalar(self, node: Scalar, scope: Scope) -> int | None:
        number = node.number
        return int(number) if number is not None and number == number.to_integral_value() else None


class Flag(Argument):
    expects = "true or false"

    def scalar(self, node: Scalar, scope: Scope) -> bool | None:
        return node.flag


class Date(Argument):
    expects = "a day such as 2027-02-09"

    def scalar(self, node: Scalar, scope: Scope) -> date | None:
        return times.read_day(node.text)


class Moment(Argument):
    expects = "a moment such as 2027-02-09 12:00"

    def scalar(self, node: Scalar, scope: Scope) -> datetime | None:
        return times.read_moment(node.text)


class Month(Argument):
    """A month; the action gets its first day."""

    expects = "a month such as 2027-04"

    def scalar(self, node: Scalar, scope: Scope) -> date | None:
        return times.read_month(node.text)


class Choice(Argument):
    def __init__(self, *choices: str, required: bool = False, default: str | None = None) -> None:
        super().__init__(required=required, default=default)
        self.choices = choices
        self.expects = "one of " + ", ".join(choices)

    def scalar(self, node: Scalar, scope: Scope) -> str | None:
        return node.text if node.text in self.choices else None


class Name(Argument):
    """The name of something an earlier step made (of any of the kinds); the action gets that thing."""

    def __init__(self, *kinds: str, required: bool = False) -> None:
        super().__init__(required=required)
        self.kinds = kinds
        self.expects = "the name of a " + " or ".join(kinds)

    def scalar(self, node: Scalar, scope: Scope) -> str:
        if not scope.open and not scope.has(self.kinds, node.text):
            raise ScenarioError.at(node.place, f"No {' or '.join(self.kinds)} is called “{node.text}” here.")
        return node.text

    def resolve(self, value: str | None, world: "World") -> Any:
        return None if value is None else world.find(self.kinds, value)


class NewName(Argument):
    """A name for what the action makes; the action gets the name and calls `world.name`."""

    def __init__(self, kind: str, *, required: bool = False, again: bool = False) -> None:
        super().__init__(required=required)
        self.kind = kind
        self.again = again
        self.expects = f"a name for the {kind}"

    def scalar(self, node: Scalar, scope: Scope) -> str:
        if not self.again and scope.has((self.kind,), node.text):
            raise ScenarioError.at(node.place, f"There is already a {self.kind} called “{node.text}”.")
        scope.give(self.kind, node.text)
        return node.text


class Staff(Argument):
    """A person of the staff, made on first use; the action gets the user."""

    expects = "the name of somebody on the staff"

    def __init__(self, *, required: bool = False, default: str | None = "amy") -> None:
        super().__init__(required=required, default=None if required else default)

    def scalar(self, node: Scalar, scope: Scope) -> str:
        return node.text

    def resolve(self, value: str | None, world: "World") -> Any:
        return None if value is None else world.staff(value)


class ListOf(Argument):
    """A list, each item of one kind."""

    expects = "a list"

    def __init__(self, item: Argument, *, required: bool = False, default: Any = None) -> None:
        super().__init__(required=required, default=default)
        self.item = item

    def read(self, node: Node, scope: Scope) -> Any:
        if not isinstance(node, nodes.Listing):
            return super().read(node, scope)
        return [self.item.read(item, scope) for item in node.items]

    def scalar(self, node: Scalar, scope: Scope) -> None:
        return None

    def resolve(self, value: Any, world: "World") -> Any:
        return None if value is None else [self.item.resolve(item, world) for item in value]


class MapOf(Argument):
    """A mapping with keys of the author's own, each value of one kind."""

    expects = "a mapping"

    def __init__(self, value: Argument, *, required: bool = False, default: Any = None) -> None:
        super().__init__(required=required, default=default)
        self.value = value

    def read(self, node: Node, scope: Scope) -> Any:
        if not isinstance(node, nodes.Mapping):
            return super().read(node, scope)
        return {entry.key: self.value.read(entry.value, scope) for entry in node}

    def scalar(self, node: Scalar, scope: Scope) -> None:
        return None

    def resolve(self, value: Any, world: "World") -> Any:
        return None if value is None else {key: self.value.resolve(item, world) for key, item in value.items()}


class Fields(Argument):
    """A mapping with known keys; the action gets a dict with every one of them."""

    expects = "a mapping"

    def __init__(self, fields: MappingType[str, Argument], *, required: bool = False) -> None:
        super().__init__(required=required)
        self.fields = fields

    def read(self, node: Node, scope: Scope) -> Any:
        if not isinstance(node, nodes.Mapping):
            return super().read(node, scope)
        values, unknown = read_arguments(node, self.fields, scope)
        if unknown:
            raise ScenarioError(
                [Problem(e.place, f"“{e.key}” is not known here ({', '.join(self.fields)}).") for e in unknown]
            )
        return values

    def scalar(self, node: Scalar, scope: Scope) -> None:
        return None

    def resolve(self, value: Any, world: "World") -> Any:
        return None if value is None else resolve_arguments(value, self.fields, world)


def read_arguments(
    node: nodes.Mapping, declared: MappingType[str, Argument], scope: Scope
) -> tuple[dict[str, Any], list[nodes.Entry]]:
    """The values of all declared arguments, and the entries nobody declared; raises with every problem there is."""
    values = {name: argument.default for name, argument in declared.items()}
    unknown: list[nodes.Entry] = []
    problems: list[Problem] = []
    for entry in node:
        if entry.key not in declared:
            unknown.append(entry)
            continue
        try:
            values[entry.key] = declared[entry.key].read(entry.value, scope)
        except ScenarioError as error:
            problems.extend(error.problems)
    problems += [Problem(node.place, f"“{name}” is missing.") for name in _missing(node, declared)]
    if problems:
        raise ScenarioError(problems)
    return values, unknown


def _missing(node: nodes.Mapping, declared: MappingType[str, Argument]) -> list[str]:
    return [name for name, argument in declared.items() if argument.required and node.get(name) is None]


def resolve_arguments(
    values: MappingType[str, Any], declared: MappingType[str, Argument], world: "World"
) -> dict[str, Any]:
    """The values as the action gets them: things for names, users for staff."""
    return {name: declared[name].resolve(value, world) for name, value in values.items()}
