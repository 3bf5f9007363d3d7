"""Burning credits: one charge or thousands, by one statement (upstage/15.3; docs/adr/0002-ledger-guards.md)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from credits.models import Lot
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidAmount
from upstage_console.kernel.money import credit

BURN = "SELECT * FROM credits_burn(%s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Charge:
    """Something used that credits pay for.

    `id` is the caller's (a UUIDv7) and burns once. Without `may_owe` a charge larger than what is left is refused
    whole; with it, what credits do not cover is owed. `note` says in a few words what was used.
    """

    id: UUID
    member_id: int
    amount: Decimal
    may_owe: bool = False
    clauses: tuple[str, ...] = ("upstage/15.3",)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Allocation:
    """What a charge burned of one lot."""

    lot: str
    kind: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Burned:
    """What became of a charge. `balance` is what the member can still use after it."""

    charge_id: UUID
    member_id: int
    taken: Decimal
    owed: Decimal
    refused: bool
    allocations: tuple[Allocation, ...]
    balance: Decimal


@enforces("upstage/15.3", "upstage/2.8")
@transaction.atomic
def burn(charges: Sequence[Charge], *, at: datetime, by: Any) -> list[Burned]:
    """Burn the charges in their order, each from its member's lots: free before paid, then as they expire and came in.

    A lot counts only while `at` lies before its expiry, whatever jobs have run. What comes back stands in the order of
    the charges; a charge that is refused burns nothing, and smaller ones after it may still pass. An id that has burned
    before is an IntegrityError, and nothing is burned. Refuses `invalid_amount` (below 0, or more than 6 decimals).
    """
    for charge in charges:
        if charge.amount < 0 or credit(charge.amount) != charge.amount:
            raise InvalidAmount(facts={"amount": charge.amount})
    if not charges:
        return []
    actor = audit.actor(by)
    members = sorted({charge.member_id for charge in charges})
    with connection.cursor() as cursor:
        cursor.execute(BURN, [members, _as_json(charges), at, actor and actor.pk])
        rows = cursor.fetchall()
    return _answers(charges, rows)


def _as_json(charges: Iterable[Charge]) -> str:
    return json.dumps(
        [
            {
                "id": str(charge.id),
                "member_id": charge.member_id,
                "amount": str(charge.amount),
                "may_owe": charge.may_owe,
                "clauses": charge.clauses,
                "note": charge.note,
            }
            for charge in charges
        ]
    )


def _answers(charges: Sequence[Charge], rows: Iterable[tuple[Any, ...]]) -> list[Burned]:
    """One answer for each charge out of its rows: one for each lot it burned, or a single one without a lot."""
    prefix = Lot._meta.get_field("public_id").prefix
    answers = []
    for position, of_charge in groupby(rows, key=lambda row: row[0]):
        charge, parts = charges[position - 1], list(of_charge)
        _, taken, owed, refused, left, *_ = parts[0]
        allocations = tuple(Allocation(f"{prefix}_{lot.hex}", kind, amount) for *_, lot, kind, amount in parts if lot)
        answers.append(Burned(charge.id, charge.member_id, taken, owed, refused, allocations, left))
    return answers
