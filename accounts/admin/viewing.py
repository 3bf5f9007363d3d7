"""The log of looks at personal data: read and searched by whoever audits; kept two years."""

from datetime import datetime

from django.contrib import admin
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import case, purpose
from accounts.admin.screens import screen_name
from accounts.models import DataView, Member
from upstage_console.kernel.admin import Panel, ReadOnlyAdmin


@admin.register(DataView)
class DataViewAdmin(ReadOnlyAdmin):
    work = "data"
    list_display = ("at", "actor", "member", "shown_screen", "purpose", "rows", "ip")
    list_display_links = ("at",)
    list_select_related = ("actor", "member")
    list_filter = (("actor", admin.RelatedOnlyFieldListFilter), "at")
    date_hierarchy = "at"
    search_fields = ("actor__email", "actor__name", "member__name", "member__user__email", "purpose", "ip")
    search_help_text = gettext_lazy("Staff, member, purpose or address")
    fields = ("at", "actor", "member", "shown_screen", "purpose", "rows", "ip")
    readonly_fields = ("shown_screen",)

    @admin.display(description=gettext_lazy("Screen"), ordering="screen")
    def shown_screen(self, view: DataView) -> str:
        return screen_name(view.screen)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(purpose.answered)
        return [path("purpose/", view, name="accounts_dataview_purpose"), *super().get_urls()]


@case.member.panel(90)
def viewers(row: Member, at: datetime) -> Panel:
    """Who of the staff looked at this member's data last."""
    views = row.views.select_related("actor").order_by("-id")[:5]
    return Panel(_("Who looked at this page"), "admin/case/viewers.html", {"views": views})
