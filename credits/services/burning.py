"""Burning credits: one charge or thousands, by one statement (upstage/15.3; docs/adr/0002-ledger-guards.md)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any
from uuid import UUID

from credits.models import Lot
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import prepared, prepared_rows
from upstage_console.kernel.errors import InvalidAmount
from upstage_console.kernel.money import credit

BURN_ONE = """
SELECT * FROM credits_burn(
    %(charge)s::uuid, %(member)s::bigint, %(amount)s::numeric, %(may_owe)s::boolean, %(claimed)s::numeric,
    %(clauses)s::text[], %(note)s::text, %(at)s::timestamptz, %(by)s::bigint
)
"""
BURN_ALL = """
SELECT * FROM credits_burn_all(
    %(charges)s::uuid[], %(members)s::bigint[], %(amounts)s::numeric[], %(may_owe)s::boolean[], %(claimed)s::numeric[],
    %(clauses)s::text[], %(notes)s::text[], %(at)s::timestamptz, %(by)s::bigint
)
"""
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Charge:
    """Something used that credits pay for.

    `id` is the caller's (a UUIDv7), who charges it once. Without `may_owe` a charge larger than what is left is refused
    whole; with it, what credits do not cover is owed. `claimed` is what of the member's credits is used already and not
    burned yet: it is left alone by a charge that may not owe. `note` says in a few words what was used.
    """

    id: UUID
    member_id: int
    amount: Decimal
    may_owe: bool = False
    clauses: tuple[str, ...] = ("upstage/15.3",)
    note: str = ""
    claimed: Decimal = NOTHING


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a charge burned of one lot."""

    lot: str
    kind: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Burned:
    """What became of a charge. After it the member has `balance`, of which `available` is not held."""

    charge_id: UUID
    member_id: int
    taken: Decimal
    owed: Decimal
    refused: bool
    allocations: tuple[Allocation, ...]
    balance: Decimal
    available: Decimal


@enforces("upstage/15.3", "upstage/2.8")
def burn(charges: Sequence[Charge], *, at: datetime, by: Any) -> list[Burned]:
    """Burn the charges in their order, each from its member's lots: free before paid, then as they expire and came in.

    One statement, so one round trip and atomic by itself where no transaction is open. A lot counts only while `at`
    lies before its expiry, whatever jobs have run, and only with what no open hold reserves. What comes back stands in
    the order of the charges; a charge that is refused burns nothing, and smaller ones after it may still pass. An id
    that meets a lot it has burned before is an IntegrityError, and nothing is burned. Refuses `invalid_amount` (below
    0, or more than 6 decimals).
    """
    for charge in charges:
        checked(charge.amount)
    if not charges:
        return []
    actor = audit.actor(by)
    if len(charges) == 1:
        return [_burn_one(charges[0], at, actor and actor.pk)]
    facts = {**_in_columns(charges), "at": at, "by": actor and actor.pk}
    return _answers(charges, prepared_rows(BURN_ALL, facts))


def checked(amount: Decimal) -> Decimal:
    """An amount that can be burned or held. Refuses `invalid_amount` (below 0, or more than 6 decimals)."""
    if amount < 0 or credit(amount) != amount:
        raise InvalidAmount(facts={"amount": amount})
    return amount


def _burn_one(charge: Charge, at: datetime, by_id: int | None) -> Burned:
    facts = {
        "charge": charge.id, "member": charge.member_id, "amount": charge.amount, "may_owe": charge.may_owe,
        "claimed": charge.claimed, "clauses": _as_array(charge.clauses), "note": charge.note, "at": at, "by": by_id,
    }  # fmt: skip
    taken, owed, refused, available, balance, *parts = prepared(BURN_ONE, facts) or ()
    return Burned(charge.id, charge.member_id, taken, owed, refused, allocated(*parts), balance, available)


def allocated(lots: Iterable[UUID] | None, kinds: Iterable[str], amounts: Iterable[Decimal]) -> tuple[Allocation, ...]:
    """What was burned of which lots, as the statements tell it: nothing where `lots` is None."""
    prefix = Lot._meta.get_field("public_id").prefix
    if lots is None:
        return ()
    return tuple(
        Allocation(f"{prefix}_{lot.hex}", kind, amount) for lot, kind, amount in zip(lots, kinds, amounts, strict=True)
    )


def _in_columns(charges: Sequence[Charge]) -> dict[str, str]:
    """A column of each field, as arrays in the server's own writing: the driver would write them value by value."""
    return {
        "charges": _plain_array(charge.id.hex for charge in charges),
        "members": _plain_array(str(charge.member_id) for charge in charges),
        "amounts": _plain_array(str(charge.amount) for charge in charges),
        "may_owe": _plain_array("t" if charge.may_owe else "f" for charge in charges),
        "claimed": _plain_array(str(charge.claimed) for charge in charges),
        "clauses": _array(_as_array(charge.clauses) for charge in charges),
        "notes": _array(charge.note for charge in charges),
    }


def _plain_array(values: Iterable[str]) -> str:
    """Of what needs no quotes."""
    return "{" + ",".join(values) + "}"


@lru_cache(maxsize=100)
def _as_array(clauses: tuple[str, ...]) -> str:
    return _array(clauses)


def _array(texts: Iterable[str]) -> str:
    return _plain_array('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts)


def _answers(charges: Sequence[Charge], rows: Iterable[tuple[Any, ...]]) -> list[Burned]:
    """One answer for each charge out of its rows: one for each lot it burned, or a single one without a lot."""
    answers = []
    for position, of_charge in groupby(rows, key=lambda row: row[0]):
        charge, parts = charges[position - 1], list(of_charge)
        _, taken, owed, refused, available, balance, *_ = parts[0]
        burned = [part[6:] for part in parts if part[6]]
        allocations = allocated(*zip(*burned, strict=True)) if burned else ()
        answers.append(Burned(charge.id, charge.member_id, taken, owed, refused, allocations, balance, available))
    return answers
