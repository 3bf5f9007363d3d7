"""The form of a scenario file: what may stand where. Everything else is an error with its line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from upstage_console.kernel import clauses
from upstage_console.scenarios import nodes, times
from upstage_console.scenarios.nodes import Node, Scalar
from upstage_console.scenarios.problems import Place, Problem, ScenarioError

TOP_LEVEL = ("title", "clauses", "why", "start", "settings", "steps")
STEP_WORDS = ("at", "expect", "refused", "note")


@dataclass(frozen=True)
class Refused:
    """The refusal a step expects."""

    place: Place
    code: str
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One action at one instant, and what is expected of it."""

    place: Place
    at: datetime
    action: str
    action_place: Place
    arguments: nodes.Mapping
    expect: Node | None = None
    refused: Refused | None = None
    note: str = ""


@dataclass(frozen=True)
class Scenario:
    """One story, as it is written."""

    file: str
    title: str
    start: datetime
    steps: tuple[Step, ...]
    clauses: tuple[str, ...] = ()
    why: str = ""
    settings: Mapping[str, tuple[Place, Any]] = field(default_factory=dict)


class Reader:
    """Reads one file; goes on after a problem, so that an author sees all of them at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.now = datetime.min.replace(tzinfo=UTC)

    def read(self, text: str) -> Scenario:
        root = nodes.read(text, self.file)
        if not isinstance(root, nodes.Mapping):
            raise ScenarioError.at(root.place, "A scenario is a mapping with title, start and steps.")
        for entry in root:
            if entry.key not in TOP_LEVEL:
                self._note(entry.place, f"“{entry.key}” is not part of a scenario ({', '.join(TOP_LEVEL)}).")
        scenario = Scenario(
            file=self.file,
            title=self._text(root, "title", required=True),
            why=self._text(root, "why"),
            clauses=self._clauses(root.get("clauses")),
            start=self._start(root),
            settings=self._settings(root.get("settings")),
            steps=self._steps(root),
        )
        if self.problems:
            raise ScenarioError(self.problems)
        return scenario

    def _note(self, place: Place, message: str) -> None:
        self.problems.append(Problem(place, message))

    def _text(self, mapping: nodes.Mapping, key: str, *, required: bool = False) -> str:
        node = mapping.get(key)
        if isinstance(node, Scalar) and not node.is_null:
            return node.text.strip()
        if node is not None or required:
            self._note(node.place if node else mapping.place, f"“{key}” must be a text.")
        return ""

    def _clauses(self, node: Node | None) -> tuple[str, ...]:
        if node is None:
            return ()
        if not isinstance(node, nodes.Listing):
            self._note(node.place, "“clauses” is a list of clause codes.")
            return ()
        for item in node.items:
            if not clauses.CODE.fullmatch(str(item)):
                self._note(item.place, f"“{item}” is no clause code such as upstage/15.3.")
        return tuple(str(item) for item in node.items)

    def _start(self, root: nodes.Mapping) -> datetime:
        node = root.get("start")
        start = times.read_moment(node.text) if isinstance(node, Scalar) else None
        if start is None:
            self._note(node.place if node else root.place, "“start” must be a moment such as 2026-01-05 09:00.")
        else:
            self.now = start
        return self.now

    def _settings(self, node: Node | None) -> dict[str, tuple[Place, Any]]:
        if node is None:
            return {}
        if not isinstance(node, nodes.Mapping):
            self._note(node.place, "“settings” is a mapping of names to values.")
            return {}
        return {entry.key: (entry.place, plain(entry.value)) for entry in node}

    def _steps(self, root: nodes.Mapping) -> tuple[Step, ...]:
        node = root.get("steps")
        if not isinstance(node, nodes.Listing) or not node.items:
            self._note(node.place if node else root.place, "“steps” must be a list with at least one step.")
            return ()
        steps = [self._step(item) for item in node.items]
        return tuple(step for step in steps if step is not None)

    def _step(self, node: Node) -> Step | None:
        if not isinstance(node, nodes.Mapping):
            self._note(node.place, "A step is a mapping with one action.")
            return None
        actions = [entry for entry in node if entry.key not in STEP_WORDS]
        if len(actions) != 1:
            found = ", ".join(entry.key for entry in actions) or "none"
            self._note(node.place, f"A step has exactly one action; this one has {found}.")
            return None
        self._move(node.get("at"))
        return self._whole_step(node, actions[0])

    def _whole_step(self, node: nodes.Mapping, action: nodes.Entry) -> Step:
        expect, refused = node.get("expect"), node.get("refused")
        if expect is not None and refused is not None:
            self._note(refused.place, "A step expects a result or a refusal, not both.")
        return Step(
            place=node.place,
            at=self.now,
            action=action.key,
            action_place=action.place,
            arguments=self._arguments(action),
            expect=expect,
            refused=self._refused(refused),
            note=self._text(node, "note"),
        )

    def _arguments(self, action: nodes.Entry) -> nodes.Mapping:
        value = action.value
        if isinstance(value, nodes.Mapping):
            return value
        if not (isinstance(value, Scalar) and value.is_null):
            self._note(value.place, f"The arguments of “{action.key}” are a mapping.")
        return nodes.Mapping(action.place, ())

    def _move(self, node: Node | None) -> None:
        if node is None:
            return
        text = node.text if isinstance(node, Scalar) else ""
        moment = times.moved(self.now, text) if times.is_move(text) else times.read_moment(text)
        if moment is None:
            self._note(node.place, "“at” must be a moment such as 2026-02-10 12:00, or +3d, +2h, +1mo.")
        elif moment < self.now:
            self._note(node.place, f"“at” lies before the current moment, {times.written(self.now)}.")
        else:
            self.now = moment

    def _refused(self, node: Node | None) -> Refused | None:
        if node is None:
            return None
        if isinstance(node, Scalar) and not node.is_null:
            return Refused(node.place, node.text)
        if not isinstance(node, nodes.Mapping) or node.get("code") is None:
            self._note(node.place, "“refused” must be a code, or a mapping with code and clauses.")
            return None
        for entry in node:
            if entry.key not in ("code", "clauses"):
                self._note(entry.place, f"“{entry.key}” is not part of “refused” (code, clauses).")
        return Refused(node.place, self._text(node, "code", required=True), self._clauses(node.get("clauses")))


def read_scenario(text: str, file: str) -> Scenario:
    """The scenario a text holds; raises ScenarioError with every problem and its line."""
    return Reader(file).read(text)


def plain(node: Node) -> Any:
    """A node as JSON-like data: null, booleans, whole numbers, texts, lists and mappings; decimals stay texts."""
    if isinstance(node, nodes.Mapping):
        return {entry.key: plain(entry.value) for entry in node}
    if isinstance(node, nodes.Listing):
        return [plain(item) for item in node.items]
    if node.is_null:
        return None
    if node.flag is not None:
        return node.flag
    number = node.number
    return int(number) if number is not None and number == number.to_integral_value() else node.text
