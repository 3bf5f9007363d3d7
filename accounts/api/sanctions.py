"""The measures against a member, their statements of reasons, and objecting to them (upstage/3.4, 11.2, 26)."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import OfMember, acting, member_of
from accounts.enums import ObjectionStatus, SanctionKind, SanctionStatus, Source
from accounts.models import Objection, Sanction, Statement
from accounts.queries import sanction_of_member, sanctions_of_member
from accounts.queries.conduct import UNTOLD
from accounts.services import objections
from upstage_console.kernel.api.fields import Clauses, Instant, Words
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation
from upstage_console.kernel.api.pages import PageParameters, page, page_of, paging
from upstage_console.kernel.api.reading import NoParameters, StrictSerializer, parameters, read
from upstage_console.kernel.api.repeats import once

TOLD = [choice for choice in SanctionStatus.choices if choice[0] not in UNTOLD]


class SanctionParameters(PageParameters, OfMember):
    """Which measures."""

    status = serializers.ChoiceField(TOLD, required=False)


class ObjectionShown(serializers.Serializer[Objection]):
    """An objection and what became of it."""

    id = serializers.CharField(source="public_id")
    status = serializers.ChoiceField(ObjectionStatus.choices)
    text = serializers.CharField()
    submitted_at = Instant()
    decided_at = Instant(allow_null=True)
    answer = serializers.CharField(allow_blank=True)


class StatementShown(serializers.Serializer[Statement]):
    """The statement of reasons, in Korean, which binds, and in English. It never changes."""

    id = serializers.CharField(source="public_id")
    measure_ko = serializers.CharField()
    measure_en = serializers.CharField()
    facts_ko = serializers.CharField()
    facts_en = serializers.CharField()
    scope_ko = serializers.CharField()
    scope_en = serializers.CharField()
    redress_ko = serializers.CharField()
    redress_en = serializers.CharField()
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a serializer's own `source` is another thing
        Source.choices, help_text="How the facts came to be known."
    )
    found_automatically = serializers.BooleanField()
    decided_automatically = serializers.BooleanField()
    is_unlawful = serializers.BooleanField(help_text="Whether it also appears to be against the law.")
    at = Instant()


class SanctionShown(serializers.Serializer[Sanction]):
    """A measure: on which clause, from when to when, and until when to object."""

    id = serializers.CharField(source="public_id")
    kind = serializers.ChoiceField(SanctionKind.choices)
    status = serializers.ChoiceField(TOLD)
    ground = serializers.CharField(help_text="The clause that was violated.")
    clauses = Clauses()
    starts_at = Instant()
    ends_at = Instant(allow_null=True, help_text="Null: it has no end.")
    object_until = serializers.DateField(allow_null=True, help_text="The last day (KST) to object.")
    objection = serializers.SerializerMethodField()

    @extend_schema_field(ObjectionShown(allow_null=True))
    def get_objection(self, row: Sanction) -> Any:
        found = getattr(row, "objection", None)
        return None if found is None else ObjectionShown(found).data


class SanctionWithStatement(SanctionShown):
    """A measure with its statement of reasons."""

    statement = StatementShown()


class ObjectionAsked(StrictSerializer):
    """What speaks against the measure."""

    text = Words(max_length=objections.LONGEST_TEXT)


OBJECTION = {
    "id": "obj_019aa5b0c3d77a52a3ccd3fbc1f0a1b5",
    "status": "submitted",
    "text": "The key was stolen; we have revoked it.",
    "submitted_at": "2027-05-18T01:00:00Z",
    "decided_at": None,
    "answer": "",
}


class ListSanctions(Operation):
    """Every measure that ever held against the member, newest first."""

    scope = "account:read"

    @extend_schema(parameters=[SanctionParameters], responses=page_of(SanctionShown))
    def get(self, request: Request) -> Response:
        asked = parameters(request, SanctionParameters)
        rows = sanctions_of_member(member_of(request, asked).pk)
        if "status" in asked:
            rows = rows.filter(status=asked["status"])
        return Response(page(rows, lambda row: SanctionShown(row).data, **paging(asked)))


class ShowSanction(Operation):
    """One measure with its statement of reasons."""

    scope = "account:read"

    @extend_schema(parameters=[OfMember], responses=SanctionWithStatement)
    def get(self, request: Request, sanction: str) -> Response:
        member = member_of(request, parameters(request, OfMember))
        return Response(SanctionWithStatement(sanction_of_member(member.pk, sanction)).data)


class ObjectToSanction(Operation):
    """Object to a measure, once, until its last day; staff who did not decide it look at it again.

    In whatever state the membership is. Only a member's own key speaks for the member. To a loss of membership this is
    the one statement of Article 3, paragraph 4.
    """

    scope = "account:write"
    refuses = (404, 409, 422)

    @extend_schema(
        request=ObjectionAsked,
        responses={201: ObjectionShown},
        examples=[
            OpenApiExample("objection", value={"text": OBJECTION["text"]}, request_only=True),
            OpenApiExample("under review", value=OBJECTION, response_only=True, status_codes=["201"]),
        ],
    )
    def post(self, request: Request, sanction: str) -> Response:
        parameters(request, NoParameters)
        text = read(request, ObjectionAsked)["text"]
        return once(request, lambda: (201, _object(request, sanction, text)))


def _object(request: Request, sanction: str, text: str) -> Any:
    member, at = member_of(request, {}), asked_at(request)
    made = objections.object(member_id=member.pk, sanction_id=sanction, text=text, by=acting(request), at=at)
    return ObjectionShown(made).data
