"""Archived months at the desk: what each file holds, and the file itself for a stated purpose."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.admin.purpose import PurposeForm
from accounts.services import viewing
from billing.enums import ArchiveStatus
from billing.models import UsageArchive
from billing.services import archive_files
from upstage_console.kernel import clock
from upstage_console.kernel.admin import ReadOnlyAdmin, cells

MAY_DOWNLOAD = "billing.download_usagearchive"
SCREEN = "usagearchive.export"
PARQUET = "application/vnd.apache.parquet"
TONES: Mapping[str, str] = {
    ArchiveStatus.SEALED: "accent", ArchiveStatus.EXPORTED: "accent", ArchiveStatus.ARCHIVED: "good",
}  # fmt: skip


@admin.register(UsageArchive)
class UsageArchiveAdmin(ReadOnlyAdmin):
    work = "data"
    list_display = ("shown_month", "shown_status", "rows", "members", "shown_size", "kept_until")
    list_filter = ("status", "month")
    fields = ("public_id", "shown_month", "shown_status", "rows", "members", "shown_size", "sha256", "contents",
              "sealed_at", "exported_at", "archived_at", "kept_until", "destroyed_at", "error")  # fmt: skip
    readonly_fields = ("public_id", "shown_month", "shown_status", "shown_size")
    change_form_outer_before_template = "admin/usage_archive_open.html"
    change_form_outer_after_template = "admin/usage_archive_sums.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        may_download = request.user.has_perm(MAY_DOWNLOAD)
        shown = {"purpose_form": PurposeForm(), "may_download": may_download} | (extra_context or {})
        response: HttpResponse = super().change_view(request, object_id, form_url, shown)
        return response

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.download_view))
        return [path("<path:object_id>/download/", view, name="billing_usagearchive_download"), *super().get_urls()]

    def download_view(self, request: HttpRequest, object_id: str) -> HttpResponse | FileResponse:
        """The file, for the purpose that was stated; each download is a line in the log of looks."""
        if not request.user.has_perm(MAY_DOWNLOAD):
            raise PermissionDenied
        row: UsageArchive | None = self.get_object(request, object_id)
        if row is None:
            raise Http404
        form = PurposeForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("State what you open it for."))
            return HttpResponseRedirect(reverse("admin:billing_usagearchive_change", args=[row.pk]))
        return self._file(request, row, form.cleaned_data["purpose"])

    def _file(self, request: HttpRequest, row: UsageArchive, purpose: str) -> FileResponse:
        at, address = clock.now(), request.META.get("REMOTE_ADDR", "")
        opened = archive_files.open_for_staff(row.pk, purpose=purpose, by=request.user, at=at)
        viewing.note_many(rows=row.members, by=request.user, at=at, ip=address, screen=SCREEN, purpose=purpose)
        name = f"usage-{row.month:%Y-%m}.parquet"
        return FileResponse(opened.file.open("rb"), as_attachment=True, filename=name, content_type=PARQUET)

    @admin.display(description=gettext_lazy("month"), ordering="month")
    def shown_month(self, row: UsageArchive) -> str:
        return str(row)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def shown_status(self, row: UsageArchive) -> SafeString:
        label, tone = row.get_status_display(), TONES.get(row.status, "")
        if row.error:
            label, tone = _("could not be archived"), "danger"
        return cells.cell("pill", label=label, tone=tone)

    @admin.display(description=gettext_lazy("size"), ordering="size")
    def shown_size(self, row: UsageArchive) -> str:
        return filesizeformat(row.size) if row.size else "–"
