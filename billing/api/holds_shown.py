"""How holds look outside."""

from datetime import datetime
from typing import Any

from rest_framework import serializers

from billing.api.uses import AllocationShown
from billing.rules.rating import DIRECT
from billing.services.holding import Captured
from billing.services.settlement import CLAUSES
from credits.enums import HoldState
from credits.queries import Balance, as_it_is
from upstage_console.kernel.api.fields import Amount, Clauses, Instant
from upstage_console.kernel.money import CURRENCIES

HELD_BY = ("upstage/15.3",)


class HoldShown(serializers.Serializer[Any]):
    """Credits reserved for a use that is about to begin."""

    id = serializers.CharField()
    member = serializers.CharField()
    currency = serializers.ChoiceField(sorted(CURRENCIES))
    state = serializers.ChoiceField(HoldState.choices, help_text="As of now: past `expires_at` a hold is over.")
    amount = Amount(help_text="What may be captured at most.")
    held = Amount(
        help_text="What is reserved now: of a postpaid member it may be less than the amount; 0 once it ended."
    )
    service = serializers.CharField(allow_null=True, help_text="What it was placed for; null for an amount.")
    meter = serializers.CharField(allow_null=True)
    quantity = Amount(allow_null=True, help_text="As it was estimated.")
    key = serializers.CharField(allow_null=True, help_text="The key that is used.")
    placed_at = Instant()
    expires_at = Instant()
    ended_at = Instant(allow_null=True)
    captured = Amount(allow_null=True, help_text="What was used of it.")
    charge = serializers.CharField(allow_null=True, help_text="The charge that captured it.")
    clauses = Clauses()


class CreditsShown(serializers.Serializer[Any]):
    """What the member has after it."""

    balance = Amount(help_text="What is there, held or not.")
    held = Amount(help_text="By all open holds.")
    unsettled = Amount(help_text="Used, and not burned yet.")
    available = Amount(help_text="What can be used now: balance − held − unsettled.")


class HoldAnswer(HoldShown):
    """A hold, and what its member has now."""

    credits = CreditsShown()


class CaptureShown(serializers.Serializer[Any]):
    """The use that was captured: a charge like any other."""

    id = serializers.CharField()
    quantity = Amount()
    amount = Amount()
    burned = Amount(help_text="Paid with credits.")
    owed = Amount(help_text="What goes on the invoice.")
    lots = AllocationShown(many=True, help_text="In the order of burning.")
    clauses = Clauses()
    at = Instant()


class CaptureAnswer(HoldAnswer):
    """A hold that was used, and the charge it became."""

    used = CaptureShown()


def hold_shown(row: Any, at: datetime) -> dict[str, Any]:
    """A hold as it is at `at`; the row comes with its use."""
    now, use = as_it_is(row, at), getattr(row, "use", None)
    of_meter = use if use is not None and use.meter.service.code != DIRECT else None
    return {
        "id": row.public_id,
        "member": row.member.public_id,
        "currency": row.member.currency,
        "state": now.state,
        "amount": row.amount,
        "held": now.held,
        "service": of_meter and of_meter.meter.service.code,
        "meter": of_meter and of_meter.meter.code,
        "quantity": of_meter and of_meter.quantity,
        "key": use.api_key.public_id if use is not None and use.api_key else None,
        "placed_at": row.at,
        "expires_at": row.expires_at,
        "ended_at": now.ended_at,
        "captured": row.captured,
        "charge": f"chg_{row.charge.hex}" if row.charge else None,
        "clauses": HELD_BY,
    }


def credits_shown(now: Balance) -> dict[str, Any]:
    return {"balance": now.total, "held": now.held, "unsettled": now.unsettled, "available": now.available}


def used_shown(done: Captured) -> dict[str, Any]:
    row = done.charge
    return {
        "id": row.public_id,
        "quantity": row.quantity,
        "amount": row.amount,
        "burned": row.burned,
        "owed": row.owed,
        "lots": done.allocations,
        "clauses": CLAUSES,
        "at": row.at,
    }
