"""The terms: every published version, and its text by article (upstage/4.1)."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Article, Document, Provision, Version
from accounts.queries import terms
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.operations import PublicOperation
from upstage_console.kernel.api.reading import NoParameters, parameters


class VersionShown(serializers.Serializer[Version]):
    """A version of a document."""

    version = serializers.CharField(source="label", help_text="Its address.")
    effective_on = serializers.DateField()
    in_force = serializers.SerializerMethodField()
    has_text = serializers.BooleanField(help_text="Whether the full text is here, not only the digest.")
    sha256 = serializers.CharField(help_text="The hash of what is shown, which consents are given to.")

    def get_in_force(self, version: Version) -> bool:
        return version.pk in self.context["in_force"]


class DocumentShown(serializers.Serializer[Document]):
    """A document with all its versions, newest first."""

    document = serializers.CharField(source="code")
    title_ko = serializers.CharField()
    title_en = serializers.CharField()
    versions = VersionShown(many=True)


class DocumentsShown(serializers.Serializer[Any]):
    """All documents."""

    items = DocumentShown(many=True)


class ProvisionShown(serializers.Serializer[Provision]):
    """A clause: its text where it was imported, and its digest in plain words."""

    code = serializers.CharField()
    depth = serializers.IntegerField(help_text="0 the article itself, 1 a paragraph, 2 an item.")
    text_ko = serializers.CharField(allow_blank=True)
    text_en = serializers.CharField(allow_blank=True)
    digest_ko = serializers.CharField(allow_blank=True)
    digest_en = serializers.CharField(allow_blank=True)


class ArticleShown(serializers.Serializer[Article]):
    """An article with its clauses."""

    article = serializers.CharField(source="code")
    title_ko = serializers.CharField()
    title_en = serializers.CharField(allow_blank=True)
    provisions = ProvisionShown(many=True)


class VersionTextShown(VersionShown):
    """A version with its articles."""

    document = serializers.CharField(source="document.code")
    articles = ArticleShown(many=True)


class ListTerms(PublicOperation):
    """All documents of the terms with their versions."""

    @extend_schema(responses=DocumentsShown)
    def get(self, request: Request) -> Response:
        parameters(request, NoParameters)
        at = asked_at(request)
        rows = terms.documents_with_versions(at)
        return Response(DocumentsShown({"items": rows}, context={"in_force": _in_force(at)}).data)


class ShowTerms(PublicOperation):
    """One version of a document, by article, in Korean and English."""

    @extend_schema(responses=VersionTextShown)
    def get(self, request: Request, document: str, version: str) -> Response:
        parameters(request, NoParameters)
        at = asked_at(request)
        found = terms.with_articles(terms.version_at(document, version, at))
        return Response(VersionTextShown(found, context={"in_force": _in_force(at)}).data)


def _in_force(at: Any) -> set[int]:
    return set(terms.in_force(at).values_list("pk", flat=True))
