"""The terms in the back office: documents, versions, articles and clauses, all only read. Texts come in by import."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Article, Document, Provision, Version
from upstage_console.kernel.admin import ReadOnlyAdmin, ReadOnlyRows


class LinkedRows(ReadOnlyRows):
    """Rows that each lead to their own page."""

    show_change_link = True


class VersionRows(LinkedRows):
    model = Version
    fields = ("label", "effective_on", "published_at", "text_imported_at")
    ordering = ("-effective_on",)


class ArticleRows(LinkedRows):
    model = Article
    fields = ("code", "chapter_ko", "title_ko", "title_en")


class ProvisionRows(LinkedRows):
    model = Provision
    fields = ("code", "text_ko", "text_en", "digest_ko", "digest_en")


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ("title_ko", "title_en", "code", "required_of")
    fields = ("code", "title_ko", "title_en", "required_of")
    inlines = (VersionRows,)


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "published_at", "text_imported_at", "article_count", "consent_count", "page")
    list_filter = ("document",)
    list_select_related = ("document",)
    ordering = ("document__position", "-effective_on")
    fields = ("document", "label", "effective_on", "published_at", "text_imported_at", "source_sha256", "sha256",
              "note_ko", "note_en", "closing_ko", "closing_en", "page")  # fmt: skip
    readonly_fields = ("page",)
    inlines = (ArticleRows,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        versions: QuerySet[Any] = super().get_queryset(request)
        return versions.annotate(
            articles_in_it=Count("articles", distinct=True), consents_to_it=Count("consents", distinct=True)
        )

    @admin.display(description=_("articles"))
    def article_count(self, version: Any) -> int:
        return int(version.articles_in_it)

    @admin.display(description=_("consents"))
    def consent_count(self, version: Any) -> int:
        return int(version.consents_to_it)

    @admin.display(description=_("public page"))
    def page(self, version: Version) -> str | SafeString:
        if version.published_at is None:
            return str(_("draft"))
        address = reverse("terms-version", args=[version.document.code, version.label])
        return format_html('<a href="{}">{}</a>', address, address)


@admin.register(Article)
class ArticleAdmin(ReadOnlyAdmin):
    list_display = ("version", "code", "title_ko", "title_en", "chapter_ko")
    list_filter = ("version__document",)
    list_select_related = ("version__document",)
    search_fields = ("code", "title_ko", "title_en")
    ordering = ("version__document__position", "-version__effective_on", "position")
    fields = ("version", "code", "chapter_ko", "title_ko", "title_en", "digest_title_en", "unpaired_en")
    inlines = (ProvisionRows,)


@admin.register(Provision)
class ProvisionAdmin(ReadOnlyAdmin):
    list_display = ("place", "version", "article", "digest_ko")
    list_filter = ("article__version__document",)
    list_select_related = ("article__version__document",)
    search_fields = ("code", "text_ko", "text_en", "digest_ko", "digest_en")
    ordering = ("article__version__document__position", "-article__version__effective_on", "article__position",
                "position")  # fmt: skip
    fields = ("code", "article", "text_ko", "text_en", "digest_ko", "digest_en")

    @admin.display(description=_("clause"), ordering="code")
    def place(self, provision: Provision) -> SafeString:
        return format_html('<span class="whitespace-nowrap">{}</span>', provision.code)

    @admin.display(description=_("version"))
    def version(self, provision: Provision) -> str:
        return str(provision.article.version)
