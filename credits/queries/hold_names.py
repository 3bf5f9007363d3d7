"""What holds are for, in words: known to whoever places them, and registered here (arrows point down)."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from credits.models import Hold
from upstage_console.kernel.wording import Phrase

Naming = Callable[[Sequence[int]], Mapping[int, Phrase]]

_namings: list[Naming] = []


def register(naming: Naming) -> None:
    """Register what tells, by the numbers of holds, what they are for; one round trip, however many holds."""
    _namings.append(naming)


def named(holds: Iterable[Hold]) -> list[Hold]:
    """The holds, each with `purpose`: what it is for in both languages, or None where it is for an amount."""
    found = list(holds)
    for naming in _namings if found else []:
        phrases = naming([hold.pk for hold in found])
        for hold in found:
            hold.purpose = phrases.get(hold.pk, hold.purpose)
    return found
