"""Advertising: the member's choice with its history, and the way out that needs no log-in (upstage/13)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.forms import AdvertisingForm
from accounts.models import Member
from accounts.queries.advertising import advertisements_of_member, answers_of_member
from accounts.rules.advertising import reconfirm_by
from accounts.services import marketing
from accounts.views.account_area import add_section
from accounts.views.member_pages import member_page
from upstage_console.kernel import clock
from upstage_console.kernel.pages import refusals_on

A_PAGE = 20
add_section(60, "advertising", gettext_lazy("Advertising"))


@require_http_methods(["GET", "POST"])
@member_page
def advertising(request: HttpRequest, member: Member) -> HttpResponse:
    at = clock.now()
    holding = marketing.state_of(member.pk, at=at)
    form = AdvertisingForm(request.POST or None, initial=AdvertisingForm.choice_of(holding))
    if form.is_valid():
        with refusals_on(form):
            marketing.answer(member.pk, **form.answer(), by=request.user, at=at)
            messages.success(request, _("Your answer is recorded and holds from now on."))
            return redirect("advertising")
    shown = {
        "form": form,
        "holding": holding,
        "until": reconfirm_by(holding.at) if holding else None,
        "answers": answers_of_member(member.pk)[:A_PAGE],
        "page": Paginator(advertisements_of_member(member.pk), A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "accounts/advertising.html", shown)


@csrf_exempt  # the button of a mail program brings no cookie (RFC 8058); the signed link is the proof
@never_cache
@require_http_methods(["GET", "POST"])
def opt_out(request: HttpRequest, token: str) -> HttpResponse:
    """End the consent. A GET only asks, since mail programs open links by themselves."""
    member = marketing.member_of_token(token)
    if request.method == "POST":
        marketing.answer(member.pk, given=False, by=member.user, at=clock.now())
    return render(request, "accounts/opt_out.html", {"is_done": request.method == "POST"})
