"""The names a scenario has given so far, while it is being checked before it is played."""

from dataclasses import dataclass, field


@dataclass
class Scope:
    """Names by kind. `open` once an action is unknown: from then on nobody can say which names exist."""

    known: set[tuple[str, str]] = field(default_factory=set)
    coming: set[tuple[str, str]] = field(default_factory=set)
    open: bool = False

    def has(self, kinds: tuple[str, ...], name: str) -> bool:
        return any((kind, name) in self.known for kind in kinds)

    def give(self, kind: str, name: str) -> None:
        """The step being checked will make something of this name."""
        self.coming.add((kind, name))

    def settle(self, *, refused: bool) -> None:
        """The step is over; what a refused one would have named is free again."""
        if not refused:
            self.known |= self.coming
        self.coming = set()
