"""Charging one use at once."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import acting, key_of
from accounts.models import ApiKey, Member
from billing.rules.rating import MOST_QUANTITY
from billing.services import charging
from billing.services.charging import Charged, Use
from billing.services.settlement import CLAUSES
from credits.enums import LotKind
from upstage_console.kernel import idempotency
from upstage_console.kernel.api.fields import Amount, Clauses, Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.reading import StrictSerializer, read
from upstage_console.kernel.api.repeats import given_key, once
from upstage_console.kernel.money import CURRENCIES


class ChargeAsked(StrictSerializer):
    """What was used: a quantity of a meter, or an amount of the member's currency."""

    member = serializers.CharField(max_length=64)
    service = serializers.CharField(max_length=40, required=False)
    meter = serializers.CharField(max_length=40, required=False)
    quantity = serializers.DecimalField(
        max_digits=16, decimal_places=6, min_value=0, max_value=int(MOST_QUANTITY), required=False
    )
    amount = serializers.DecimalField(
        max_digits=16, decimal_places=6, min_value=0, max_value=int(MOST_QUANTITY), required=False
    )
    key = serializers.CharField(max_length=64, required=False, help_text="The key that was used: `key_…`.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        metered = {"service", "meter", "quantity"} & attrs.keys()
        if "amount" in attrs:
            wrong = {name: [serializers.ErrorDetail("Not with an amount.", code="invalid")] for name in metered}
        else:
            missing = {"service", "meter", "quantity"} - attrs.keys()
            wrong = {name: [serializers.ErrorDetail("Needed.", code="required")] for name in missing}
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


class AllocationShown(serializers.Serializer[Any]):
    """What one lot paid."""

    lot = serializers.CharField()
    kind = serializers.ChoiceField(LotKind.choices)
    amount = Amount()


class ChargeShown(serializers.Serializer[Any]):
    """What the use cost, and which lots paid for it."""

    id = serializers.CharField()
    member = serializers.CharField()
    currency = serializers.ChoiceField(sorted(CURRENCIES))
    quantity = Amount()
    amount = Amount()
    burned = Amount(help_text="Paid with credits.")
    owed = Amount(help_text="What goes on the invoice.")
    balance = Amount(help_text="What is left to use.")
    lots = AllocationShown(many=True, help_text="In the order of burning: free before paid, the earliest expiry first.")
    clauses = Clauses()
    at = Instant()


ASKED = {"member": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1", "service": "ocr", "meter": "page", "quantity": "3"}
CHARGED = {
    "id": "chg_019aa5b0c3d77a52a3ccd3fbc1f0a1b4",
    "member": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1",
    "currency": "KRW",
    "quantity": "3",
    "amount": "6",
    "burned": "6",
    "owed": "0",
    "balance": "9994.5",
    "lots": [{"lot": "lot_019aa5b0c3d77a52a3ccd3fbc1f0a1b5", "kind": "free", "amount": "6"}],
    "clauses": [{"code": "upstage/15.3", "href": "https://console.example/terms/upstage/15.3"}],
    "at": "2026-11-22T00:30:00Z",
}


class MakeCharge(Operation):
    """Charge one use at once.

    Credits pay in the order of the terms. A prepaid member's use larger than the balance is refused whole, and nothing
    is burned; with a postpaid agreement the rest is owed.
    """

    scope = "charges:write"
    key_required = True

    @extend_schema(
        request=ChargeAsked,
        responses={201: ChargeShown},
        examples=[
            OpenApiExample("use", value=ASKED, request_only=True),
            OpenApiExample("charged", value=CHARGED, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request) -> Response:
        asked = read(request, ChargeAsked)
        return once(request, lambda: (201, _charge(request, asked)), required=True)


def _charge(request: Request, asked: dict[str, Any]) -> dict[str, Any]:
    member: Member = Member.objects.get_public(asked["member"])
    at, name = asked_at(request), idempotency.fingerprint(key_of(request).public_id, given_key(request) or "")
    done = charging.charge(member_id=member.pk, use=_use(member, asked), by=acting(request), at=at, key=name)
    return _shown(member, done)


def _use(member: Member, asked: dict[str, Any]) -> Use:
    key = ApiKey.objects.filter(member=member).get_public(asked["key"]).pk if "key" in asked else None
    if "amount" in asked:
        return Use.of_amount(asked["amount"], key_id=key)
    return Use(asked["service"], asked["meter"], asked["quantity"], key_id=key)


def _shown(member: Member, done: Charged) -> dict[str, Any]:
    row = done.charge
    shown = {
        "id": row.public_id,
        "member": member.public_id,
        "currency": row.currency,
        "quantity": row.quantity,
        "amount": row.amount,
        "burned": row.burned,
        "owed": row.owed,
        "balance": done.balance,
        "lots": done.allocations,
        "clauses": CLAUSES,
        "at": row.at,
    }
    return dict(ChargeShown(shown).data)
