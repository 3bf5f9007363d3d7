"""Deliverables of a contract: inspected by the customer, accepted or sent back with reasons (rift/5.2)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.forms.support import ReasonsForm
from contracts.models import Contract
from contracts.queries import together as queries
from contracts.queries.deliverables import expected_of
from contracts.queries.people import Access
from contracts.services import deliverables
from contracts.views.contract_pages import administrators_page, contract_page, show
from contracts.views.sections import add_section
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.pages import refusals_on

add_section(44, "contract-deliverables", gettext_lazy("Deliverables"))


@require_safe
@contract_page
def deliverable_list(request: HttpRequest, access: Access) -> HttpResponse:
    """What was handed over and what is to come, with the last day to inspect it and what silence means."""
    found = queries.deliverables_shown(access.contract, on=kst_date(access.at))
    shown = {
        "deliverables": found, "expected": expected_of(access.contract),
        "waits": sum(one.is_to_inspect for one in found),
    }  # fmt: skip
    return show(request, access, "contracts/deliverables.html", shown)


@require_POST
@administrators_page
def delivery_accept(request: HttpRequest, access: Access, delivery_id: str) -> HttpResponse:
    """The customer accepts; a milestone whose deliverables are all accepted is billed."""
    row = queries.delivery_of(access.contract, delivery_id)
    deliverables.accept(row.public_id, by=request.user, at=access.at)
    messages.success(request, _("“%(name)s” is accepted.") % {"name": row.deliverable.name})
    return _list(access.contract)


@require_http_methods(["GET", "POST"])
@administrators_page
def delivery_reject(request: HttpRequest, access: Access, delivery_id: str) -> HttpResponse:
    """The customer sends it back and says why; it is handed over again."""
    row = queries.delivery_of(access.contract, delivery_id)
    form = ReasonsForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            deliverables.reject(row.public_id, reason=form.cleaned_data["reason"], by=request.user, at=access.at)
            messages.success(request, _("“%(name)s” is sent back.") % {"name": row.deliverable.name})
            return _list(access.contract)
    return show(request, access, "contracts/delivery_reject.html", {"form": form, "delivery": row})


def _list(contract: Contract) -> HttpResponse:
    return redirect("contract-deliverables", contract_id=contract.public_id)
