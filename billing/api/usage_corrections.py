"""Correcting a use that was reported too high."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import acting
from accounts.models import Member
from billing.api.uses import AllocationShown, Quantity
from billing.services import correcting, undoing
from billing.services.correcting import Corrected, Use
from upstage_console.kernel.api.fields import Amount, Clauses, Instant, Words
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.reading import StrictSerializer, read
from upstage_console.kernel.api.repeats import once
from upstage_console.kernel.money import CURRENCIES


class CorrectionAsked(StrictSerializer):
    """Which use, as it was reported, and how much it really was."""

    member = serializers.CharField(max_length=64)
    event = serializers.CharField(
        max_length=120, trim_whitespace=False, help_text="The id under which the use was reported."
    )
    at = Instant(help_text="The instant under which it was reported.")
    quantity = Quantity(
        required=True, help_text="What it really was: less than was reported; 0 where it was no use at all."
    )
    reason = Words(max_length=500, help_text="The member reads it.")


class CorrectionShown(serializers.Serializer[Any]):
    """What the correction changed."""

    id = serializers.CharField()
    member = serializers.CharField()
    event = serializers.CharField()
    at = Instant()
    charge = serializers.CharField()
    currency = serializers.ChoiceField(sorted(CURRENCIES))
    quantity_before = Amount()
    quantity = Amount()
    amount_before = Amount()
    amount = Amount(help_text="At the price of the use's own time.")
    lowered = Amount(help_text="What is no longer owed for it; this comes first.")
    restored = Amount(help_text="The credits that went back to the lots that paid, the one burned last first.")
    lots = AllocationShown(many=True)
    clauses = Clauses()
    corrected_at = Instant()


ASKED = {
    "member": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1",
    "event": "call-1",
    "at": "2026-11-22T09:00:00+09:00",
    "quantity": "2",
    "reason": "A page was counted twice.",
}
CORRECTED = {
    "id": "ucr_019aa5b0c3d77a52a3ccd3fbc1f0a1b6",
    "member": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1",
    "event": "call-1",
    "at": "2026-11-22T00:00:00Z",
    "charge": "chg_019aa5b0c3d77a52a3ccd3fbc1f0a1b4",
    "currency": "KRW",
    "quantity_before": "3",
    "quantity": "2",
    "amount_before": "6",
    "amount": "4",
    "lowered": "0",
    "restored": "2",
    "lots": [{"lot": "lot_019aa5b0c3d77a52a3ccd3fbc1f0a1b5", "kind": "free", "amount": "2"}],
    "clauses": [{"code": "upstage/20.3", "href": "https://console.example/terms/upstage/20.3"}],
    "corrected_at": "2026-11-22T00:30:00Z",
}


class CorrectUsage(Operation):
    """Correct a use that was reported too high, by reference: the event itself stays as it came.

    The difference is rated at the price of the event's own time. It is taken off what is still owed for the use, then
    goes back to the credits that paid. Nothing can be corrected once its month is archived, or while what is owed for
    it stands on an invoice.
    """

    scope = "usage:write"
    key_required = True

    @extend_schema(
        request=CorrectionAsked,
        responses={201: CorrectionShown},
        examples=[
            OpenApiExample("correction", value=ASKED, request_only=True),
            OpenApiExample("corrected", value=CORRECTED, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request) -> Response:
        asked = read(request, CorrectionAsked)
        return once(request, lambda: (201, _correct(request, asked)), required=True)


def _correct(request: Request, asked: dict[str, Any]) -> dict[str, Any]:
    member: Member = Member.objects.get_public(asked["member"])
    use = Use(member.pk, asked["at"], asked["event"])
    done = correcting.of_platform(
        use, quantity=asked["quantity"], reason=asked["reason"], by=acting(request), at=asked_at(request)
    )
    return _shown(member, done)


def _shown(member: Member, done: Corrected) -> dict[str, Any]:
    row = done.row
    shown = {
        "id": row.public_id, "member": member.public_id, "event": row.event_id, "at": row.occurred_at,
        "charge": row.charge.public_id, "currency": row.currency, "quantity_before": row.quantity_before,
        "quantity": row.quantity, "amount_before": row.amount_before, "amount": row.amount, "lowered": row.lowered,
        "restored": row.restored, "lots": done.allocations, "clauses": undoing.CLAUSES,
        "corrected_at": row.decided_at,
    }  # fmt: skip
    return dict(CorrectionShown(shown).data)
