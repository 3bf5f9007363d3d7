"""What an action sees of the scenario it is part of: the time, the things named so far, the staff."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from upstage_console.kernel import clock
from upstage_console.scenarios.problems import Misuse

Result = Mapping[str, Any] | Sequence[Any] | None
Remembered = tuple[dict[tuple[str, str], Any], dict[str, Any]]


class World:
    """The state of one scenario while it is played."""

    def __init__(self, make_staff: Callable[["World", str], Any]) -> None:
        self._things: dict[tuple[str, str], Any] = {}
        self._staff: dict[str, Any] = {}
        self._make_staff = make_staff
        self.memory: dict[str, Any] = {}
        self.run_jobs: Callable[[], None] = lambda: None

    @property
    def now(self) -> datetime:
        """The instant of the scenario's clock, aware, in UTC."""
        return clock.now()

    @property
    def today(self) -> date:
        """The Korean day of the scenario's clock."""
        return clock.today()

    def name(self, kind: str, name: str | None, thing: Any) -> None:
        """Remember `thing` under the author's own name; without a name there is nothing to remember."""
        if name is not None:
            self._things[kind, name] = thing

    def get(self, kind: str, name: str) -> Any:
        """What was named; KeyError where nothing was."""
        return self._things[kind, name]

    def find(self, kinds: Sequence[str], name: str) -> Any:
        """What was named, of the first of several kinds."""
        for kind in kinds:
            if (kind, name) in self._things:
                return self._things[kind, name]
        raise Misuse(f"No {' or '.join(kinds)} is called “{name}”.")

    def named(self, kind: str) -> dict[str, Any]:
        """Everything of a kind, by name, in the order of naming."""
        return {name: thing for (of, name), thing in self._things.items() if of == kind}

    def called(self, kind: str, thing: Any) -> str | None:
        """The author's own name for a thing, or None."""
        return next((name for name, known in self.named(kind).items() if known == thing), None)

    def label(self, public_id: str) -> str:
        """The author's own name for what has this public id (named with its row or its public id), else the id."""
        for (_, name), thing in self._things.items():
            if public_id and public_id in (thing, getattr(thing, "public_id", None)):
                return name
        return public_id

    def staff(self, name: str) -> Any:
        """The staff user of that name, made on first use."""
        if name not in self._staff:
            self._staff[name] = self._make_staff(self, name)
        return self._staff[name]

    def remembered(self) -> Remembered:
        """What is named and made so far, to go back to."""
        return dict(self._things), dict(self._staff)

    def go_back(self, remembered: Remembered) -> None:
        """Forget what a refused step named and made."""
        self._things, self._staff = remembered
