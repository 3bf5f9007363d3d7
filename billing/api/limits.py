"""A member's own limits on spending, and when they want to be told."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import OfMember, acting, member_of
from accounts.models import Member
from billing.queries.limits import Spending, spending
from billing.rules.limits import Limits
from billing.services import limits
from upstage_console.kernel.api.fields import Amount, Digits, Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.reading import NoParameters, StrictSerializer, parameters, read
from upstage_console.kernel.money import CURRENCIES


class LimitField(Digits):
    """A limit coming in: an amount, or null for none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=19, decimal_places=6, min_value=0, allow_null=True, **kwargs)


class LimitsAsked(StrictSerializer):
    """All three limits: what is null ends."""

    soft = LimitField(help_text="Tell me when the month's spending reaches this.")
    hard = LimitField(help_text="Refuse new calls, charges and holds that would pass this.")
    low_balance = LimitField(help_text="Tell me when fewer credits than this can be used.")


class LimitsShown(serializers.Serializer[Spending]):
    """The limits, and where the month stands beside them. Spending counts at its price, before credits."""

    member = serializers.SerializerMethodField()
    currency = serializers.SerializerMethodField()
    month = serializers.SerializerMethodField(help_text="The billing month, in Korea: `2026-11`.")
    spent = Amount(help_text="Used in this month, settled or not.")
    held = Amount(help_text="Promised away by open holds; it counts against the hard limit.")
    soft = Amount(source="limits.soft", allow_null=True)
    hard = Amount(source="limits.hard", allow_null=True)
    low_balance = Amount(source="limits.low_balance", allow_null=True)
    left = Amount(allow_null=True, help_text="What may still be used or held; null without a hard limit.")
    ends_at = Instant(help_text="When the next month begins, and its spending with 0.")

    def get_member(self, _shown: Spending) -> str:
        return str(self.context["member"].public_id)

    @extend_schema_field(serializers.ChoiceField(sorted(CURRENCIES)))
    def get_currency(self, _shown: Spending) -> str:
        return str(self.context["member"].currency)

    @extend_schema_field({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"})
    def get_month(self, shown: Spending) -> str:
        return f"{shown.month:%Y-%m}"


ASKED = {"soft": "80000", "hard": "100000", "low_balance": "5000"}
SHOWN = {
    "member": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1",
    "currency": "KRW",
    "month": "2026-11",
    "spent": "43210.5",
    "held": "0",
    **ASKED,
    "left": "56789.5",
    "ends_at": "2026-11-30T15:00:00Z",
}


class ShowLimits(Operation):
    """The member's own limits, and this month's spending.

    They are the member's own wish: no clause of the terms asks for them.
    """

    scope = "account:read"

    @extend_schema(parameters=[OfMember], responses=LimitsShown, examples=[OpenApiExample("limits", value=SHOWN)])
    def get(self, request: Request) -> Response:
        return Response(_shown(request, member_of(request, parameters(request, OfMember))))


class SetLimits(Operation):
    """Set the member's own limits.

    All three are given; null is no limit. A hard limit refuses new calls, charges and holds with `spending_limit`, and
    never what has been used already: that is charged as ever. A repeat changes nothing.
    """

    scope = "account:write"

    @extend_schema(
        request=LimitsAsked,
        responses=LimitsShown,
        examples=[
            OpenApiExample("asked", value=ASKED, request_only=True),
            OpenApiExample("limits", value=SHOWN, response_only=True, status_codes=["200"]),
        ],
    )
    def put(self, request: Request) -> Response:
        parameters(request, NoParameters)
        member, asked = member_of(request, {}), read(request, LimitsAsked)
        limits.set_limits(member_id=member.pk, limits=Limits(**asked), by=acting(request), at=asked_at(request))
        return Response(_shown(request, member))


def _shown(request: Request, member: Member) -> dict[str, Any]:
    found = spending(member.pk, asked_at(request))
    return dict(LimitsShown(found, context={"member": member}).data)
