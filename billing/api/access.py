"""The gateway's question before every call: may it run?"""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing.api.short_access import LONGEST, SCOPE, question, short_answer, shown
from billing.queries.access import Access, access
from upstage_console.kernel.api.fields import Amount, Clauses, Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.reading import StrictSerializer, read
from upstage_console.kernel.api.repeats import HEADER, once
from upstage_console.kernel.money import CURRENCIES


class AccessAsked(StrictSerializer):
    """Which key wants to call which service."""

    key = serializers.CharField(max_length=LONGEST, trim_whitespace=False, help_text="The member's key, as it came.")
    service = serializers.CharField(max_length=LONGEST, trim_whitespace=False, help_text="The service's code.")


class AccessShown(serializers.Serializer[Access]):
    """Whether the call may run. Of a key that opens nothing, nothing more is told."""

    allowed = serializers.BooleanField()
    code = serializers.CharField(help_text="`allowed`, or why not.")
    clauses = Clauses()
    member = serializers.CharField(allow_null=True)
    prepaid = serializers.BooleanField(allow_null=True, help_text="Whether credits have to cover the call.")
    available = Amount(allow_null=True)
    currency = serializers.ChoiceField(sorted(CURRENCIES), allow_null=True)
    retry_at = Instant(allow_null=True, help_text="When it is worth asking again, where that is known.")


ASKED = {"key": "uc_live_…", "service": "document-parse"}
ALLOWED = {
    "allowed": True,
    "code": "allowed",
    "clauses": [],
    "member": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1",
    "prepaid": True,
    "available": "10000.5",
    "currency": "KRW",
    "retry_at": None,
}
REFUSED = ALLOWED | {
    "allowed": False,
    "code": "insufficient_credits",
    "clauses": [{"code": "upstage/15.3", "href": "https://console.example/terms/upstage/15.3"}],
    "available": "0",
}
RESTRICTED = ALLOWED | {
    "allowed": False,
    "code": "restricted",
    "clauses": [
        {"code": "upstage/26.1", "href": "https://console.example/terms/upstage/26.1"},
        {"code": "upstage/7.1.8", "href": "https://console.example/terms/upstage/7.1.8"},
    ],
    "retry_at": "2026-11-30T15:00:00Z",
}


class CheckAccess(Operation):
    """May this key call this service now?

    Key, membership, restrictions, agreement to the terms, price and balance, all as of this instant. The answer is 200
    either way; `allowed` says which. A restriction that ends by itself says when in `retry_at`. Ask before each call
    and report what was used with `POST /usage-events`.
    """

    scope = SCOPE

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return short_answer(request) or super().dispatch(request, *args, **kwargs)

    @extend_schema(
        request=AccessAsked,
        responses=AccessShown,
        examples=[
            OpenApiExample("question", value=ASKED, request_only=True),
            OpenApiExample("allowed", value=ALLOWED, response_only=True),
            OpenApiExample("refused", value=REFUSED, response_only=True),
            OpenApiExample("restricted", value=RESTRICTED, response_only=True),
        ],
    )
    def post(self, request: Request) -> Response:
        key, service = _asked(request)
        if HEADER in request.headers:
            return once(request, lambda: (200, shown(access(key, service, at=asked_at(request)))))
        return Response(shown(access(key, service, at=asked_at(request))))


def _asked(request: Request) -> tuple[str, str]:
    asked = question(request.data)
    if asked is not None:
        return asked
    checked = read(request, AccessAsked)
    return checked["key"], checked["service"]
