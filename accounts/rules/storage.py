"""How long content of members is stored, by where it comes from (upstage/22.4-22.6, 12-2.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from accounts.enums import DataSource
from accounts.rules.retention import schedule
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces

MOST_BYTES: Final = 5 * 1024 * 1024
"""The console's own bound of one item."""

SYNC: Final = "sync"
"""A synchronous call, of which nothing is stored."""

CLAUSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        SYNC: "upstage/22.4",
        DataSource.ASYNC_INPUT: "upstage/22.5",
        DataSource.ASYNC_OUTPUT: "upstage/22.5",
        DataSource.CONSOLE: "upstage/22.6",
    }
)


@dataclass(frozen=True)
class Keeping:
    """Whether something is stored, and the instant it must be gone from; without one, when the account is deleted."""

    stored: bool
    destroy_at: datetime | None
    clause: str


@enforces("upstage/22.4", "upstage/22.5", "upstage/22.6")
def keeping(source: str, since: datetime) -> Keeping:
    """How long content is kept: input since its submission, output since the end of its inference.

    Nothing of a synchronous call; asynchronous input 72 hours (or to the end of the inference, if that comes first);
    its output to the end of the 30th day after (I-1, not extended by I-2); console data as long as the account.
    """
    clause = CLAUSES[source]
    if source == SYNC:
        return Keeping(stored=False, destroy_at=None, clause=clause)
    if source == DataSource.CONSOLE:
        return Keeping(stored=True, destroy_at=None, clause=clause)
    return Keeping(stored=True, destroy_at=_end(source, since), clause=clause)


def _end(source: str, since: datetime) -> datetime:
    row = schedule()[source]
    if row.hours is not None:
        return since + timedelta(hours=row.hours)
    return day_end(row.until(kst_date(since)))
