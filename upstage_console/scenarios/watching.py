"""What happened by itself since the last look: jobs, notices, expiries, invoices."""

from upstage_console.scenarios.registry import Happening, Registry
from upstage_console.scenarios.report import Line, as_data
from upstage_console.scenarios.world import World


class Watch:
    """Asks every registered watcher for what is new."""

    def __init__(self, registry: Registry, world: World) -> None:
        self.registry = registry
        self.world = world
        self.marks: dict[str, int] = {}

    def start(self) -> None:
        """From here on: what lies before is not part of the story."""
        for source in self.registry.watchers:
            self._new(source)

    def lines(self, *, in_step: bool) -> list[Line]:
        """One line for each thing that is new, in the order of time. A step's own audit rows are its line already."""
        found: list[Happening] = []
        for source, watcher in self.registry.watchers.items():
            new = self._new(source)
            found += new if watcher.in_steps or not in_step else []
        return [_line(happening) for happening in sorted(found, key=lambda one: one.at)]

    def _new(self, source: str) -> list[Happening]:
        new = list(self.registry.watchers[source].function(self.world, self.marks.get(source, 0)))
        if new:
            self.marks[source] = max(happening.mark for happening in new)
        return new


def _line(happening: Happening) -> Line:
    return Line(
        at=happening.at,
        what=happening.what,
        who=happening.about,
        result=as_data(happening.facts) or None,
        clauses=happening.clauses,
    )
