"""Who am I, and what may I do."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import OfMember, key_of, member_of
from accounts.enums import MemberKind, MemberStatus, RestrictionKind
from accounts.models import ApiKey, Member
from accounts.queries import Standing, standing
from upstage_console.kernel.api.fields import Clauses, Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.reading import NoParameters, parameters
from upstage_console.kernel.money import CURRENCIES


class KeyShown(serializers.Serializer[ApiKey]):
    """The key that asks."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    issued_at = Instant()
    expires_at = Instant(allow_null=True)


class MemberShown(serializers.Serializer[Member]):
    """A member, without what a program needs not know."""

    id = serializers.CharField(source="public_id")
    name = serializers.CharField()
    kind = serializers.ChoiceField(MemberKind.choices)
    status = serializers.ChoiceField(MemberStatus.choices)
    currency = serializers.ChoiceField(sorted(CURRENCIES))
    country = serializers.CharField()
    is_sandbox = serializers.BooleanField()


class MeShown(serializers.Serializer[ApiKey]):
    """A key and, unless it is a platform key, its member."""

    key = KeyShown(source="*")
    member = MemberShown(allow_null=True)


class RestrictionShown(serializers.Serializer[Any]):
    """One fact that limits a member."""

    kind = serializers.ChoiceField(RestrictionKind.choices)
    clauses = Clauses()
    ends_at = Instant(allow_null=True, help_text="Null: when it is lifted.")


class StandingShown(serializers.Serializer[Any]):
    """What a member may do now, and why not."""

    member = serializers.CharField()
    status = serializers.ChoiceField(MemberStatus.choices)
    may_use = serializers.BooleanField()
    restrictions = RestrictionShown(many=True)


ME = {
    "key": {
        "id": "key_019aa5b0c3d77a52a3ccd3fbc1f0a1b2",
        "name": "Translation service",
        "scopes": ["account:read", "credits:read"],
        "issued_at": "2026-11-02T05:00:00Z",
        "expires_at": None,
    },
    "member": {
        "id": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1",
        "name": "김하늘",
        "kind": "individual",
        "status": "active",
        "currency": "KRW",
        "country": "KR",
        "is_sandbox": False,
    },
}


class Me(Operation):
    """Who the key is, and whose."""

    scope = "account:read"

    @extend_schema(responses=MeShown, examples=[OpenApiExample("a member's key", value=ME)])
    def get(self, request: Request) -> Response:
        parameters(request, NoParameters)
        return Response(MeShown(key_of(request)).data)


class ShowStanding(Operation):
    """What the member may do now, and which clauses limit it."""

    scope = "account:read"

    @extend_schema(parameters=[OfMember], responses=StandingShown)
    def get(self, request: Request) -> Response:
        member = member_of(request, parameters(request, OfMember))
        return Response(_standing(member, standing(member, at=asked_at(request))))


def _standing(member: Member, found: Standing) -> dict[str, Any]:
    shown = {"member": member.public_id, "status": found.status, "may_use": found.may_use}
    return dict(StandingShown(shown | {"restrictions": found.restrictions}).data)
