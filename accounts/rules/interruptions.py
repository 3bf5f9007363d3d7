"""On which grounds a service may be interrupted, and when that has to be announced (upstage/12.1, 12.2)."""

from datetime import datetime
from typing import Final

from accounts.errors import NotAnnouncedBefore, NotBegun
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidDates

GROUNDS: Final = range(1, 8)
"""The items of upstage/12.1."""
MAINTENANCE: Final = 1
"""upstage/12.1.1: upkeep, upgrade, diagnosis – what is planned."""


@enforces(
    "upstage/12.1", "upstage/12.1.1", "upstage/12.1.2", "upstage/12.1.3", "upstage/12.1.4", "upstage/12.1.5",
    "upstage/12.1.6", "upstage/12.1.7",
)  # fmt: skip
def clauses_of(ground: int) -> tuple[str, ...]:
    """The clauses an interruption on this ground rests on; there is no other ground."""
    if ground not in GROUNDS:
        raise ValueError(f"Article 12, paragraph 1 has no item {ground}")
    return (f"upstage/12.1.{ground}", "upstage/12.2")


@enforces("upstage/12.2")
def require_announced_before(starts_at: datetime, ends_at: datetime, *, at: datetime) -> None:
    """Planned maintenance is announced before it begins: refuses `notice_required`; `invalid_dates` without length."""
    if starts_at <= at:
        raise NotAnnouncedBefore(facts={"starts_at": starts_at})
    if ends_at <= starts_at:
        raise InvalidDates(facts={"starts_on": starts_at, "ends_on": ends_at})


@enforces("upstage/12.2")
def require_has_begun(starts_at: datetime, ends_at: datetime | None, *, at: datetime) -> None:
    """What nobody could foresee may be told afterwards, never beforehand: refuses `not_begun`, and `invalid_dates`
    for an end before its beginning or ahead."""
    if starts_at > at:
        raise NotBegun(facts={"starts_at": starts_at})
    if ends_at is not None and not starts_at <= ends_at <= at:
        raise InvalidDates(facts={"starts_on": starts_at, "ends_on": ends_at})
