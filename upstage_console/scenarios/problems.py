"""What can be wrong with a scenario, always with the file and the line."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands in a scenario file; lines count from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, order=True)
class Problem:
    """One sentence about one place."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class ScenarioError(Exception):
    """A scenario that can't be played as it is written; carries every problem that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @classmethod
    def at(cls, place: Place, message: str) -> "ScenarioError":
        return cls([Problem(place, message)])


class Misuse(Exception):
    """Raised by an action whose arguments, each fine by itself, make no sense together."""
