"""Systems in turn, several rounds, and the median of each: what else the machine does is shared out to all."""

import sys
from collections.abc import Callable, Mapping
from statistics import median
from typing import TypeVar

Key = TypeVar("Key")


def medians(systems: Mapping[Key, Callable[[], float]], rounds: int) -> dict[Key, float]:
    """Measure every system once a round; the median of its rounds."""
    found: dict[Key, list[float]] = {key: [] for key in systems}
    for number in range(rounds):
        for key, measured in systems.items():
            found[key].append(measured())
        say(f"  round {number + 1} of {rounds}")
    return {key: median(values) for key, values in found.items()}


def say(line: str) -> None:
    """Tell what goes on, beside the figures."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
