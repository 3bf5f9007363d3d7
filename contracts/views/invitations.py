"""The link of an invitation: whoever was given a seat chooses a password and is let in (rift/6.1)."""

from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from contracts.forms.people import WelcomeForm
from contracts.services import invitations
from upstage_console.kernel import clock
from upstage_console.kernel.pages import refusals_on


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password, and come to the contract."""
    seat = invitations.seat_of(token, at=clock.now())
    assert seat.user is not None  # noqa: S101 – else it is no link
    form = WelcomeForm(request.POST or None, user=seat.user)
    if form.is_valid():
        with refusals_on(form):
            user = invitations.accept(token, form.cleaned_data["password"], at=clock.now())
            home = reverse("contract", args=[seat.contract.public_id])
            response: HttpResponse = perform_login(request, user, redirect_url=home, email=user.email)
            return response
    return render(request, "contracts/invitation.html", {"form": form, "seat": seat})
