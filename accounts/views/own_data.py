"""The member's own data: what is stored, and all of it as a file (upstage/6.5, 21, 22)."""

import logging
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from kombu.exceptions import OperationalError

from accounts.forms import DataObjectionForm
from accounts.models import DataExport, Member, StoredData
from accounts.queries.personal_data import export_of_member, exports_of_member, item_of_member, stored_of_member
from accounts.services import blocking, exports
from accounts.tasks import build_export
from accounts.views.account_area import add_section
from accounts.views.member_pages import member_page, open_afterwards, sensitive
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.pages import refusals_on

A_PAGE = 20
MOST_EXPORTS = 5

logger = logging.getLogger(__name__)
add_section(50, "own-data", gettext_lazy("Your data"))


@require_safe
@member_page
@open_afterwards
def own_data(request: HttpRequest, member: Member) -> HttpResponse:
    at = clock.now()
    found = list(exports_of_member(member.pk)[:MOST_EXPORTS])
    page = Paginator(stored_of_member(member.pk), A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "exports": found,
        "is_running": any(one.status in exports.RUNNING for one in found),
        "page": page,
        "rows": [{"item": one, "state": _state(one, at)} for one in page],
        "at": at,
    }
    return render(request, "accounts/own_data.html", shown)


def _state(item: StoredData, at: datetime) -> str:
    """What can be done with an item now."""
    if item.destroyed_at or (item.destroy_at and item.destroy_at <= at):
        return "gone"
    return "blocked" if item.blocked_at else "there" if item.sha256 else "coming"


@require_POST
@member_page
@open_afterwards
def export_ask(request: HttpRequest, member: Member) -> HttpResponse:
    """Ask for the file; whatever becomes of the nudge, the schedule makes it."""
    row = exports.ask(member.pk, by=request.user, at=clock.now())
    transaction.on_commit(lambda: _nudge(row))
    messages.success(request, _("We are making your file. This page shows how far it is."))
    return redirect("own-data")


def _nudge(row: DataExport) -> None:
    try:
        build_export.apply_async(kwargs={"export": row.pk}, retry=False)
    except OperationalError:  # no broker: the schedule finds it within a minute
        logger.warning("the broker could not be reached; export %s waits for the schedule", row.public_id)


@never_cache
@require_safe
@member_page
@open_afterwards
def export_state(request: HttpRequest, member: Member, export_id: str) -> HttpResponse:
    """The part of the page that shows how far it is; asked for again while it is being made."""
    row = export_of_member(member.pk, export_id)
    if not request.headers.get("HX-Request"):
        return redirect("own-data")
    response = render(request, "accounts/_export.html", {"export": row, "at": clock.now()})
    if row.status not in exports.RUNNING:
        response.headers["HX-Refresh"] = "true"
    return response


@sensitive
@never_cache
@require_safe
@member_page
@open_afterwards
def export_download(request: HttpRequest, member: Member, export_id: str) -> FileResponse:
    at = clock.now()
    address = request.META.get("REMOTE_ADDR", "")
    row = exports.download(export_id, member_id=member.pk, by=request.user, at=at, ip=address)
    name = f"upstage-console-{kst_date(row.ready_at or at):%Y-%m-%d}.zip"
    return FileResponse(row.file.open("rb"), as_attachment=True, filename=name, content_type="application/zip")


@never_cache
@require_safe
@member_page
@open_afterwards
def stored_download(request: HttpRequest, member: Member, data_id: str) -> FileResponse:
    """An item as a file, never as a page: a browser must not run what somebody stored."""
    address = request.META.get("REMOTE_ADDR", "")
    row = blocking.read_own(data_id, member_id=member.pk, by=request.user, at=clock.now(), ip=address)
    name = row.name or row.public_id
    return FileResponse(row.file.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")


@require_http_methods(["GET", "POST"])
@member_page
@open_afterwards
def stored_object(request: HttpRequest, member: Member, data_id: str) -> HttpResponse:
    item = item_of_member(member.pk, data_id)
    form = DataObjectionForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            text = form.cleaned_data["text"]
            blocking.object_to(data_id, member_id=member.pk, text=text, by=request.user, at=clock.now())
            messages.success(request, _("We have your objection, and will answer it."))
            return redirect("own-data")
    waiting = blocking.waiting_objection(item.public_id)
    return render(request, "accounts/stored_object.html", {"form": form, "item": item, "waiting": waiting})
