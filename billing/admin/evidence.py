"""Evidence of claims at the desk: files are added to a claim, and opened for a purpose that is logged."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanWidget

from accounts.admin.rows import note_look
from billing.admin.claims import MemberClaimAdmin, parts
from billing.models import ClaimEvidence, MemberClaim
from billing.services import claims
from upstage_console.kernel import clock
from upstage_console.kernel.admin import KeptFile, Panel
from upstage_console.kernel.errors import Refusal

MAY_ADD = "billing.propose_memberclaim"


class EvidenceForm(forms.Form):
    """A file that proves a claim."""

    name = forms.CharField(label=gettext_lazy("What it shows"), max_length=200, widget=UnfoldAdminTextInputWidget)
    file = KeptFile(label=gettext_lazy("File"))
    is_shown = forms.BooleanField(
        label=gettext_lazy("The member may open it"), required=False, widget=UnfoldBooleanWidget
    )


@admin.register(MemberClaim)
class ClaimWithEvidenceAdmin(MemberClaimAdmin):
    def get_urls(self) -> list[URLPattern]:
        add = self.admin_site.admin_view(require_POST(self.add_view_of_evidence))
        show = self.admin_site.admin_view(require_safe(self.open_evidence))
        return [
            path("<path:object_id>/evidence/", add, name="billing_memberclaim_evidence"),
            path("evidence/<int:evidence_id>/", show, name="billing_claimevidence_open"),
            *super().get_urls(),
        ]

    def add_view_of_evidence(self, request: HttpRequest, object_id: str) -> HttpResponseRedirect:
        """Keep the file; what is wrong with it is told on the claim's page."""
        if not request.user.has_perm(MAY_ADD):
            raise PermissionDenied
        row: MemberClaim | None = self.get_object(request, object_id)
        if row is None:
            raise Http404
        form = EvidenceForm(request.POST, request.FILES)
        if form.is_valid():
            self._keep(request, row, form.cleaned_data)
        else:
            messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
        return HttpResponseRedirect(reverse("admin:billing_memberclaim_change", args=[row.pk]))

    def _keep(self, request: HttpRequest, row: MemberClaim, given: dict[str, Any]) -> None:
        try:
            claims.add_evidence(
                row.public_id, given["file"], name=given["name"], is_shown=given["is_shown"], by=request.user,
                at=clock.now(),
            )  # fmt: skip
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The file is kept with its hash."))

    def open_evidence(self, request: HttpRequest, evidence_id: int) -> FileResponse:
        """The file as it was kept; who opened it stands in the history of the claim."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = get_object_or_404(ClaimEvidence.objects.select_related("claim__member"), pk=evidence_id)
        if not row.file:
            raise Http404
        note_look(request, row.claim.member, "claimevidence.file")
        claims.note_opened(row, by=request.user, at=clock.now())
        return FileResponse(row.file.open("rb"), as_attachment=True, filename=row.name_of_file)


@parts.panel(30)
def evidence(row: MemberClaim, at: datetime) -> Panel:
    """The files, each with its hash, and a form for one more."""
    files = [
        {"file": one, "url": reverse("admin:billing_claimevidence_open", args=[one.pk])}
        for one in row.evidence.select_related("added_by")
    ]
    shown = {
        "files": files, "form": EvidenceForm(), "url": reverse("admin:billing_memberclaim_evidence", args=[row.pk]),
    }  # fmt: skip
    return Panel(_("Evidence"), "admin/case/evidence.html", shown)
