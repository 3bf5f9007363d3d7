"""Holds: reserve credits for a use that is about to begin, then use them or let them go."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import OfMember, acting, member_of
from billing.api.holds_shown import (
    CaptureAnswer,
    HoldAnswer,
    HoldShown,
    credits_shown,
    hold_shown,
    used_shown,
)
from billing.api.uses import METERED, Quantity, UseAsked, refuse_fields, use_of
from billing.queries import holds as queries
from billing.services import holding
from billing.services.holding import Held
from upstage_console.kernel.api.fields import Whole
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.pages import PageParameters, page, page_of, paging
from upstage_console.kernel.api.reading import NoParameters, StrictSerializer, parameters, read
from upstage_console.kernel.api.repeats import once, request_of


class HoldAsked(UseAsked):
    """For whom, for what, and for how long."""

    member = serializers.CharField(max_length=64)
    expires_in = Whole(
        required=False, min_value=1, max_value=settings.HOLD_SECONDS_MOST,
        help_text=f"Seconds until it is over by itself; by default {settings.HOLD_SECONDS:,}.",
    )  # fmt: skip


class CaptureAsked(StrictSerializer):
    """What was really used: an amount, or a quantity – of what was held for, or of another service and meter."""

    amount = Quantity(help_text="In the member's currency.")
    quantity = Quantity()
    service = serializers.CharField(max_length=40, required=False, help_text="Where it is not the one held for.")
    meter = serializers.CharField(max_length=40, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = attrs.keys() & {*METERED, "amount"}
        if "amount" in given:
            refuse_fields(given - {"amount"}, _("Not with an amount."), "invalid")
        elif "quantity" not in given:
            refuse_fields({"amount", "quantity"}, _("One of the two."), "required")
        elif given != {"quantity"}:
            refuse_fields(set(METERED) - given, _("Needed."), "required")
        return attrs


class HoldParameters(PageParameters, OfMember):
    """Which holds."""

    live = serializers.BooleanField(required=False, help_text="Only holds that are open now, or only the others.")


ASKED = {
    "member": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1", "service": "solar-pro", "meter": "output-token",
    "quantity": "4000", "expires_in": 300,
}  # fmt: skip
HOLD = {
    "id": "hold_019aa5b0c3d77a52a3ccd3fbc1f0a1b6",
    "member": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1",
    "currency": "KRW",
    "state": "open",
    "amount": "1.2",
    "held": "1.2",
    "service": "solar-pro",
    "meter": "output-token",
    "quantity": "4000",
    "key": None,
    "placed_at": "2026-11-22T00:30:00Z",
    "expires_at": "2026-11-22T00:35:00Z",
    "ended_at": None,
    "captured": None,
    "charge": None,
    "clauses": [{"code": "upstage/15.3", "href": "https://console.example/terms/upstage/15.3"}],
}
PLACED = HOLD | {"credits": {"balance": "10000", "held": "1.2", "unsettled": "0", "available": "9998.8"}}
ENDED = {"held": "0", "ended_at": "2026-11-22T00:31:04Z"}
CAPTURED = HOLD | ENDED | {
    "state": "captured", "captured": "0.3", "charge": "chg_019aa5b0c3d77a52a3ccd3fbc1f0a1b4",
    "credits": {"balance": "9999.7", "held": "0", "unsettled": "0", "available": "9999.7"},
    "used": {
        "id": "chg_019aa5b0c3d77a52a3ccd3fbc1f0a1b4", "quantity": "1000", "amount": "0.3", "burned": "0.3", "owed": "0",
        "lots": [{"lot": "lot_019aa5b0c3d77a52a3ccd3fbc1f0a1b5", "kind": "free", "amount": "0.3"}],
        "clauses": HOLD["clauses"], "at": "2026-11-22T00:31:04Z",
    },
}  # fmt: skip
RELEASED = HOLD | ENDED | {
    "state": "released", "credits": {"balance": "10000", "held": "0", "unsettled": "0", "available": "10000"},
}  # fmt: skip


class PlaceHold(Operation):
    """Reserve credits for a use that is about to begin.

    What is held cannot be used otherwise, so that a long call never finds its credits gone, and two never spend the
    same. A quantity is held at the price of now. More than is available is refused; a member with a postpaid agreement
    holds what is there. A hold ends when it is captured or released, and otherwise by itself.
    """

    scope = "charges:write"
    key_required = True

    @extend_schema(
        request=HoldAsked,
        responses={201: HoldAnswer},
        examples=[
            OpenApiExample("quantity", value=ASKED, request_only=True),
            OpenApiExample("held", value=PLACED, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request) -> Response:
        asked = read(request, HoldAsked)
        return once(request, lambda: (201, _placed(request, asked)), required=True)


class ListHolds(Operation):
    """The member's holds, newest first."""

    scope = "credits:read"

    @extend_schema(parameters=[HoldParameters], responses=page_of(HoldShown))
    def get(self, request: Request) -> Response:
        asked, at = parameters(request, HoldParameters), asked_at(request)
        member = member_of(request, asked)
        rows = queries.holds(member.pk)
        if "live" in asked:
            rows = queries.live_holds(member.pk, at, live=asked["live"])
        return Response(page(rows, lambda row: HoldShown(hold_shown(row, at)).data, **paging(asked)))


class ShowHold(Operation):
    """One hold, as it is now."""

    scope = "credits:read"

    @extend_schema(parameters=[OfMember], responses=HoldShown, examples=[OpenApiExample("hold", value=HOLD)])
    def get(self, request: Request, hold: str) -> Response:
        member = member_of(request, parameters(request, OfMember))
        return Response(HoldShown(hold_shown(queries.hold(member.pk, hold), asked_at(request))).data)


class CaptureHold(Operation):
    """Burn what was really used of a hold, and free the rest.

    The use is a charge like any other, rated at the price of its own time. At most what was held can be captured
    (`hold_exceeded`), once, while the hold lasts. The hold's own credits pay, also those that expired meanwhile. A
    restriction does not stop it: what has been used is charged.
    """

    scope = "charges:write"
    key_required = True

    @extend_schema(
        request=CaptureAsked,
        responses=CaptureAnswer,
        examples=[
            OpenApiExample("amount", value={"amount": "0.3"}, request_only=True),
            OpenApiExample("quantity", value={"quantity": "1000"}, request_only=True),
            OpenApiExample("captured", value=CAPTURED, response_only=True),
        ],
    )
    def post(self, request: Request, hold: str) -> Response:
        asked = read(request, CaptureAsked)
        return once(request, lambda: (200, _captured(request, hold, asked)), required=True)


class ReleaseHold(Operation):
    """Free everything a hold reserves; nothing is used."""

    scope = "charges:write"
    key_required = True

    @extend_schema(
        request=None, responses=HoldAnswer, examples=[OpenApiExample("released", value=RELEASED, response_only=True)]
    )
    def post(self, request: Request, hold: str) -> Response:
        read(request, NoParameters)
        return once(request, lambda: (200, _released(request, hold)), required=True)


def _placed(request: Request, asked: dict[str, Any]) -> dict[str, Any]:
    seconds, at = asked.get("expires_in"), asked_at(request)
    done = holding.place(
        member_id=asked["member"], use=use_of(asked), expires_in=seconds and timedelta(seconds=seconds),
        by=acting(request), at=at, key=request_of(request).name,
    )  # fmt: skip
    return _held(done, at)


def _released(request: Request, hold: str) -> dict[str, Any]:
    at = asked_at(request)
    return _held(holding.release(hold=hold, by=acting(request), at=at), at)


def _held(done: Held, at: datetime) -> dict[str, Any]:
    return dict(HoldAnswer(hold_shown(done.hold, at) | {"credits": credits_shown(done.credits)}).data)


def _captured(request: Request, hold: str, asked: dict[str, Any]) -> dict[str, Any]:
    at = asked_at(request)
    use = None if asked.keys() == {"quantity"} else use_of(asked)
    done = holding.capture(hold=hold, use=use, quantity=asked.get("quantity"), by=acting(request), at=at)
    told = {"credits": credits_shown(done.held.credits), "used": used_shown(done)}
    return dict(CaptureAnswer(hold_shown(done.held.hold, at) | told).data)
