"""Holding credits for a use that is under way: place, then capture or release (upstage/15.3; docs/adr/0009).

Each is one statement: one round trip, and atomic by itself where no transaction is open.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from credits.errors import HoldEnded, HoldExceeded, InsufficientCredits, KeyTaken
from credits.models import Hold
from credits.services import accounts, burning
from credits.services.burning import NOTHING, Burned, Charge
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import InvalidAmount, InvalidDates, NotFound, Refusal

MEMBERS_AT_A_TIME = 1000
PLACE = "SELECT * FROM credits_place(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
CAPTURE = "SELECT * FROM credits_capture(%s, %s, %s, %s, %s, %s, %s, %s)"
RELEASE = "SELECT * FROM credits_release(%s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Held:
    """What a hold is now, and what its member has after it: of `balance`, `held` is held and the rest available."""

    hold: Hold
    held: Decimal
    balance: Decimal
    available: Decimal


@enforces("upstage/15.3")
def place(
    *,
    member_id: int,
    amount: Decimal,
    expires_at: datetime,
    by: Any,
    at: datetime,
    key: str | None = None,
    claimed: Decimal = NOTHING,
    may_owe: bool = False,
    note: str = "",
) -> Held:
    """Reserve credits until `expires_at`, of the lots that would burn now; nothing else can use them until it ends.

    `claimed` (used, not burned yet) is left alone. With `may_owe` a hold larger than the rest reserves the rest. The
    same key holds once and answers with the first hold. Refuses `invalid_amount` (not above 0, or more than 6
    decimals), `invalid_dates` (it would be over), `insufficient_credits`, `key_reused` (the key held another amount).
    """
    if not burning.checked(amount):
        raise InvalidAmount(facts={"amount": amount})
    if expires_at <= at:
        raise InvalidDates(facts={"starts_on": at, "ends_on": expires_at})
    hold = Hold(
        member_id=member_id, amount=amount, at=at, expires_at=expires_at, by=audit.actor(by), key=key, note=note
    )  # fmt: skip
    facts = [_uuid(hold.public_id), member_id, amount, expires_at, at, hold.by_id, key, note, claimed, may_owe]
    outcome, hold.pk, hold.reserved, *standing = _answer(PLACE, facts)
    if outcome == "refused":
        available = max(standing[-1] - claimed, NOTHING)
        raise InsufficientCredits(facts=accounts.in_money(member_id, available=available, amount=amount))
    if outcome == "placed before":
        hold = Hold.objects.get(pk=hold.pk)
    if hold.amount != amount:
        raise KeyTaken(facts={"key": key})
    return Held(hold, *standing)


@enforces("upstage/15.3")
def capture(*, hold_id: str, charge: Charge, at: datetime, by: Any) -> Burned:
    """Burn what was really used of a hold (by its public id), and free the rest; the charge is the hold's member's.

    Its own lots pay, in burn order, those too whose time is over meanwhile. A hold that reserved less than its amount
    (its member may owe) takes the rest of what else is there, and what is left is owed. Refuses `not_found`,
    `hold_exceeded`, `already_done` (it has ended), `invalid_amount`.
    """
    actor = audit.actor(by)
    burning.checked(charge.amount)
    hold, clauses = _uuid(hold_id), list(charge.clauses)
    facts = [hold, charge.member_id, charge.id, charge.amount, clauses, charge.note, at, actor and actor.pk]
    outcome, owed, _, balance, available, *parts = _answer(CAPTURE, facts)
    if outcome != "captured":
        raise _uncaptured(outcome, hold_id, charge)
    paid = burning.allocated(*parts)
    return Burned(charge.id, charge.member_id, charge.amount - owed, owed, False, paid, balance, available)


def _uncaptured(outcome: str, hold_id: str, charge: Charge) -> Refusal:
    if outcome == "not found":
        return NotFound()
    hold = Hold.objects.get_public(hold_id)
    if outcome == "exceeded":
        return HoldExceeded(facts=accounts.in_money(hold.member_id, held=hold.amount, amount=charge.amount))
    return HoldEnded(facts={"state": hold.get_state_display()})


@enforces("upstage/15.3")
def release(*, hold_id: str, at: datetime, by: Any) -> Held:
    """Give back what a hold reserves; what that frees of a lot whose time is over expires at once.

    Refuses `not_found`, `already_done` (it has ended).
    """
    actor = audit.actor(by)
    outcome, *standing = _answer(RELEASE, [_uuid(hold_id), at, actor and actor.pk])
    hold = Hold.objects.get_public(hold_id)
    if outcome == "ended before":
        raise HoldEnded(facts={"state": hold.get_state_display()})
    return Held(hold, *standing)


@transaction.atomic
def let_go(*, hold_id: str, reason: str, by: Any, at: datetime) -> Held:
    """Staff release a hold, and say why: nobody is going to capture it. Refuses as `release` does."""
    done = release(hold_id=hold_id, at=at, by=by)
    facts = {"amount": done.hold.amount, "freed": done.hold.reserved}
    audit.record(
        "credits.released", done.hold, by=by, at=at, about=done.hold.member, reason=reason, clauses=["upstage/15.3"],
        facts=facts,
    )  # fmt: skip
    return done


@enforces("upstage/15.3")
def expire(*, at: datetime) -> int:
    """End every hold that is over by `at`, at its own instant; returns how many.

    No balance waits for it. A batch of members is one transaction; a repeat finds nothing, a late run catches up.
    """
    ended = 0
    while batch := _expire_batch(at):
        ended += batch
    return ended


def end_over(member_ids: Iterable[int], *, at: datetime) -> None:
    """End the holds of these members that are over by `at`, and lock their accounts as a burn does.

    For whoever burns at an earlier moment, in one transaction with it: what such a hold reserved then is free now.
    """
    require_transaction()
    members = sorted(set(member_ids))
    accounts.lock_known(members)
    _answer("SELECT credits_let_go(%s, %s)", [members, at])


@transaction.atomic
def _expire_batch(at: datetime) -> int:
    return int(_answer("SELECT credits_expire_holds(%s, %s)", [at, MEMBERS_AT_A_TIME])[0])


def _answer(statement: str, facts: list[Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def _uuid(hold_id: str) -> UUID:
    found: UUID | None = Hold._meta.get_field("public_id").parse(hold_id)
    if found is None:
        raise NotFound
    return found
