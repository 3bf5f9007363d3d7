"""Data for authorities: only what is needed, and the customer told first where that is lawful (rift/11.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from contracts.enums import DisclosedData
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.wording import is_visible

CLAUSE: Final = "rift/11.3"


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of data that is demanded: whether it is given, which of it, and why or why not."""

    data: DisclosedData
    is_given: bool
    why: str
    extent: str = ""


@enforces(CLAUSE)
def not_minimal(items: Sequence[Item]) -> list[DisclosedData]:
    """The kinds of data of which nobody said which of it is given and why, or that stand there twice."""
    seen: set[DisclosedData] = set()
    found = []
    for item in items:
        is_narrow = is_visible(item.why) and (not item.is_given or is_visible(item.extent))
        if not is_narrow or item.data in seen:
            found.append(item.data)
        seen.add(item.data)
    return found


@enforces(CLAUSE)
def may_tell(barred_until: date | None, *, on: date) -> bool:
    """Whether the customer may be told: at once, unless the law forbids it until a day that is not over."""
    return barred_until is None or on > barred_until


@enforces(CLAUSE)
def may_release(*, is_told: bool, barred_until: date | None, on: date) -> bool:
    """Whether data may be given out: the customer was told before, or may not be told yet."""
    return is_told or not may_tell(barred_until, on=on)
