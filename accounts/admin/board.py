"""The notice board and the state of the services in the back office."""

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import board_verbs as verbs
from accounts.enums import AnnouncementKind
from accounts.models import Addition, Announcement
from upstage_console.kernel import clock
from upstage_console.kernel.admin import Button, ReadOnlyRows, ServiceActionAdmin, cells


class AdditionRows(ReadOnlyRows):
    model = Addition
    fields = ("at", "text_ko", "text_en", "by")
    ordering = ("at", "id")


@admin.register(Announcement)
class AnnouncementAdmin(ServiceActionAdmin):
    work = "running"
    list_display = ("shown_title", "kind", "state", "published_at", "starts_at", "ends_at")
    list_display_links = ("shown_title",)
    list_filter = ("kind", "published_at")
    search_fields = ("title_ko", "title_en", "body_ko", "body_en")
    search_help_text = _("Words of the title or the text")
    ordering = ("-id",)
    fields = ("public_id", "kind", "state", "title_ko", "title_en", "body_ko", "body_en", "shown_clauses", "services",
              "starts_at", "ends_at", "drafted_by", "published_at", "published_by", "page")  # fmt: skip
    readonly_fields = ("public_id", "state", "shown_clauses", "page")
    inlines = (AdditionRows,)
    list_verbs = (verbs.Write, verbs.AnnounceMaintenance, verbs.ReportOutage)

    verbs = (verbs.Publish, verbs.Rewrite, verbs.Drop, verbs.EndOutage, verbs.MoveEnd, verbs.CallOff, verbs.Add)

    def buttons(self, request: HttpRequest, row: Any = None, *, at: datetime) -> list[Button]:
        """On a post only what one of its kind can have at all."""
        found = super().buttons(request, row, at=at)
        return found if row is None else [button for button in found if button.name in _fitting(row)]

    @admin.display(description=_("title"), ordering="title_ko")
    def shown_title(self, post: Announcement) -> str:
        return cells.local(post, "title")

    @admin.display(description=_("clauses"))
    def shown_clauses(self, post: Announcement) -> SafeString:
        return cells.clause_links(post.clauses)

    @admin.display(description=_("state"))
    def state(self, post: Announcement) -> SafeString:
        label, tone = _state(post, clock.now())
        return cells.cell("pill", label=label, tone=tone)

    @admin.display(description=_("public page"))
    def page(self, post: Announcement) -> str | SafeString:
        if post.published_at is None:
            return gettext("draft")
        address = reverse("board-post", args=[post.public_id])
        return format_html('<a href="{}">{}</a>', address, address)


def _fitting(post: Announcement) -> set[str]:
    """The names of the verbs that a post like this can have."""
    if post.published_at is None:
        return {"publish", "rewrite", "drop"}
    of_kind = {AnnouncementKind.OUTAGE: {"end-outage"}, AnnouncementKind.MAINTENANCE: {"move-end", "call-off"}}
    return {"add"} | of_kind.get(AnnouncementKind(post.kind), set())


def _state(post: Announcement, at: datetime) -> tuple[str, str]:
    if post.published_at is None:
        return gettext("Draft"), "warn"
    if post.starts_at is None:
        return gettext("Published"), "good"
    if post.called_off_at is not None:
        return gettext("Called off"), "warn"
    if post.starts_at > at:
        return gettext("Planned"), "accent"
    is_over = post.ends_at is not None and post.ends_at <= at
    return (gettext("Over"), "good") if is_over else (gettext("Under way"), "danger")
