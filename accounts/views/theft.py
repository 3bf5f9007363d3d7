"""“My account was stolen”: by somebody logged in, and by somebody who can only read their mail (upstage/6.4)."""

from allauth.core.ratelimit import consume_or_429
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import TheftForm, TheftLinkForm
from accounts.models import Member
from accounts.queries.safety import is_locked
from accounts.services import theft, theft_link
from accounts.views.member_pages import member_page
from upstage_console.kernel import clock
from upstage_console.kernel.pages import refusals_on


@require_http_methods(["GET", "POST"])
@member_page
def report_own(request: HttpRequest, member: Member) -> HttpResponse:
    """Where the account is locked already, it says what comes next."""
    if request.method == "GET" and is_locked(member, at=clock.now()):
        return render(request, "accounts/theft_locked.html", {"member": member})
    return _confirmed(request, member, "accounts/theft.html")


@never_cache
@require_http_methods(["GET", "POST"])
def report_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the mail: it asks once more, since programs open links too."""
    member = theft_link.member_of(token, at=clock.now())
    return _confirmed(request, member, "accounts/theft_by_link.html")


def _confirmed(request: HttpRequest, member: Member, template: str) -> HttpResponse:
    form = TheftForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            theft.report(member.pk, by=member.user, at=clock.now(), told=form.cleaned_data["told"])
            logout(request)
            return redirect("theft-done")
    return render(request, template, {"form": form, "member": member})


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the link. The answer is the same whether the address is a member's or not."""
    form = TheftLinkForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/theft_ask.html", {"form": form})
    email = form.cleaned_data["email"]
    limited = consume_or_429(request, action="reset_password", key=email.lower())
    if limited is not None:
        return limited
    theft_link.ask(email, at=clock.now())
    return render(request, "accounts/theft_asked.html", {"email": email, "days": theft_link.LINK_LASTS.days})


@require_safe
def done(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/theft_done.html")
