"""What each app adds to keeping, waiting and forgetting: in its modules `services/keeping.py` and
`services/forgetting.py`, found by their names.

Accounts cannot see what upper apps know of a member; so each app says what the law keeps of its rows, which members
have to wait because something is still open, and blanks its own personal data.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from accounts.queries.destroyables import find_parts

Ids = Sequence[int]
PARTS = ("keeping", "forgetting")


@dataclass(frozen=True)
class Kept:
    """One thing the law keeps of a member: its kind of record, the day its period starts from, and what is kept."""

    member_id: int
    record: str
    since: date
    content: Mapping[str, Any]


Keeper = Callable[[Ids], Iterable[Kept]]
Waits = Callable[[Ids, datetime], Iterable[int]]
Forgetter = Callable[[Ids, datetime], None]
Uses = Callable[[Ids, datetime], Iterable[int]]

_keepers: list[Keeper] = []
_waits: list[Waits] = []
_forgetters: list[Forgetter] = []
_uses: list[Uses] = []


def keeper(function: Keeper) -> Keeper:
    """Register what the law keeps of these members' rows, in a fixed number of statements."""
    _keepers.append(function)
    return function


def waits(function: Waits) -> Waits:
    """Register which of these members have something open for which their data is still needed."""
    _waits.append(function)
    return function


def forgetter(function: Forgetter) -> Forgetter:
    """Register what blanks these members' personal data, in a fixed number of statements."""
    _forgetters.append(function)
    return function


def uses(function: Uses) -> Uses:
    """Register who of these users logs in for something else than a membership, such as a contract."""
    _uses.append(function)
    return function


def kept_of(ids: Ids) -> list[Kept]:
    """Everything the law keeps of these members, of every app."""
    _find()
    return [kept for function in _keepers for kept in function(ids)]


def waiting(ids: Ids, at: datetime) -> set[int]:
    """Those of these members who have to wait."""
    _find()
    return {member_id for function in _waits for member_id in function(ids, at)}


def used_elsewhere(user_ids: Ids, at: datetime) -> set[int]:
    """Those of these users whose login serves more than a membership."""
    _find()
    return {user_id for function in _uses for user_id in function(user_ids, at)}


def forget(ids: Ids, at: datetime) -> None:
    """Blank these members' personal data in every app, the uppermost first."""
    _find()
    for function in reversed(_forgetters):
        function(ids, at)


def _find() -> None:
    find_parts(*PARTS)
