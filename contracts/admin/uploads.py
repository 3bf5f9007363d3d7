"""Files at the desk: handed in on the pages of contracts and documents, opened by people whose look is written down."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from contracts.admin.document_forms import UploadForm
from contracts.models import ContractFile
from contracts.services import files
from upstage_console.kernel import clock
from upstage_console.kernel.admin import Panel, ServiceActionAdmin
from upstage_console.kernel.errors import Refusal

MAY_FILE = "contracts.file_contractdocument"
MAY_CONCLUDE = "contracts.conclude_contract"
MAY_OPEN = "contracts.view_evidence"


def handed_in(request: HttpRequest, form: forms.Form, act: Callable[[], Any], *, back: str) -> HttpResponseRedirect:
    """Do it where the form is in order; what is wrong or refused is told on the page that is returned to."""
    if not form.is_valid():
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
        return HttpResponseRedirect(back)
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The file is kept with its hash."))
    return HttpResponseRedirect(back)


def kept(
    page: ServiceActionAdmin, request: HttpRequest, object_id: str, permission: str, keep: Callable[..., Any]
) -> HttpResponseRedirect:  # fmt: skip
    """A row's file, kept by a service that takes the row's public id, the file and the reason."""
    row = require(request, permission, page.get_object(request, unquote(object_id)))
    form = UploadForm(request.POST, request.FILES)
    return handed_in(request, form, lambda: keep(
        row.public_id, form.given(), reason=form.cleaned_data["reason"], by=request.user, at=clock.now()
    ), back=page.page_of(row))  # fmt: skip


def panel(url: str, nothing: str) -> Panel:
    """Where a row's file is handed in."""
    context = {"lines": [], "nothing": nothing, "url": url, "form": UploadForm(), "label": _("Hand it in")}
    return Panel(_("File"), "admin/case/papers.html", context)


def require(request: HttpRequest, permission: str, row: Any) -> Any:
    """The row: 404 for what does not exist, 403 for whom it is not."""
    if row is None:
        raise Http404
    if not request.user.has_perm(permission):
        raise PermissionDenied
    return row


def opened(request: HttpRequest, file: ContractFile) -> HttpResponse:
    """The file as it was kept, to be saved; who opened it stands in the history."""
    files.note_opened(file, by=request.user, at=clock.now())
    return saved(files.content_of(file), files.name_of(file))


def saved(content: bytes, name: str) -> HttpResponse:
    """Bytes that the browser saves and never shows."""
    response = HttpResponse(content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
