"""What came of a scenario, as data: the same for the terminal, for JSON and for the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from upstage_console.kernel.clock import KST
from upstage_console.kernel.figures import plain
from upstage_console.scenarios.form import Scenario
from upstage_console.scenarios.matching import is_list


class Status(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_PLAYABLE = "not_playable"
    INVALID = "invalid"


@dataclass(frozen=True)
class Line:
    """One line of the timeline: a step (with its line in the file) or something that happened by itself."""

    at: datetime
    what: str
    who: str = ""
    line: int | None = None
    arguments: str = ""
    result: Any = None
    refused: str = ""
    message: str = ""
    clauses: tuple[str, ...] = ()
    note: str = ""
    problems: tuple[str, ...] = ()

    @property
    def is_step(self) -> bool:
        return self.line is not None

    def as_json(self) -> dict[str, Any]:
        return {
            "at": self.at.astimezone(KST).isoformat(),
            "kind": "step" if self.is_step else "event",
            "line": self.line,
            "who": self.who,
            "what": self.what,
            "arguments": self.arguments,
            "result": self.result,
            "refused": self.refused or None,
            "message": self.message or None,
            "clauses": list(self.clauses),
            "note": self.note,
            "problems": list(self.problems),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Line":
        same = ("line", "who", "what", "arguments", "result", "note")
        return cls(
            at=datetime.fromisoformat(data["at"]),
            refused=data["refused"] or "",
            message=data["message"] or "",
            clauses=tuple(data["clauses"]),
            problems=tuple(data["problems"]),
            **{name: data[name] for name in same},
        )


@dataclass(frozen=True)
class Sample:
    """The balances of one member at one instant."""

    at: datetime
    amounts: Mapping[str, Decimal]

    def as_json(self) -> dict[str, Any]:
        return {"at": self.at.astimezone(KST).isoformat(), "amounts": as_data(self.amounts)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Sample":
        amounts = {name: Decimal(amount) for name, amount in data["amounts"].items()}
        return cls(datetime.fromisoformat(data["at"]), amounts)


@dataclass
class Report:
    """Everything there is to say about one scenario."""

    file: str
    title: str = ""
    why: str = ""
    clauses: tuple[str, ...] = ()
    status: Status = Status.PASSED
    timeline: list[Line] = field(default_factory=list)
    balances: dict[str, list[Sample]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    mails: int = 0

    @classmethod
    def of(cls, scenario: Scenario) -> "Report":
        return cls(scenario.file, scenario.title, scenario.why, scenario.clauses)

    def fail(self, problem: str) -> None:
        self.status = Status.FAILED
        self.problems.append(problem)

    def as_json(self) -> dict[str, Any]:
        return {
            "file": self.file,
            "title": self.title,
            "why": self.why,
            "clauses": list(self.clauses),
            "status": self.status.value,
            "problems": self.problems,
            "missing": self.missing,
            "timeline": [line.as_json() for line in self.timeline],
            "balances": {name: [one.as_json() for one in samples] for name, samples in self.balances.items()},
            "mails": self.mails,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Report":
        same = ("file", "title", "why", "problems", "missing", "mails")
        return cls(
            clauses=tuple(data["clauses"]),
            status=Status(data["status"]),
            timeline=[Line.from_json(line) for line in data["timeline"]],
            balances={name: [Sample.from_json(one) for one in samples] for name, samples in data["balances"].items()},
            **{name: data[name] for name in same},
        )


@dataclass(frozen=True)
class Count:
    """The closing line: how many scenarios passed and failed, and how many need what does not exist yet."""

    passed: int
    failed: int
    not_playable: int

    @classmethod
    def of(cls, reports: list[Report]) -> "Count":
        statuses = [report.status for report in reports]
        return cls(
            passed=statuses.count(Status.PASSED),
            failed=statuses.count(Status.FAILED) + statuses.count(Status.INVALID),
            not_playable=statuses.count(Status.NOT_PLAYABLE),
        )

    def __str__(self) -> str:
        rest = f", {self.not_playable} not yet playable" if self.not_playable else ""
        return f"{self.passed} passed, {self.failed} failed{rest}"


def as_data(value: Any) -> Any:
    """A result as JSON has it: amounts as texts, moments with the Korean offset."""
    if isinstance(value, Mapping):
        return {str(key): as_data(item) for key, item in value.items()}
    if is_list(value):
        return [as_data(item) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return value.astimezone(KST).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
