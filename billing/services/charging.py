"""Charging one use at once: rated, burned, written down and answered in one round trip (upstage/2.7, 15.3, 17.1).

`billing_charge` (migrations/sql) does for one use what `rating.rate`, `burning.burn` and a settlement do apart. What it
does not decide – why a member may not use a service, whether a limit of the member's own is passed – it leaves to the
same services that everybody else asks.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Member
from billing.models import Charge
from billing.rules.events import LATE_LIMIT
from billing.services import limits, partitions, rating
from billing.services.rating import Use, Who
from billing.services.settlement import CLAUSES
from credits.errors import InsufficientCredits
from credits.services.accounts import in_money
from credits.services.burning import Allocation, allocated
from upstage_console.kernel import audit, idempotency
from upstage_console.kernel.calendars import kst_date, month_of
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import new_id, prepared
from upstage_console.kernel.errors import AlreadyDone
from upstage_console.kernel.idempotency import KEPT_FOR, Request

__all__ = ["Charged", "Use", "charge"]

CHARGE = """
SELECT outcome, facts::text FROM billing_charge(
    %(caller)s::bytea, %(caller_scope)s::text, %(scope)s::text, %(key)s::text, %(fingerprint)s::text,
    %(kept_since)s::timestamptz, %(member_id)s::bigint, %(member)s::uuid, %(service)s::text, %(meter)s::text,
    %(quantity)s::numeric, %(api_key)s::uuid, %(name)s::text, %(since)s::timestamptz, %(charge)s::uuid,
    %(clauses)s::text[], %(at)s::timestamptz, %(by)s::bigint, %(limit_asked)s::boolean, %(add_ons)s::text[]
)
"""
AS_ARRAY = "{" + ",".join(CLAUSES) + "}"
Answer = tuple[str, Any]
ANSWERS = frozenset({"charged", "first"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever asks by a key, as the statement looks at it: the hash of its secret, and the scope it has to open."""

    sha256: bytes
    scope: str


class CallerGoneError(Exception):
    """The key is no longer live, or no longer opens this; nothing was charged."""


@dataclass(frozen=True, slots=True)
class Charged:
    """What a use cost: burned from which lots, the rest owed; and what the member has left with it.

    `balance` is what is there, `available` what of it neither a hold nor an unsettled use has a claim on. `is_repeat`:
    this was charged before, and these are the figures of then.
    """

    id: str
    member: str
    currency: str
    quantity: Decimal
    amount: Decimal
    burned: Decimal
    owed: Decimal
    balance: Decimal
    available: Decimal
    allocations: tuple[Allocation, ...]
    at: datetime
    is_repeat: bool = False


@enforces("upstage/17.1", "upstage/15.3", "upstage/2.7")
def charge(
    *, member_id: Who, use: Use, by: Any, at: datetime, key: str | None = None, request: Request | None = None,
    caller: Caller | None = None,
) -> Charged:  # fmt: skip
    """Charge one use of a member, by either id. `key` names the use: a second one of that name is refused.

    A `caller` is looked at by the statement that charges: `CallerGoneError` where the key may not.

    A repeat of a `request` gets the first answer, kept in the transaction of the charge. Credits pay first. A prepaid
    member's use larger than what is available is refused whole; with a postpaid agreement the rest is owed. Refuses
    `not_found`, `not_active`, `restricted`, `no_price`, `unknown_add_on`, `invalid_quantity`, `invalid_amount`,
    `insufficient_credits`, `paid_use_not_agreed`,
    `spending_limit`, `already_done`, `idempotency_mismatch`, `idempotency_running`; a refusal leaves nothing behind.
    """
    rating.check(use)
    asked = _parameters(member_id, use, by, at, key, request) | _caller(caller)
    outcome, facts = _ask(asked)
    while outcome not in ANSWERS:
        outcome, facts = _otherwise(outcome, facts, asked, member_id, use, at)
    return _charged(facts, is_repeat=outcome == "first")


def _parameters(who: Who, use: Use, by: Any, at: datetime, name: str | None, request: Request | None) -> dict[str, Any]:
    actor = by if isinstance(by, int) else getattr(audit.actor(by), "pk", None)
    member_id, public = rating.named(who)
    return {
        "scope": request and request.scope, "key": request and request.key,
        "fingerprint": request and request.fingerprint, "kept_since": at - KEPT_FOR, "member_id": member_id,
        "member": public, "service": use.service, "meter": use.meter, "quantity": use.quantity, "api_key": use.key_uuid,
        "name": name, "since": at - LATE_LIMIT, "charge": new_id(), "clauses": AS_ARRAY, "at": at, "by": actor,
        "limit_asked": False, "add_ons": use.chosen,
    }  # fmt: skip


def _caller(caller: Caller | None) -> dict[str, Any]:
    return {"caller": caller and caller.sha256, "caller_scope": caller and caller.scope}


def _ask(asked: Mapping[str, Any]) -> Answer:
    """Outcome and facts; in a transaction of its own, where the caller has none."""
    outcome, facts = prepared(CHARGE, asked) or ("", None)
    return outcome, json.loads(facts) if facts else None


def _otherwise(outcome: str, facts: Any, asked: Mapping[str, Any], who: Who, use: Use, at: datetime) -> Answer:
    """Refuse, or make what is missing and ask again."""
    idempotency.refuse(outcome)
    match outcome:
        case "caller":
            raise CallerGoneError
        case "taken":
            raise AlreadyDone
        case "insufficient":
            available = max(Decimal(facts["available"]), Decimal(0))
            amounts = {"available": available, "amount": Decimal(facts["amount"])}
            raise InsufficientCredits(facts=in_money(who, **amounts))
        case "limited":
            return _ask_below_limit(asked, facts, at)
        case "no_partition":
            partitions.ensure([month_of(kst_date(at))])
        case _:
            rating.mend_or_refuse(outcome, who, use, at=at)
    return _ask(asked)


@transaction.atomic
def _ask_below_limit(asked: Mapping[str, Any], facts: Mapping[str, Any], at: datetime) -> Answer:
    """Charge where the member's own limit allows it, in one transaction with the look at the limit."""
    limits.require_below_limit(facts["member_id"], Decimal(facts["amount"]), at=at)
    return _ask({**asked, "limit_asked": True})


def _charged(facts: Mapping[str, Any], *, is_repeat: bool) -> Charged:
    names = ("quantity", "amount", "burned", "owed", "balance", "available")
    lots, amounts = map(UUID, facts["lots"]), map(Decimal, facts["amounts"])
    return Charged(
        id=_named(Charge, facts["charge"]),
        member=_named(Member, facts["member"]),
        currency=facts["currency"],
        allocations=allocated(lots, facts["kinds"], amounts),
        at=datetime.fromisoformat(facts["at"]),
        is_repeat=is_repeat,
        **{name: Decimal(facts[name]) for name in names},
    )


def _named(model: Any, uuid: str) -> str:
    """The public id of a row that the database named by its UUID."""
    return str(model._meta.get_field("public_id").to_python(UUID(uuid)))
