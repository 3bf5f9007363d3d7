"""Meetings under a contract and their minutes, which both sides confirm (rift/9.2)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.forms.support import ReasonsForm
from contracts.models import Contract
from contracts.queries import together as queries
from contracts.queries.meetings import meetings_of
from contracts.queries.people import Access
from contracts.services import minutes
from contracts.views.contract_pages import administrators_page, contract_page, show
from contracts.views.sections import add_section
from upstage_console.kernel.pages import refusals_on

A_PAGE = 10

add_section(42, "contract-meetings", gettext_lazy("Meetings"))


@require_safe
@contract_page
def meeting_list(request: HttpRequest, access: Access) -> HttpResponse:
    """What is planned and what was said, the newest first."""
    page = Paginator(meetings_of(access.contract), A_PAGE).get_page(request.GET.get("page"))
    meetings = [queries.meeting_shown(row) for row in page]
    shown = {"page": page, "meetings": meetings, "waits": sum(one.is_to_confirm for one in meetings)}
    return show(request, access, "contracts/meetings.html", shown)


@require_POST
@administrators_page
def minutes_confirm(request: HttpRequest, access: Access, minutes_id: str) -> HttpResponse:
    """The customer confirms; with both sides the minutes are final."""
    row = queries.minutes_of(access.contract, minutes_id)
    minutes.confirm(row.public_id, by=request.user, at=access.at)
    messages.success(request, _("The minutes are confirmed."))
    return _list(access.contract)


@require_http_methods(["GET", "POST"])
@administrators_page
def minutes_object(request: HttpRequest, access: Access, minutes_id: str) -> HttpResponse:
    """The customer says what is wrong; a new version is written."""
    row = queries.minutes_of(access.contract, minutes_id)
    form = ReasonsForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            minutes.object_to(row.public_id, reason=form.cleaned_data["reason"], by=request.user, at=access.at)
            messages.success(request, _("We have it, and write the minutes anew."))
            return _list(access.contract)
    return show(request, access, "contracts/minutes_object.html", {"form": form, "minutes": row})


def _list(contract: Contract) -> HttpResponse:
    return redirect("contract-meetings", contract_id=contract.public_id)
