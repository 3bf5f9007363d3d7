"""Balance, lots and ledger of a member (upstage/2.8, 15)."""

from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import OfMember, member_of
from accounts.models import Member
from credits import queries
from credits.api.shown import BalanceShown, EntryShown, LotShown
from credits.enums import EntryKind, LotKind
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.pages import PageParameters, page, page_of, paging
from upstage_console.kernel.api.reading import parameters

BALANCE = {
    "member": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1",
    "currency": "KRW",
    "paid": "8000",
    "free": "2000.5",
    "total": "10000.5",
    "held": "600",
    "unsettled": "6",
    "available": "9394.5",
    "debt": "0",
    "at": "2026-11-22T00:30:00Z",
}


AMOUNTS = ("paid", "free", "total", "held", "unsettled", "available", "debt")


class LotParameters(PageParameters, OfMember):
    """Which lots."""

    kind = serializers.ChoiceField(LotKind.choices, required=False)
    live = serializers.BooleanField(required=False, help_text="Only lots that can pay now, or only the others.")


class EntryParameters(PageParameters, OfMember):
    """Which entries."""

    kind = serializers.ChoiceField(EntryKind.choices, required=False)
    lot = serializers.CharField(required=False, max_length=64, help_text="Those of one lot.")


class ShowCredits(Operation):
    """What the member has now, and what of it can be used.

    Exact at this instant: a lot past its expiry counts for nothing, and a hold past its own holds nothing.
    """

    scope = "credits:read"

    @extend_schema(parameters=[OfMember], responses=BalanceShown, examples=[OpenApiExample("balance", value=BALANCE)])
    def get(self, request: Request) -> Response:
        member, at = member_of(request, parameters(request, OfMember)), asked_at(request)
        now = queries.balance(member.pk, at)
        shown = {name: getattr(now, name) for name in AMOUNTS}
        told = {"member": member.public_id, "currency": member.currency, "at": at}
        return Response(BalanceShown(told | shown).data)


class ListLots(Operation):
    """The member's lots, newest first."""

    scope = "credits:read"

    @extend_schema(parameters=[LotParameters], responses=page_of(LotShown))
    def get(self, request: Request) -> Response:
        asked, at = parameters(request, LotParameters), asked_at(request)
        member = member_of(request, asked)
        rows = queries.all_lots(member.pk)
        if "kind" in asked:
            rows = rows.filter(kind=asked["kind"])
        if "live" in asked:
            live = queries.live_lots(member.pk, at).values("pk")
            rows = rows.filter(pk__in=live) if asked["live"] else rows.exclude(pk__in=live)
        return Response(page(rows, _showing(LotShown, member, at), **paging(asked)))


class ListEntries(Operation):
    """The member's ledger, newest first: every movement with its clauses."""

    scope = "credits:read"

    @extend_schema(parameters=[EntryParameters], responses=page_of(EntryShown))
    def get(self, request: Request) -> Response:
        asked, at = parameters(request, EntryParameters), asked_at(request)
        member = member_of(request, asked)
        rows = queries.entries(member.pk)
        if "kind" in asked:
            rows = rows.filter(kind=asked["kind"])
        if "lot" in asked:
            rows = rows.filter(lot=queries.lot(member.pk, asked["lot"]))
        return Response(page(rows, _showing(EntryShown, member, at), by="sequence", **paging(asked)))


def _showing(serializer: type[serializers.Serializer[Any]], member: Member, at: datetime) -> Any:
    context = {"currency": member.currency, "at": at}
    return lambda row: serializer(row, context=context).data
