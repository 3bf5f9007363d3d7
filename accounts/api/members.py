"""Who am I."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import key_of
from accounts.enums import MemberKind, MemberStatus
from accounts.models import ApiKey, Member
from upstage_console.kernel.api.fields import Instant
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
