"""Topping up when the balance runs low (upstage/15.2)."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import OfMember, acting, member_of
from accounts.models import Member
from billing.api.purchases import AmountField
from billing.enums import TopUpEnd, TopUpStatus
from billing.models import TopUp
from billing.queries import topping as queries
from billing.rules.topping import MOST_A_DAY
from billing.services import topping
from billing.services.topping import Wish
from upstage_console.kernel.api.fields import Amount, Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.reading import NoParameters, StrictSerializer, parameters, read
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.money import CURRENCIES


class TopUpAsked(StrictSerializer):
    """Below this, buy that much, at most so often a day."""

    below = AmountField(help_text="What can be used, in the account's currency.")
    amount = AmountField(help_text="What is bought then, without tax.")
    most_a_day = serializers.IntegerField(
        min_value=1, max_value=MOST_A_DAY, help_text="More often than that nothing is bought on one day (KST)."
    )


class TopUpShown(serializers.Serializer[TopUp]):
    """A top-up."""

    id = serializers.CharField(source="public_id")
    status = serializers.ChoiceField(TopUpStatus.choices)
    off_because = serializers.ChoiceField(TopUpEnd.choices, allow_blank=True, help_text="Empty while it is on.")
    below = Amount()
    amount = Amount(help_text="Without tax.")
    most_a_day = serializers.IntegerField()
    currency = serializers.ChoiceField(sorted(CURRENCIES))
    declines = serializers.IntegerField(help_text="Declined so often in a row; the third time it goes off.")
    not_before = Instant(allow_null=True, help_text="Until then nothing is bought: after a decline, or often enough.")
    conditions = serializers.CharField(help_text="The version of the conditions of withdrawal it was agreed under.")
    set_at = Instant()
    ended_at = Instant(allow_null=True)


ASKED = {"below": "5000", "amount": "30000", "most_a_day": 1}
SHOWN = {
    "id": "top_019aa5b0c3d77a52a3ccd3fbc1f0a1ba", "status": "on", "off_because": "", **ASKED, "currency": "KRW",
    "declines": 0, "not_before": None, "conditions": "2026-03-10", "set_at": "2026-11-22T00:30:00Z", "ended_at": None,
}  # fmt: skip
EXAMPLE = OpenApiExample("top-up", value=SHOWN, response_only=True, status_codes=["200"])


class ShowTopUp(Operation):
    """The top-up that is on, else the one that was on last.

    Refuses `not_found` where there never was one.
    """

    scope = "credits:read"
    refuses = (404,)

    @extend_schema(parameters=[OfMember], responses=TopUpShown, examples=[EXAMPLE])
    def get(self, request: Request) -> Response:
        return Response(_shown(member_of(request, parameters(request, OfMember))))


class SetTopUp(Operation):
    """Switch topping up on, in place of an earlier one.

    Nothing is bought in this moment, only once what can be used is below `below`; never while a top-up is under way,
    and no more after three declines in a row. Setting it agrees to the conditions of withdrawal of the day. A repeat
    changes nothing.
    """

    scope = "account:write"

    @extend_schema(
        request=TopUpAsked,
        responses=TopUpShown,
        examples=[OpenApiExample("asked", value=ASKED, request_only=True), EXAMPLE],
    )
    def put(self, request: Request) -> Response:
        parameters(request, NoParameters)
        member, asked = member_of(request, {}), read(request, TopUpAsked)
        topping.set_top_up(member_id=member.pk, wish=Wish(**asked), by=acting(request), at=asked_at(request))
        return Response(_shown(member))


class StopTopUp(Operation):
    """Switch topping up off: nothing more is bought, and what was bought stays.

    Possible under any restriction. Where it is off, `already_done`.
    """

    scope = "account:write"
    refuses = (409,)

    @extend_schema(request=None, responses=TopUpShown, examples=[EXAMPLE])
    def delete(self, request: Request) -> Response:
        parameters(request, NoParameters)
        member = member_of(request, {})
        topping.stop(member_id=member.pk, by=acting(request), at=asked_at(request))
        return Response(_shown(member))


def _shown(member: Member) -> dict[str, Any]:
    rule = queries.last_top_up(member.pk)
    if rule is None:
        raise NotFound
    return dict(TopUpShown(rule).data)
