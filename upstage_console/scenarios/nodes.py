"""YAML as a tree of values that know their line. Booleans are those of YAML 1.2, so ``on`` is a plain key."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from upstage_console.scenarios.problems import Place, ScenarioError

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")


@dataclass(frozen=True)
class Scalar:
    place: Place
    text: str
    quoted: bool = False

    @property
    def is_null(self) -> bool:
        return not self.quoted and self.text in NULLS

    @property
    def flag(self) -> bool | None:
        """True or False where the text says so, else None."""
        return None if self.quoted else FLAGS.get(self.text)

    @property
    def number(self) -> Decimal | None:
        """The number the text is, else None. Never a float: 0.1 stays 0.1."""
        if self.quoted or not NUMBER.fullmatch(self.text):
            return None
        return Decimal(self.text)

    def __str__(self) -> str:
        return self.text or ('""' if self.quoted else "~")


@dataclass(frozen=True)
class Listing:
    place: Place
    items: tuple["Node", ...]

    def __str__(self) -> str:
        return "[" + ", ".join(str(item) for item in self.items) + "]"


@dataclass(frozen=True)
class Entry:
    key: str
    place: Place
    value: "Node"


@dataclass(frozen=True)
class Mapping:
    place: Place
    entries: tuple[Entry, ...]

    def get(self, key: str) -> "Node | None":
        return next((entry.value for entry in self.entries if entry.key == key), None)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries)

    def __str__(self) -> str:
        return "{" + ", ".join(f"{entry.key}: {entry.value}" for entry in self.entries) + "}"


Node = Scalar | Listing | Mapping
type_names = {Scalar: "a value", Listing: "a list", Mapping: "a mapping"}


def kind_of(node: Node) -> str:
    """What the author wrote, for messages."""
    return type_names[type(node)]


def read(text: str, file: str) -> Node:
    """The tree of a YAML text; raises ScenarioError with the line where the text is no YAML."""
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise ScenarioError.at(_marked(error, file), f"This is not YAML: {error.problem or error.context}.") from error
    except YAMLError as error:
        raise ScenarioError.at(Place(file, 1), f"This is not YAML: {' '.join(str(error).split())}") from error
    if root is None:
        raise ScenarioError.at(Place(file, 1), "The file is empty.")
    return _node(root, file)


def _marked(error: MarkedYAMLError, file: str) -> Place:
    mark = error.problem_mark or error.context_mark
    return Place(file, mark.line + 1 if mark else 1)


def _node(node: object, file: str) -> Node:
    place = Place(file, getattr(node, "start_mark").line + 1)  # noqa: B009  (ruamel's nodes are untyped)
    if getattr(node, "anchor", None):
        raise ScenarioError.at(place, "Anchors and aliases are not part of the form.")
    if isinstance(node, ScalarNode):
        return Scalar(place, str(node.value), quoted=node.style in ("'", '"', "|", ">"))
    if isinstance(node, SequenceNode):
        return Listing(place, tuple(_node(item, file) for item in node.value))
    if isinstance(node, MappingNode):
        return _mapping(node, place, file)
    raise ScenarioError.at(place, "This is no value, list or mapping.")


def _mapping(node: MappingNode, place: Place, file: str) -> Mapping:
    entries: dict[str, Entry] = {}
    for key_node, value_node in node.value:
        key = _node(key_node, file)
        if not isinstance(key, Scalar):
            raise ScenarioError.at(key.place, "A key must be a plain word.")
        if key.text in entries:
            raise ScenarioError.at(key.place, f"“{key.text}” is given twice.")
        entries[key.text] = Entry(key.text, key.place, _node(value_node, file))
    return Mapping(place, tuple(entries.values()))
