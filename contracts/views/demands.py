"""Demanding that we cure a breach of ours, and giving notice where it was not cured (rift/15.2, 15.3)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contracts.enums import EndReason, Side
from contracts.forms.changes import DemandForm
from contracts.forms.people import YesForm
from contracts.queries import demands
from contracts.queries.people import Access
from contracts.services import breaches, ending
from contracts.services.ending import End
from contracts.views.contract_pages import administrators_page, show
from upstage_console.kernel.pages import refusals_on


@require_http_methods(["GET", "POST"])
@administrators_page
def demand_new(request: HttpRequest, access: Access) -> HttpResponse:
    """A written demand: what we breached; our time to cure runs from its receipt, which is this page."""
    access.require_may_act()
    form = DemandForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            made = breaches.demand_in_portal(
                access.contract.public_id, form.cleaned_data["what"].strip(), by=request.user, at=access.at
            )
            messages.success(request, _("We received your demand; its number is %(number)s.") % {"number": made})
            return redirect("contract-requests", contract_id=access.contract.public_id)
    return show(request, access, "contracts/demand_new.html", {"form": form})


@require_http_methods(["GET", "POST"])
@administrators_page
def notice_new(request: HttpRequest, access: Access) -> HttpResponse:
    """Notice of termination for a breach that was not cured, with what is settled then; staff carry it out."""
    access.require_may_act()
    contract, form = access.contract, YesForm(request.POST if request.method == "POST" else None)
    if not demands.may_end(contract, at=access.at) or demands.notice_of(contract) is not None:
        return redirect("contract-requests", contract_id=contract.public_id)
    if form.is_valid():
        with refusals_on(form):
            ending.propose(contract.public_id, End(Side.CUSTOMER, EndReason.BREACH), by=request.user, at=access.at)
            messages.success(request, _("We received your notice of termination, and settle the contract."))
            return redirect("contract-requests", contract_id=contract.public_id)
    shown = {"form": form, "settlement": demands.settlement_for_breach(contract, at=access.at)}
    return show(request, access, "contracts/notice_new.html", shown)
