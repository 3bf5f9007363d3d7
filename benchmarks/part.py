"""One part in a process of its own, started by __main__: `python -m benchmarks.part NAME SIZE EXISTING FILE`."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.parts import access, charges, contracts, events, jobs, months, pages
from benchmarks.results import Found, Ratio
from benchmarks.sizes import SIZES, Size


def _nothing_compared(_small: Found, _large: Found) -> list[Ratio]:
    return []


@dataclass(frozen=True)
class Part:
    """What is measured, with how much there before (each in a database of its own), and what is wanted of the two."""

    measured: Callable[[Size, int], Found]
    situations: Callable[[Size], Sequence[int]]
    compared: Callable[[Found, Found], list[Ratio]] = _nothing_compared


PARTS = {
    "charges": Part(charges.measured, lambda size: size.existing, charges.compared),
    "events": Part(events.measured, lambda size: size.existing, events.compared),
    "access": Part(access.measured, lambda size: size.existing),
    "months": Part(months.measured, lambda size: (size.month_events,)),
    "pages": Part(pages.measured, lambda size: (size.few_members, size.members), pages.compared),
    "contracts": Part(contracts.measured, lambda size: (size.contracts,)),
    "jobs": Part(jobs.measured, lambda size: (size.members_of_jobs,)),
}


def main(name: str, size: str, existing: str, file: str) -> None:
    PARTS[name].measured(SIZES[size], int(existing)).save(Path(file))


if __name__ == "__main__":
    main(*sys.argv[1:])
