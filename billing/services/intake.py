"""From what was reported to what can be stored: members, keys, meters and prices of many events in few queries."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from accounts.models import ApiKey, Member
from accounts.rules.keys import hash_secret
from accounts.services import activity
from billing.errors import (
    IdConflict,
    MalformedEvent,
    RejectedEvent,
    UnknownKey,
    UnknownMember,
    UnknownMeter,
    UnknownService,
    Unpriced,
)
from billing.models import Meter, Price
from billing.rules.events import Event

KEY_PREFIX = "key_"


@dataclass(frozen=True, slots=True)
class Reported:
    """An event that can be read: its place in the batch, itself, and its KST day."""

    index: int
    event: Event
    day: date


@dataclass(frozen=True, slots=True)
class Staged:
    """An event with everything it refers to, ready for the table."""

    index: int
    at: datetime
    day: date
    member_id: int
    event_id: str
    meter_id: int
    price_id: int
    key_id: int | None
    quantity: Decimal
    dimensions: Mapping[str, str] | None


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
class _Known:
    """A member as far as rating needs to know, and the last day on which it was noted as used."""

    pk: int
    currency: str
    last_used_on: date | None


class Directory:
    """Everything that a batch names, looked up once.

    `uses` are the members whose use is yet to be noted, each with its latest day (upstage/26.2).
    """

    def __init__(self, events: Sequence[Event]) -> None:
        self.uses: dict[int, date] = {}
        self._keys = _keys({event.key for event in events if event.key})
        named = {event.member for event in events if event.member}
        self._members = _members(named)
        self._meters = {(meter.service.code, meter.code): meter.pk for meter in Meter.objects.select_related("service")}
        self._services = {service for service, _ in self._meters}
        self._prices = _prices({meter for meter in self._meters.values()})

    def stage(self, reported: Reported) -> Staged:
        """The event with its references; refuses with the code of what is not there."""
        index, event, day = reported.index, reported.event, reported.day
        member, key_id = self._owner(event)
        meter_id = self._meters.get((event.service, event.meter))
        if meter_id is None:
            raise UnknownMeter if event.service in self._services else UnknownService
        days, ids = self._prices.get((meter_id, member.currency), ((), ()))
        place = bisect_right(days, day)
        if place == 0:
            raise Unpriced
        if activity.is_news(self.uses.get(member.pk, member.last_used_on), day):
            self.uses[member.pk] = day
        return Staged(
            index, event.at, day, member.pk, event.id, meter_id, ids[place - 1], key_id, event.quantity,
            event.dimensions,
        )  # fmt: skip

    def _owner(self, event: Event) -> tuple[_Known, int | None]:
        key = self._keys.get(event.key) if event.key else None
        if event.key and key is None:
            raise UnknownKey
        if event.member is None and key is None:
            raise MalformedEvent(facts={"field": "member, key"})
        member = self._members.get(event.member) if event.member else key and key[1]
        if member is None:
            raise UnknownMember
        if key is not None and key[1].pk != member.pk:
            raise UnknownKey
        return member, key and key[0]


def _members(named: Iterable[str]) -> dict[str, _Known]:
    parse = Member._meta.get_field("public_id").parse
    found = [name for name in named if parse(name)]
    rows = Member.objects.filter(public_id__in=found).values_list("public_id", "pk", "currency", "last_used_on")
    return {name: _Known(*known) for name, *known in rows}


def _keys(named: Iterable[str]) -> dict[str, tuple[int, _Known]]:
    """Keys by public id or by the secret itself; a key that has ended since still says whose use it was."""
    parse = ApiKey._meta.get_field("public_id").parse
    public: dict[UUID, str] = {}
    hashed: dict[bytes, str] = {}
    for name in named:
        found = parse(name)
        if found is not None:
            public[found] = name
        elif not name.startswith(KEY_PREFIX):
            hashed[hash_secret(name)] = name
    keys = ApiKey.objects.filter(member__isnull=False).select_related("member")
    by_id = {key.public_id: key for key in keys.filter(public_id__in=list(public.values()))} if public else {}
    by_hash = {hashed[bytes(key.sha256)]: key for key in keys.filter(sha256__in=list(hashed))} if hashed else {}
    rows = {**by_id, **by_hash}
    return {name: (key.pk, _known(key.member)) for name, key in rows.items() if key.member}


def _known(member: Member) -> _Known:
    return _Known(member.pk, member.currency, member.last_used_on)


def _prices(meters: Iterable[int]) -> dict[tuple[int, str], tuple[list[date], list[int]]]:
    """By meter and currency: the days on which prices begin, in order, and their ids."""
    found: dict[tuple[int, str], tuple[list[date], list[int]]] = {}
    rows = Price.objects.filter(meter__in=list(meters)).order_by("effective_on")
    for pk, meter, currency, day in rows.values_list("pk", "meter_id", "currency", "effective_on"):
        days, ids = found.setdefault((meter, currency), ([], []))
        days.append(day)
        ids.append(pk)
    return found


@dataclass(frozen=True, slots=True)
class Sorted:
    """What can be stored, what is rejected, how many are repeats inside this very batch, and whose use is news."""

    staged: list[Staged]
    rejected: list[Rejected]
    repeats: int
    uses: Mapping[int, date]


def sort(events: Sequence[Reported]) -> Sorted:
    """Look up what a batch names, and tell what can be stored from what cannot."""
    directory = Directory([one.event for one in events])
    staged: list[Staged] = []
    rejected: list[Rejected] = []
    seen: dict[tuple[int, str], Staged] = {}
    repeats = 0
    for reported in events:
        try:
            one = directory.stage(reported)
        except RejectedEvent as refusal:
            rejected.append(Rejected(reported.index, refusal))
            continue
        first = seen.setdefault((one.member_id, one.event_id), one)
        if first is one:
            staged.append(one)
        elif first == replace(one, index=first.index):
            repeats += 1
        else:
            rejected.append(Rejected(one.index, IdConflict()))
    return Sorted(staged, rejected, repeats, directory.uses)
