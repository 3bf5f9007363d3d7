"""A member's auto-recharge (upstage/15-2, 15-3, 16.2)."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import OfMember, acting, member_of
from accounts.models import Member
from billing.api.purchases import AmountField
from billing.enums import PlanStatus, PurchaseMode
from billing.models import RechargePlan
from billing.models.recharging import RECURRING
from billing.queries import recharging as queries
from billing.rules.recharging import Choice
from billing.services import recharge_plans
from upstage_console.kernel.api.fields import Amount, Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.reading import NoParameters, StrictSerializer, parameters, read
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.money import CURRENCIES


class PlanAsked(StrictSerializer):
    """What recurs: how much, how often, on which day."""

    amount = AmountField(help_text="Without tax.")
    mode = serializers.ChoiceField(RECURRING)
    day = serializers.IntegerField(min_value=1, max_value=31, help_text="A month without it is charged on its last.")


class NextChargeShown(serializers.Serializer[Any]):
    """The next charge, as far as is known now."""

    on = serializers.DateField()
    total = Amount(source="quote.total", help_text="With tax.")
    bonus = Amount(source="quote.bonus", help_text="By the tiers published for that day.")
    bonus_until = serializers.DateField(source="ends_on", help_text="The last day of the cycle; its bonus ends then.")


class PlanShown(serializers.Serializer[RechargePlan]):
    """An auto-recharge."""

    id = serializers.CharField(source="public_id")
    status = serializers.ChoiceField(PlanStatus.choices)
    mode = serializers.ChoiceField(RECURRING)
    day = serializers.IntegerField()
    amount = Amount()
    currency = serializers.ChoiceField(sorted(CURRENCIES))
    next = NextChargeShown(allow_null=True, help_text="Null while it is paused, and once it has ended.")
    waits_for_approval = serializers.BooleanField(help_text="Whether a change waits for the company's approval.")
    created_at = Instant()
    ended_at = Instant(allow_null=True)


ASKED = {"amount": "50000", "mode": PurchaseMode.MONTHLY.value, "day": 31}
SHOWN = {
    "id": "rpl_019aa5b0c3d77a52a3ccd3fbc1f0a1b9", "status": "active", **ASKED, "currency": "KRW",
    "next": {"on": "2026-11-30", "total": "55000", "bonus": "5000", "bonus_until": "2026-12-30"},
    "waits_for_approval": False, "created_at": "2026-11-22T00:30:00Z", "ended_at": None,
}  # fmt: skip
EXAMPLE = OpenApiExample("plan", value=SHOWN, response_only=True, status_codes=["200"])


class ShowPlan(Operation):
    """The auto-recharge that runs or is paused, else the one that ended last.

    Refuses `not_found` where there never was one.
    """

    scope = "credits:read"
    refuses = (404,)

    @extend_schema(parameters=[OfMember], responses=PlanShown, examples=[EXAMPLE])
    def get(self, request: Request) -> Response:
        return Response(_shown(member_of(request, parameters(request, OfMember))))


class SetPlan(Operation):
    """Switch auto-recharge on, or change it.

    Nothing is charged now: the first charge is on the next such day. A change holds from the next charge, on the first
    new day after it, and the bonus of the option before ends there. A paused one is taken up again. Setting it agrees
    to the conditions of withdrawal of the day. A repeat changes nothing.
    """

    scope = "account:write"

    @extend_schema(
        request=PlanAsked,
        responses=PlanShown,
        examples=[OpenApiExample("asked", value=ASKED, request_only=True), EXAMPLE],
    )
    def put(self, request: Request) -> Response:
        parameters(request, NoParameters)
        member, asked = member_of(request, {}), read(request, PlanAsked)
        recharge_plans.set_plan(
            member_id=member.pk, choice=Choice(**asked), by=acting(request), at=asked_at(request)
        )  # fmt: skip
        return Response(_shown(member))


class CancelPlan(Operation):
    """Cancel auto-recharge: nothing more is charged, and what was recharged stays.

    Possible under any restriction. Once it has ended, `already_done`.
    """

    scope = "account:write"
    refuses = (404, 409)

    @extend_schema(request=None, responses=PlanShown, examples=[EXAMPLE])
    def delete(self, request: Request) -> Response:
        parameters(request, NoParameters)
        member = member_of(request, {})
        recharge_plans.cancel(member_id=member.pk, by=acting(request), at=asked_at(request))
        return Response(_shown(member))


def _shown(member: Member) -> dict[str, Any]:
    plan = queries.last_plan(member.pk)
    if plan is None:
        raise NotFound
    plan.next = queries.next_charge(plan)  # type: ignore[attr-defined]
    plan.waits_for_approval = queries.waiting_change(plan) is not None  # type: ignore[attr-defined]
    return dict(PlanShown(plan).data)
