"""Reading one usage event: what an integrator sent, checked field by field (api.md)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from billing.errors import BadQuantity, BadTime, FutureEvent, MalformedEvent, NoObject, OldEvent
from billing.rules.rating import MOST_QUANTITY
from upstage_console.kernel.figures import PLAIN_DIGITS

FIELDS = frozenset({"id", "member", "key", "service", "meter", "quantity", "at", "add_ons", "dimensions"})
LATE_LIMIT = timedelta(days=35)
FUTURE_LIMIT = timedelta(minutes=5)
MOST_ID_LENGTH = 120
MOST_DIMENSIONS = 20
MOST_ADD_ONS = 20
MOST_CODE_LENGTH = 40


class Event(NamedTuple):
    """One use as it was reported. `member` is a public id, `key` a public id or the secret itself."""

    id: str
    at: datetime
    service: str
    meter: str
    quantity: Decimal
    member: str | None = None
    key: str | None = None
    dimensions: Mapping[str, str] | None = None
    add_ons: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Between which instants an event may lie; `oldest` None takes any past."""

    now: datetime
    latest: datetime
    oldest: datetime | None

    @classmethod
    def around(cls, now: datetime, late_limit: timedelta | None) -> "Window":
        """From `late_limit` before now to five minutes after it."""
        return cls(now, now + FUTURE_LIMIT, None if late_limit is None else now - late_limit)


def read(raw: Any, window: Window) -> Event:
    """The event in a decoded JSON object; refuses with the code that says what is wrong with it."""
    if not isinstance(raw, dict):
        raise NoObject
    if not FIELDS.issuperset(raw):
        raise MalformedEvent(facts={"field": ", ".join(sorted(str(name) for name in set(raw) - FIELDS))})
    if raw.get("member") is None and raw.get("key") is None:
        raise MalformedEvent(facts={"field": "member, key"})
    return Event(
        _id(raw.get("id")),
        instant(raw.get("at"), window),
        _word(raw, "service"),
        _word(raw, "meter"),
        quantity(raw.get("quantity")),
        _optional(raw, "member"),
        _optional(raw, "key"),
        dimensions(raw.get("dimensions")),
        add_ons(raw.get("add_ons")),
    )


def _id(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MOST_ID_LENGTH or not value.isprintable():
        raise MalformedEvent(facts={"field": "id"})
    return value


def _word(raw: Mapping[str, Any], name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value or not value.isprintable():
        raise MalformedEvent(facts={"field": name})
    return value


def _optional(raw: Mapping[str, Any], name: str) -> str | None:
    return _word(raw, name) if raw.get(name) is not None else None


def instant(value: Any, window: Window) -> datetime:
    """An instant with its zone, as text or read, inside of the window."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise BadTime from None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise BadTime
    if value > window.latest:
        raise FutureEvent(facts={"minutes": FUTURE_LIMIT // timedelta(minutes=1)})
    if window.oldest is not None and value < window.oldest:
        raise OldEvent(facts={"days": (window.now - window.oldest).days})
    return value


def quantity(value: Any) -> Decimal:
    """A number of units: whole, or with at most 6 decimals, and no more than a use can have."""
    is_whole = type(value) is int or (type(value) is str and value.isascii() and value.isdigit())
    number = Decimal(value) if is_whole else _fraction(value)
    if not 0 <= number <= MOST_QUANTITY:
        raise BadQuantity(facts={"most": f"{MOST_QUANTITY:,}"})
    return number


def _fraction(value: Any) -> Decimal:
    """A decimal or its text in plain digits, finite, with at most 6 decimals; floats have lost what they were."""
    plain = isinstance(value, Decimal) or (isinstance(value, str) and PLAIN_DIGITS.fullmatch(value))
    try:
        number = Decimal(value) if plain else Decimal("NaN")
    except InvalidOperation:
        number = Decimal("NaN")
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or not -6 <= exponent <= 12:
        raise BadQuantity(facts={"most": f"{MOST_QUANTITY:,}"})
    return number


def dimensions(value: Any) -> Mapping[str, str] | None:
    """Words of the reporter's own: few, and each short."""
    if value is None:
        return None
    if not isinstance(value, Mapping) or len(value) > MOST_DIMENSIONS:
        raise MalformedEvent(facts={"field": "dimensions"})
    if not all(isinstance(one, str) and len(one) <= 200 and "\0" not in one for pair in value.items() for one in pair):
        raise MalformedEvent(facts={"field": "dimensions"})
    return value


def add_ons(value: Any) -> Sequence[str] | None:
    """Codes of add-ons that were chosen, sorted, each once; None where there are none."""
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > MOST_ADD_ONS:
        raise MalformedEvent(facts={"field": "add_ons"})
    if not all(isinstance(one, str) and 0 < len(one) <= MOST_CODE_LENGTH and one.isprintable() for one in value):
        raise MalformedEvent(facts={"field": "add_ons"})
    return sorted(set(value)) or None
