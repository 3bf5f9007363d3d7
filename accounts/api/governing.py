"""Which text governs, and what changes between two versions of one."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.callers import OfMember, member_of
from accounts.queries import terms
from accounts.queries.governing import Governing, governing
from accounts.queries.texts import comparison
from accounts.rules.comparison import Difference
from upstage_console.kernel.api.fields import Clauses
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import Operation, PublicOperation
from upstage_console.kernel.api.reading import NoParameters, parameters
from upstage_console.kernel.calendars import kst_date


class PieceShown(serializers.Serializer[Any]):
    """Words in a row that stay, go or come."""

    kind = serializers.ChoiceField(["same", "removed", "added"])
    text = serializers.CharField()


class DifferenceShown(serializers.Serializer[Difference]):
    """An article in two versions; what stayed has no pieces."""

    article = serializers.CharField(source="shown.code")
    was = serializers.SerializerMethodField(help_text="Its number in the earlier version; null where it is new.")
    title_ko = serializers.CharField(source="shown.title_ko")
    title_en = serializers.CharField(source="shown.title_en", allow_blank=True)
    kind = serializers.ChoiceField(["same", "changed", "added", "removed"])
    ko = serializers.SerializerMethodField(help_text="Lines of pieces.")
    en = serializers.SerializerMethodField(help_text="Lines of pieces.")

    def get_was(self, found: Difference) -> str | None:
        return found.before.code if found.before else None

    def get_ko(self, found: Difference) -> list[list[dict[str, str]]]:
        return _lines(found, "ko")

    def get_en(self, found: Difference) -> list[list[dict[str, str]]]:
        return _lines(found, "en")


def _lines(found: Difference, language: str) -> list[list[dict[str, str]]]:
    lines = () if found.kind == "same" else getattr(found, language)
    return [[{"kind": piece.kind, "text": piece.text} for piece in line] for line in lines]


class ComparisonShown(serializers.Serializer[Any]):
    """Two versions of a document, word by word."""

    document = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    compares = serializers.ChoiceField(["text", "digest"], help_text="Digests where a full text is not here.")
    articles = DifferenceShown(many=True)


class AskedUse(OfMember):
    """Whose use of what, and when."""

    service = serializers.CharField(max_length=40, required=False, default="", help_text="The code of a service.")
    paid = serializers.BooleanField(required=False, default=True, help_text="Whether the use is of a paid service.")
    on = serializers.DateField(required=False, help_text="A day in Korea; today without it.")


class WhyShown(serializers.Serializer[Any]):
    """A reason: its sentence in both languages, and the clauses."""

    ko = serializers.CharField()
    en = serializers.CharField()
    clauses = Clauses()


class YieldingShown(serializers.Serializer[Any]):
    """A text that does not govern, and why."""

    document = serializers.CharField(source="version.document.code")
    version = serializers.CharField(source="version.label")
    effective_on = serializers.DateField(source="version.effective_on")
    why = WhyShown()


class GoverningShown(serializers.Serializer[Governing]):
    """The version that governs, why, and what yields to it."""

    document = serializers.CharField(source="version.document.code")
    version = serializers.CharField(source="version.label")
    effective_on = serializers.DateField(source="version.effective_on")
    begins_on = serializers.DateField(help_text="From when it holds for this kind of service.")
    paid_from = serializers.DateField(help_text="From when the newest accepted version holds for paid services.")
    consent = serializers.ChoiceField(
        ["explicit", "deemed", "refused"],
        help_text="`refused`: a newer version was rejected, so this one goes on.",
    )
    why = WhyShown()
    yielding = YieldingShown(many=True)
    surviving = serializers.ListField(
        child=serializers.CharField(), help_text="Articles that go on after the member has left."
    )


COMPARED = {
    "document": "upstage",
    "before": "2025-11-04",
    "after": "2027-07-15",
    "compares": "text",
    "articles": [
        {
            "article": "18",
            "was": "18",
            "title_ko": "유료서비스 결제",
            "title_en": "Payment for Paid Services",
            "kind": "changed",
            "ko": [[{"kind": "removed", "text": "2%"}, {"kind": "added", "text": "1.5%"}]],
            "en": [],
        }
    ],
}


class CompareTerms(PublicOperation):
    """Two versions of a document compared word by word, article by article."""

    @extend_schema(responses=ComparisonShown, examples=[OpenApiExample("a change", value=COMPARED)])
    def get(self, request: Request, document: str, version: str, other: str) -> Response:
        parameters(request, NoParameters)
        at = asked_at(request)
        found = [terms.version_at(document, label, at) for label in (version, other)]
        before, after = sorted(found, key=lambda one: one.effective_on)
        differences, has_text = comparison(before, after)
        shown = {
            "document": document, "before": before.label, "after": after.label,
            "compares": "text" if has_text else "digest", "articles": differences,
        }  # fmt: skip
        return Response(ComparisonShown(shown).data)


class GoverningTerms(Operation):
    """Which text governs the member's use of a service on a day, and why the others yield."""

    scope = "account:read"

    @extend_schema(parameters=[AskedUse], responses=GoverningShown)
    def get(self, request: Request) -> Response:
        asked = parameters(request, AskedUse)
        at = asked_at(request)
        member = member_of(request, asked)
        on = asked.get("on") or kst_date(at)
        found = governing(member, service=asked["service"], paid=asked["paid"], on=on, at=at)
        return Response(GoverningShown(found).data)
