"""Taking usage: what was used is stored and rated in one statement, and settled in turn (upstage/2.7, 8.3, 18.1).

Events are read and checked here (rules/events.py), one after the other; what they name, whether they are new, and what
they cost is found in the database for all of them at once (billing_take_usage; docs/adr/0010-usage-is-settled.md).
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from accounts.rules.keys import hash_secret
from billing.errors import (
    IdConflict,
    RejectedEvent,
    UnknownAddOn,
    UnknownKey,
    UnknownMember,
    UnknownMeter,
    UnknownService,
    Unpriced,
    UsageArchived,
)
from billing.models import UsageBatch
from billing.rules import columns as sound
from billing.rules import events as rules
from billing.rules.columns import Columns
from billing.rules.events import Event, Window
from billing.services.charging import Caller, CallerGoneError
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import prepared

TAKE: Final = """
SELECT batch, events, places, codes FROM billing_take_plain_usage(
    %(ids)s::text[], %(instants)s::timestamptz[], %(quantities)s::numeric[], %(uses)s::int[], %(services)s::text[],
    %(meters)s::text[], %(members)s::uuid[], %(keys)s::uuid[], %(secrets)s::bytea[], %(dimensions)s::jsonb[],
    %(batch_key)s, %(at)s, %(late_limit)s, %(caller)s, %(caller_scope)s
)
"""
TAKE_WITH_ADD_ONS: Final = """
SELECT batch, events, places, codes FROM billing_take_usage(
    %(ids)s::text[], %(instants)s::timestamptz[], %(quantities)s::numeric[], %(services)s::text[], %(meters)s::text[],
    %(members)s::uuid[], %(keys)s::uuid[], %(secrets)s::bytea[], %(dimensions)s::jsonb[], %(add_ons)s::text[],
    %(batch_key)s, %(at)s, %(late_limit)s
)
"""
_is_member: Final = re.compile("mem_[0-9a-f]{32}").fullmatch
_is_key: Final = re.compile("key_[0-9a-f]{32}").fullmatch
NOBODY: Final = "00000000-0000-0000-0000-000000000000"
DUPLICATE: Final = "duplicate"
GONE: Final = "caller"
REJECTED: Final[Mapping[str, type[RejectedEvent]]] = {
    kind.code: kind
    for kind in (UnknownKey, UnknownMember, UnknownService, UnknownMeter, Unpriced, UnknownAddOn, IdConflict)
}


@dataclass(frozen=True, slots=True)
class Rejected:
    """An event that was not taken: its place in the batch, and why."""

    index: int
    refusal: RejectedEvent

    @property
    def code(self) -> str:
        """The refusal code of the domain."""
        return self.refusal.code

    @property
    def detail(self) -> str:
        """A human sentence in the language that is active now."""
        return str(self.refusal)


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch: how many events are new, how many were there already, and which were not taken."""

    batch: str | None
    accepted: int
    duplicate: int
    rejected: tuple[Rejected, ...]


@enforces("upstage/2.7", "upstage/11.3", "upstage/18.1")
def take(
    events: Sequence[Any], *, batch_key: str, at: datetime, late_limit: timedelta | None = rules.LATE_LIMIT,
    caller: Caller | None = None,
) -> Taken:  # fmt: skip
    """Take events as they were reported (decoded JSON objects, or `Event`s); each is taken once for (member, id).

    A repeat (same id, instant and contents) is counted and ignored. What is malformed or unknown, lies in the future,
    is older than `late_limit` (None: nothing is too old), or bears an id that the member has with another instant or
    other contents is rejected by its place while its neighbours are taken. What was used before or during a suspension
    is charged all the same (upstage/11.3). The next settlement charges and burns it; the balance counts it at once.
    A `caller` is looked at by the statement that takes plain events: `CallerGoneError` where the key may not, and where
    that statement does not come to pass, so that nobody has looked. Refuses `usage_archived`.
    """
    window = Window.around(at, late_limit)
    places: Sequence[int] = range(len(events))
    rejected: list[Rejected] = []
    columns = sound.read(events, window)
    if columns is None:
        places, readable, rejected = _read(events, window)
        if not readable and caller is not None:
            raise CallerGoneError
        if not readable:
            return Taken(None, 0, 0, tuple(rejected))
        columns = sound.columns_of(readable)
    taken = take_columns(columns, batch_key=batch_key, at=at, caller=caller)
    rejected += [Rejected(places[one.index], one.refusal) for one in taken.rejected]
    rejected.sort(key=lambda one: one.index)
    return replace(taken, rejected=tuple(rejected))


def take_columns(columns: Columns, *, batch_key: str, at: datetime, caller: Caller | None = None) -> Taken:
    """Take events that are known to be sound, each field of all of them as one column. Refuses `usage_archived`."""
    if columns.add_ons is not None and caller is not None:
        raise CallerGoneError
    batch, accepted, told, codes = _store(columns, batch_key, at, caller)
    if accepted is None:
        raise CallerGoneError if codes[0] == GONE else UsageArchived(facts={"month": codes[0]})
    found = list(zip(told or (), codes or (), strict=True))
    rejected = tuple(Rejected(place - 1, REJECTED[code]()) for place, code in found if code != DUPLICATE)
    name = batch and UsageBatch._meta.get_field("public_id").to_python(batch)
    return Taken(name, accepted, len(found) - len(rejected), rejected)


def _read(events: Iterable[Any], window: Window) -> tuple[list[int], list[Event], list[Rejected]]:
    """What can be read, with its places in the batch, and what cannot."""
    places: list[int] = []
    readable: list[Event] = []
    rejected: list[Rejected] = []
    for index, raw in enumerate(events):
        try:
            readable.append(raw if isinstance(raw, Event) else rules.read(raw, window))
            places.append(index)
        except RejectedEvent as refusal:
            rejected.append(Rejected(index, refusal))
    return places, readable, rejected


def _store(columns: Columns, batch_key: str, at: datetime, caller: Caller | None) -> tuple[Any, ...]:
    """Hand the events over, each field of all of them as one array, and hear what became of them.

    What is plain is taken by one statement; a batch with add-ons step by step.
    """
    values = _values(columns) | {"batch_key": batch_key, "at": at, "late_limit": rules.LATE_LIMIT}
    if columns.add_ons is not None:
        more = {"services": columns.services, "meters": columns.meters, "add_ons": columns.add_ons}
        return prepared(TAKE_WITH_ADD_ONS, values | {name: _array(column) for name, column in more.items()}) or ()
    pairs = list(zip(columns.services, columns.meters, strict=True))
    uses = {pair: str(number) for number, pair in enumerate(dict.fromkeys(pairs), start=1)}
    named: dict[str, Any] = {
        "caller": caller and caller.sha256,
        "caller_scope": caller and caller.scope,
        "uses": _plain_array([uses[pair] for pair in pairs]),
        "services": _array([service for service, _meter in uses]),
        "meters": _array([meter for _service, meter in uses]),
    }
    return prepared(TAKE, values | named) or ()


def _values(columns: Columns) -> dict[str, Any]:
    """What both statements are told."""
    keys, secrets = _keys(columns.keys)
    return {
        "ids": _array(columns.ids),
        "instants": _plain_array(columns.instants),
        "quantities": _plain_array(columns.quantities),
        "members": _members(columns.members),
        "keys": keys,
        "secrets": secrets,
        "dimensions": None if columns.dimensions is None else _array(columns.dimensions),
    }


def _array(values: Sequence[str | None]) -> str:
    """An array as PostgreSQL reads it: quoted as JSON does, in braces."""
    return "{" + json.dumps(values, ensure_ascii=False)[1:-1] + "}"


def _plain_array(values: Sequence[str]) -> str:
    """The same of numbers, instants and ids, which need no quotes."""
    return "{" + ",".join(values) + "}"


def _members(names: Sequence[str | None] | None) -> str | None:
    """The ids in members' names; what is no name is nobody's."""
    if names is None:
        return None
    return _plain_array(["null" if name is None else name[4:] if _is_member(name) else NOBODY for name in names])


def _keys(given: Sequence[str | None] | None) -> tuple[str | None, str | None]:
    """Keys as they were given: by public id or by the secret itself. One that has ended still says whose use it was."""
    if given is None:
        return None, None
    ids: list[str | None] = []
    hashes: list[str | None] = []
    for name in given:
        is_id = name is not None and _is_key(name)
        ids.append(name[4:] if name and is_id else None)
        hashes.append(None if name is None or is_id else f"\\x{hash_secret(name).hex()}")
    return _array(ids), _array(hashes)
