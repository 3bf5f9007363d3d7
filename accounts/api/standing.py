"""What a member may do now, why not, and what takes it off again."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import get_language
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import OfMember, member_of
from accounts.enums import MemberStatus, RestrictionKind, RestrictionScope
from accounts.models import Restriction
from accounts.queries import standing
from accounts.queries.standing import HOW_TO_LIFT
from upstage_console.kernel.api.fields import Clauses, Instant
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.reading import parameters
from upstage_console.kernel.wording import tongue


class RestrictionShown(serializers.Serializer[Restriction]):
    """One fact that limits a member, in the caller's language."""

    kind = serializers.ChoiceField(RestrictionKind.choices)
    scope = serializers.ChoiceField(RestrictionScope.choices, help_text="What it stops; purchases it always stops.")
    why = serializers.SerializerMethodField(help_text="The sentence that was stored with it.")
    clauses = Clauses()
    starts_at = Instant()
    ends_at = Instant(allow_null=True, help_text="Null: when it is lifted.")
    how_to_lift = serializers.SerializerMethodField(help_text="What the member can do about it.")
    sanction = serializers.SerializerMethodField(help_text="The measure behind it: `GET /sanctions/{id}`.")

    def get_why(self, row: Restriction) -> str:
        why: str = getattr(row, f"why_{tongue(get_language())}") or row.why_ko
        return why

    def get_how_to_lift(self, row: Restriction) -> str:
        return str(HOW_TO_LIFT[RestrictionKind(row.kind)])

    def get_sanction(self, row: Restriction) -> str | None:
        return row.sanction.public_id if row.sanction else None


class StandingShown(serializers.Serializer[Any]):
    """What a member may do now, and why not; the weightiest restriction comes first."""

    member = serializers.CharField()
    status = serializers.ChoiceField(MemberStatus.choices)
    may_use = serializers.BooleanField(help_text="Every service.")
    may_use_free = serializers.BooleanField(help_text="The services that cost nothing.")
    may_buy = serializers.BooleanField(
        help_text="As far as standing goes; unpaid fees or a missing card may still be in the way."
    )
    restrictions = RestrictionShown(many=True)


SUSPENDED = {
    "member": "mem_019aa5b0c3d77a52a3ccd3fbc1f0a1b1",
    "status": "active",
    "may_use": False,
    "may_use_free": False,
    "may_buy": False,
    "restrictions": [
        {
            "kind": "suspension",
            "scope": "all",
            "why": "A temporary suspension under Article 7, paragraph 1, item 8, from 17 May 2027 to 26 June 2027.",
            "clauses": [{"code": "upstage/26.1", "href": "https://console.example/terms/upstage/26.1"}],
            "starts_at": "2027-05-17T00:00:00Z",
            "ends_at": "2027-06-26T15:00:00Z",
            "how_to_lift": "It ends by itself after its last day. If you think it is wrong, object.",
            "sanction": "san_019aa5b0c3d77a52a3ccd3fbc1f0a1b4",
        }
    ],
}


class ShowStanding(Operation):
    """What the member may do now, and why not.

    The sentences come in the language that `Accept-Language` asks for. Reading, paying what is due, objecting,
    exporting data and leaving stay open whatever stands here.
    """

    scope = "account:read"

    @extend_schema(
        parameters=[OfMember], responses=StandingShown, examples=[OpenApiExample("suspended", value=SUSPENDED)]
    )
    def get(self, request: Request) -> Response:
        member = member_of(request, parameters(request, OfMember))
        found = standing(member, at=asked_at(request))
        prefetch_related_objects(found.restrictions, "sanction")
        shown = {"member": member.public_id, "status": found.status, "restrictions": found.restrictions}
        shown |= {"may_use": found.may_use, "may_use_free": found.may_use_free, "may_buy": found.may_buy}
        return Response(StandingShown(shown).data)
