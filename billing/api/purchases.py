"""Buying credits (upstage/15)."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import acting, member_of
from billing.enums import PurchaseMode, PurchaseStatus
from billing.models import Purchase
from billing.services import purchases
from upstage_console.kernel.api.fields import Amount, Digits, Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.reading import NoParameters, StrictSerializer, parameters, read
from upstage_console.kernel.api.repeats import request_of
from upstage_console.kernel.money import CURRENCIES


class AmountField(Digits):
    """An amount coming in, in the account's currency, without tax."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, min_value=0, **kwargs)


class PurchaseAsked(StrictSerializer):
    """How many credits; one costs one unit of the account's currency, VAT on top."""

    amount = AmountField(help_text="Without tax.")


class PurchaseShown(serializers.Serializer[Purchase]):
    """A purchase: total = amount + tax. The credits come with status `paid`."""

    id = serializers.CharField(source="public_id")
    status = serializers.ChoiceField(PurchaseStatus.choices)
    mode = serializers.ChoiceField(PurchaseMode.choices)
    currency = serializers.ChoiceField(sorted(CURRENCIES))
    amount = Amount()
    tax = Amount()
    total = Amount(help_text="What the card is charged.")
    credits = Amount(help_text="Paid credits.")
    bonus = Amount(help_text="Free credits that come with them, by the published tiers.")
    lot = serializers.CharField(allow_blank=True, help_text="The paid credits, once they are there.")
    bonus_lot = serializers.CharField(allow_blank=True, help_text="The bonus, once it is there.")
    conditions = serializers.CharField(help_text="The version of the conditions of withdrawal it was made under.")
    created_at = Instant()
    paid_at = Instant(allow_null=True)
    expires_on = serializers.DateField(allow_null=True, help_text="The last day of the paid credits, in Korea.")


SHOWN = {
    "id": "pur_019aa5b0c3d77a52a3ccd3fbc1f0a1b8", "status": "paid", "mode": "once", "currency": "KRW",
    "amount": "50000", "tax": "5000", "total": "55000", "credits": "50000", "bonus": "2500",
    "lot": "lot_019aa5b0c3d77a52a3ccd3fbc1f0a1b5", "bonus_lot": "lot_019aa5b0c3d77a52a3ccd3fbc1f0a1b6",
    "conditions": "2026-01", "created_at": "2026-11-22T00:30:00Z", "paid_at": "2026-11-22T00:30:00Z",
    "expires_on": "2031-11-22",
}  # fmt: skip


class BuyCredits(Operation):
    """Buy credits with the registered card.

    Only a member's own key buys, and it agrees to the conditions of withdrawal of the day. The card is charged once for
    each key. While the bank has not answered, the purchase is `pending`: it becomes `paid` or `failed` by itself, and
    the credits come with `paid`. A card that declines answers `payment_declined`; a new key tries again.
    """

    scope = "account:write"
    key_required = True

    @extend_schema(
        request=PurchaseAsked,
        responses={201: PurchaseShown},
        examples=[
            OpenApiExample("amount", value={"amount": "50000"}, request_only=True),
            OpenApiExample("paid", value=SHOWN, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request) -> Response:
        parameters(request, NoParameters)
        asked, member, key = read(request, PurchaseAsked), member_of(request, {}), request_of(request).name
        bought = purchases.buy(
            member_id=member.pk, amount=asked["amount"], key=f"api:{key}", by=acting(request), at=asked_at(request)
        )
        return Response(PurchaseShown(bought).data, status=201)
