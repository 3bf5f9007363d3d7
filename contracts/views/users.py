"""Users of a contract, for its administrators: invited, made an administrator on request, taken out (rift/6)."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.enums import SeatRole
from contracts.errors import LastAdministrator
from contracts.forms.people import InviteForm, YesForm
from contracts.models import Contract, Seat
from contracts.queries.people import Access, seats_at
from contracts.services import administrators, seats
from contracts.services.seats import Invited
from contracts.views.contract_pages import administrators_page, show
from contracts.views.sections import add_section
from upstage_console.kernel.pages import refusals_on

add_section(60, "contract-users", gettext_lazy("Users"), for_all=False, for_staff=False)


@dataclass(frozen=True)
class UserShown:
    """A seat as its row shows it."""

    seat: Seat
    is_own: bool
    is_awaited: bool
    """Whether they were invited and have not chosen a password."""
    is_requested: bool


@require_safe
@administrators_page
def user_list(request: HttpRequest, access: Access) -> HttpResponse:
    """Who has a seat, how many are ordered, and who may ask for administrators."""
    rows = seats_at(access.contract, access.at).select_related("user").order_by("role", "name")
    asked_for = administrators.requested(access.contract)
    users = [_shown(row, access, asked_for) for row in rows]
    named = administrators.named_of(access.contract.customer)
    shown = {
        "users": users, "ordered": seats.ordered_of(access.contract), "named": named,
        "may_request": named is not None and named.email.lower() == access.seat.user.email,  # type: ignore[union-attr]
    }  # fmt: skip
    return show(request, access, "contracts/users.html", shown)


def _shown(row: Seat, access: Access, asked_for: frozenset[str]) -> UserShown:
    is_awaited = row.user is not None and not row.user.has_usable_password()
    return UserShown(row, row.pk == access.seat.pk, is_awaited, row.public_id in asked_for)  # type: ignore[union-attr]


@require_http_methods(["GET", "POST"])
@administrators_page
def user_new(request: HttpRequest, access: Access) -> HttpResponse:
    """Invite somebody: a seat from now on, and a mail with the way in."""
    access.require_may_begin()
    form = InviteForm(request.POST or None, initial={"language": access.contract.customer.firm.language})
    if form.is_valid():
        given = form.cleaned_data
        asked = Invited(given["name"], given["email"], SeatRole.USER, given["language"])
        with refusals_on(form):
            made = seats.invite(access.contract.public_id, asked, by=request.user, at=access.at)
            messages.success(request, _("%(name)s is invited.") % {"name": made.name})
            return _list(access.contract)
    fee = access.contract.fees.filter(kind="seat").first()
    return show(request, access, "contracts/user_new.html", {"form": form, "fee": fee})


@require_POST
@administrators_page
def user_invite_again(request: HttpRequest, access: Access, seat_id: str) -> HttpResponse:
    """Mail the way in once more."""
    access.require_may_act()
    row = seats.invite_again(access.contract.public_id, seat_id, by=request.user, at=access.at)
    messages.success(request, _("A new link is on its way to %(name)s.") % {"name": row.name})
    return _list(access.contract)


@require_http_methods(["GET", "POST"])
@administrators_page
def user_remove(request: HttpRequest, access: Access, seat_id: str) -> HttpResponse:
    """Take a seat back: first what that ends, then one button; after the term, too."""
    row: Seat = seats_at(access.contract, access.at).select_related("user").get_public(seat_id)
    form = YesForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            seats.close(access.contract.public_id, seat_id, by=request.user, at=access.at)
            messages.success(request, _("%(name)s has no access any more.") % {"name": row.name})
            return redirect("contracts") if row.pk == access.seat.pk else _list(access.contract)  # type: ignore[union-attr]
    return show(request, access, "contracts/user_remove.html", {"form": form, "seat": row})


@require_POST
@administrators_page
def user_step_down(request: HttpRequest, access: Access, seat_id: str) -> HttpResponse:
    """Make an administrator a user; one administrator always stays."""
    access.require_may_act()
    try:
        row = seats.change_role(access.contract.public_id, seat_id, SeatRole.USER, by=request.user, at=access.at)
        messages.success(request, _("%(name)s is a user now.") % {"name": row.name})
        is_own = row.pk == access.seat.pk  # type: ignore[union-attr]
        return redirect("contract", contract_id=access.contract.public_id) if is_own else _list(access.contract)
    except LastAdministrator as refusal:
        messages.error(request, str(refusal))
    return _list(access.contract)


@require_POST
@administrators_page
def user_request(request: HttpRequest, access: Access, seat_id: str) -> HttpResponse:
    """The named contact asks that a user becomes an administrator; staff do it."""
    access.require_may_act()
    administrators.request(access.contract.public_id, seat_id, by=request.user, at=access.at)
    messages.success(request, _("We have your request, and make the user an administrator."))
    return _list(access.contract)


def _list(contract: Contract) -> HttpResponse:
    return redirect("contract-users", contract_id=contract.public_id)
