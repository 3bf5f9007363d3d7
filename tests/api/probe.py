"""Operations that exist for the tests of the conventions alone, beside all real ones."""

from typing import Any

from django.db import OperationalError
from django.urls import include, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.errors import UnderFourteen
from accounts.models import Notice
from upstage_console.kernel.api.fields import Instant
from upstage_console.kernel.api.operations import Operation, PublicOperation
from upstage_console.kernel.api.pages import PageParameters, page
from upstage_console.kernel.api.reading import StrictSerializer, parameters, read
from upstage_console.kernel.api.repeats import once
from upstage_console.kernel.api.short import ShortOperation
from upstage_console.urls import handler400, handler404, handler500  # noqa: F401
from upstage_console.urls import urlpatterns as real

done: list[str] = []


class Asked(StrictSerializer):
    word = serializers.CharField(max_length=20)
    amount = serializers.DecimalField(max_digits=20, decimal_places=6, required=False)
    at = Instant(required=False)


class Echo(Operation):
    scope = "account:read"

    def post(self, request: Request) -> Response:
        asked = read(request, Asked)
        if asked["word"] == "refuse":
            raise UnderFourteen(facts={"age": 14, "on": "2026-11-02", "years": 13})

        def work() -> tuple[int, Any]:
            done.append(asked["word"])
            return 201, asked

        return once(request, work)


class ShortEcho(ShortOperation):
    scope = Echo.scope
    post = Echo.post


class ShortlyBroken(ShortOperation):
    scope = "account:read"

    def post(self, request: Request) -> Response:
        raise OperationalError("no connection") if request.data else ZeroDivisionError("secret detail")


class Paid(Operation):
    scope = "account:read"

    def post(self, request: Request) -> Response:
        return once(request, lambda: (200, read(request, Asked)), required=True)


class Broken(PublicOperation):
    def get(self, request: Request, how: str) -> Response:
        raise OperationalError("no connection") if how == "busy" else ZeroDivisionError("secret detail")


class Listed(Operation):
    scope = "account:read"

    def get(self, request: Request) -> Response:
        asked = parameters(request, PageParameters)
        rows = Notice.objects.filter(member=request.auth.member)
        return Response(page(rows, lambda row: row.key, **asked))


class Unsaid(APIView):
    """Says nothing about who may call it."""

    def get(self, request: Request) -> Response:
        return Response({})


urlpatterns = [
    path(
        "api/v1/probe/",
        include(
            [
                path("echo", Echo.as_view()),
                path("short-echo", ShortEcho.as_view()),
                path("shortly-broken", ShortlyBroken.as_view()),
                path("paid", Paid.as_view()),
                path("broken/<str:how>", Broken.as_view()),
                path("listed", Listed.as_view()),
                path("unsaid", Unsaid.as_view()),
            ]
        ),
    ),
    *real,
]
