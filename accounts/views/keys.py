"""API keys: the list, a new one shown once, revoking."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import KeyForm, RevokeForm
from accounts.models import Member
from accounts.queries import key_of_member, keys_of_member
from accounts.rules.keys import MEMBER_SCOPES, READING_SCOPES
from accounts.services import keys
from accounts.views.member_pages import member_page
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import day_end
from upstage_console.kernel.pages import refusals_on


@require_safe
@member_page
def key_list(request: HttpRequest, member: Member) -> HttpResponse:
    shown = keys_of_member(member.pk, at=clock.now())
    return render(request, "accounts/keys.html", {"keys": shown, "live": sum(key.state == "live" for key in shown)})


@never_cache
@require_http_methods(["GET", "POST"])
@member_page
def key_new(request: HttpRequest, member: Member) -> HttpResponse:
    form = KeyForm(request.POST or None)
    if form.is_valid():
        last_day = form.cleaned_data["expires_on"]
        with refusals_on(form):
            key, secret = keys.issue(
                member_id=member.pk,
                name=form.cleaned_data["name"],
                scopes=MEMBER_SCOPES if form.cleaned_data["speaks_for_me"] else READING_SCOPES,
                by=request.user,
                at=clock.now(),
                expires_at=day_end(last_day) if last_day else None,
            )
            shown = {"key": key, "secret": secret, "site": settings.SITE_URL}
            return render(request, "accounts/key_made.html", shown)
    return render(request, "accounts/key_new.html", {"form": form})


@require_http_methods(["GET", "POST"])
@member_page
def key_revoke(request: HttpRequest, member: Member, key_id: str) -> HttpResponse:
    key = key_of_member(member.pk, key_id)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            keys.revoke(key_id, member_id=member.pk, by=request.user, at=clock.now())
            messages.success(request, _("The key “%(name)s” is revoked.") % {"name": key.name})
            return redirect("keys")
    return render(request, "accounts/key_revoke.html", {"form": form, "key": key})
