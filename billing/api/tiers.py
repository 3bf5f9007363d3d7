"""The published tables of bonus tiers, for everybody (upstage/15.2)."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.enums import PurchaseMode
from billing.models import Tier, TierTable
from billing.queries import tiers
from upstage_console.kernel.api.fields import Amount
from upstage_console.kernel.api.operations import PublicOperation
from upstage_console.kernel.api.reading import NoParameters, parameters
from upstage_console.kernel.money import CURRENCIES


class TierShown(serializers.Serializer[Tier]):
    """From this amount on, so many percent of it come as bonus credits."""

    mode = serializers.ChoiceField(PurchaseMode.choices)
    currency = serializers.ChoiceField(sorted(CURRENCIES))
    minimum = Amount(help_text="Without tax.")
    bonus_percent = Amount()
    valid_days = serializers.IntegerField(
        allow_null=True, help_text="How long the bonus of one purchase lasts; that of a cycle ends with it."
    )


class TableShown(serializers.Serializer[TierTable]):
    """A whole table: it holds from its day until the next one's."""

    effective_on = serializers.DateField()
    tiers = TierShown(many=True)


class TablesShown(serializers.Serializer[Any]):
    """Every table, announced, in force and past, the latest first."""

    items = TableShown(many=True)


TIER = {"mode": "monthly", "currency": "KRW", "minimum": "50000", "bonus_percent": "10", "valid_days": None}
SHOWN = {"items": [{"effective_on": "2026-11-01", "tiers": [TIER]}]}


class ListTiers(PublicOperation):
    """All published tables of bonus tiers, the latest first."""

    @extend_schema(responses=TablesShown, examples=[OpenApiExample("tiers", value=SHOWN, response_only=True)])
    def get(self, request: Request) -> Response:
        parameters(request, NoParameters)
        return Response(TablesShown({"items": tiers.published()}).data)
