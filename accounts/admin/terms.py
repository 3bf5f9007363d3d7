"""The terms in the back office: documents and versions. What is published is only read; drafts are written here."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin.article_editor import edit_article
from accounts.admin.draft_page import state_of, version_context
from accounts.admin.drafts import ChangeDraft, Discard, DraftNext, NewServiceTerms, Publish
from accounts.enums import DocumentKind
from accounts.models import Article, Document, Provision, Version
from upstage_console.kernel import clock
from upstage_console.kernel.admin import ReadOnlyAdmin, ReadOnlyRows, ServiceActionAdmin, cells


class LinkedRows(ReadOnlyRows):
    """Rows that each lead to their own page."""

    show_change_link = True


class VersionRows(LinkedRows):
    model = Version
    fields = ("label", "effective_on", "published_at", "text_imported_at")
    ordering = ("-effective_on",)


class ProvisionRows(LinkedRows):
    model = Provision
    fields = ("code", "text_ko", "text_en", "digest_ko", "digest_en")


@admin.register(Document)
class DocumentAdmin(ServiceActionAdmin):
    list_display = ("title_ko", "title_en", "code", "kind", "service", "required_of")
    list_filter = ("kind",)
    search_fields = ("code", "title_ko", "title_en", "service")
    fields = ("code", "title_ko", "title_en", "kind", "service", "required_of")
    inlines = (VersionRows,)
    verbs = (DraftNext,)
    list_verbs = (NewServiceTerms,)


@admin.register(Version)
class VersionAdmin(ServiceActionAdmin):
    list_display = ("__str__", "shown_state", "published_at", "article_count", "consent_count", "page")
    list_filter = ("document",)
    change_form_outer_before_template = "admin/terms/version.html"
    verbs = (Publish, ChangeDraft, Discard)
    list_select_related = ("document",)
    ordering = ("document__position", "-effective_on")
    fields = ("document", "effective_on", "is_adverse", "reason_ko", "reason_en", "drafted_by", "published_at",
              "published_by", "text_imported_at", "source_sha256", "sha256", "note_ko", "note_en", "closing_ko",
              "closing_en", "page")  # fmt: skip
    readonly_fields = ("page",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        versions: QuerySet[Any] = super().get_queryset(request)
        return versions.annotate(
            articles_in_it=Count("articles", distinct=True), consents_to_it=Count("consents", distinct=True)
        )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.article_view)
        own = path("<int:version_id>/article/<slug:code>/", view, name="accounts_version_article")
        return [own, *super().get_urls()]

    def article_view(self, request: HttpRequest, version_id: int, code: str) -> HttpResponse:
        """The editor of one article of a draft."""
        if not request.user.has_perm("accounts.change_version"):
            raise PermissionDenied
        version = get_object_or_404(Version.objects.select_related("document"), pk=version_id)
        context = {**self.admin_site.each_context(request), "opts": self.opts, "original": version, "media": self.media}
        return edit_article(request, version, code, context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        version = self.get_object(request, unquote(object_id))
        shown = version_context(request, version) if version is not None else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    @admin.display(description=_("state"), ordering="published_at")
    def shown_state(self, version: Version) -> SafeString:
        label, tone = state_of(version, clock.now())
        return cells.cell("pill", label=label, tone=tone)

    @admin.display(description=_("articles"))
    def article_count(self, version: Any) -> int:
        return int(version.articles_in_it)

    @admin.display(description=_("consents"))
    def consent_count(self, version: Any) -> int:
        return int(version.consents_to_it)

    @admin.display(description=_("public page"))
    def page(self, version: Version) -> str | SafeString:
        if version.published_at is None or version.document.kind == DocumentKind.AGREEMENT:
            return "–"
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
