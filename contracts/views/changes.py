"""Asking for a change order: in the firm's own words, answered with a document or with a reason (rift/5.2)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from contracts.forms.changes import WishForm
from contracts.models import ChangeWish
from contracts.queries.people import Access
from contracts.services import change_wishes
from contracts.views.contract_pages import administrators_page, show
from upstage_console.kernel.pages import refusals_on


@require_http_methods(["GET", "POST"])
@administrators_page
def wish_new(request: HttpRequest, access: Access) -> HttpResponse:
    """What is to change, and from when."""
    access.require_may_begin()
    form = WishForm(request.POST or None, contract=access.contract)
    if form.is_valid():
        with refusals_on(form):
            change_wishes.ask(access.contract.public_id, form.wish(), by=request.user, at=access.at)
            messages.success(request, _("We have your request, and answer it here."))
            return redirect("contract-requests", contract_id=access.contract.public_id)
    return show(request, access, "contracts/wish_new.html", {"form": form})


@require_POST
@administrators_page
def wish_withdraw(request: HttpRequest, access: Access, wish_id: str) -> HttpResponse:
    """The firm no longer asks."""
    access.require_may_act()
    row: ChangeWish = access.contract.change_wishes.get_public(wish_id)
    change_wishes.withdraw(row.public_id, by=request.user, at=access.at)
    messages.success(request, _("The request is withdrawn."))
    return redirect("contract-requests", contract_id=access.contract.public_id)
