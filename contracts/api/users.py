"""Users of a contract: listed, invited, taken out (rift/6)."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.enums import Language
from contracts.api.callers import acting, contract_of
from contracts.enums import SeatRole
from contracts.models import Seat
from contracts.queries.people import seats_at
from contracts.services import seats
from contracts.services.seats import Invited
from upstage_console.kernel.api.fields import Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.pages import PageParameters, page, page_of, paging
from upstage_console.kernel.api.reading import NoParameters, StrictSerializer, parameters, read
from upstage_console.kernel.api.repeats import once


class UserShown(serializers.Serializer[Seat]):
    """Somebody who has a seat."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    email = serializers.CharField(source="user.email", allow_null=True, default=None)
    role = serializers.ChoiceField(SeatRole.choices)
    since = Instant(source="from_at")
    until = Instant(source="until_at", allow_null=True)


class UserAsked(StrictSerializer):
    """Whom to invite."""

    name = serializers.CharField(max_length=80)
    email = serializers.EmailField(max_length=254)
    language = serializers.ChoiceField(Language.choices, required=False, help_text="Of the mails; the firm's without.")


USER = {
    "id": "seat_019aa5b0c3d77a52a3ccd3fbc1f0a1c1", "name": "박하늘", "email": "park@customer.example", "role": "user",
    "since": "2026-11-22T00:30:00Z", "until": None,
}  # fmt: skip


class ListUsers(Operation):
    """Who has a seat now, the newest first."""

    scope = "contracts:read"

    @extend_schema(parameters=[PageParameters], responses=page_of(UserShown))
    def get(self, request: Request, contract: str) -> Response:
        asked = parameters(request, PageParameters)
        access = contract_of(request, contract)
        rows = seats_at(access.contract, access.at).select_related("user")
        return Response(page(rows, lambda row: UserShown(row).data, **paging(asked)))


class InviteUser(Operation):
    """Give somebody a seat and mail them the way in; the seat is billed by days from now on.

    Administrators are issued by staff alone. Refuses `service_suspended` while the service stands still.
    """

    scope = "contracts:write"
    refuses = (403, 404, 409, 422)

    @extend_schema(
        request=UserAsked,
        responses={201: UserShown},
        examples=[
            OpenApiExample("asked", value={"name": "박하늘", "email": "park@customer.example"}, request_only=True),
            OpenApiExample("invited", value=USER, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request, contract: str) -> Response:
        parameters(request, NoParameters)
        asked = read(request, UserAsked)
        return once(request, lambda: (201, _invite(request, contract, asked)))


def _invite(request: Request, contract: str, asked: dict[str, Any]) -> Any:
    access = contract_of(request, contract)
    access.require_may_begin()
    language = asked.get("language") or access.contract.customer.firm.language
    given = Invited(asked["name"], asked["email"], SeatRole.USER, language)
    made = seats.invite(contract, given, by=acting(access), at=asked_at(request))
    return UserShown(made).data


class RemoveUser(Operation):
    """Take a seat back, at once: sessions and keys of who had it end (rift/6.3). One administrator always stays."""

    scope = "contracts:write"
    refuses = (403, 404, 409)

    @extend_schema(request=None, responses=UserShown)
    def delete(self, request: Request, contract: str, user: str) -> Response:
        parameters(request, NoParameters)
        access = contract_of(request, contract)
        access.require_may_act()
        row = seats.close(contract, user, by=acting(access), at=asked_at(request))
        return Response(UserShown(row).data)
