"""Becoming a member with the login that somebody has already, by a contract's seat (upstage/3.1)."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.enums import MemberStatus
from accounts.forms import JoinForm
from accounts.services import joining
from accounts.views.member_pages import sensitive
from upstage_console.kernel.pages import refusals_on


@require_http_methods(["GET", "POST"])
@sensitive
def join(request: HttpRequest) -> HttpResponse:
    """Who they are, and agreement to each document; the address and the password they have proved."""
    user: Any = request.user
    if user.is_staff or getattr(user, "member", None) is not None:
        return redirect("start")
    form = JoinForm(request.POST or None, user=user)
    if form.is_valid():
        with refusals_on(form):
            joined = joining.join(
                user.pk, form.application(), at=form.at, ip=get_adapter().get_client_ip(request),
                user_agent=request.headers.get("User-Agent", "")[:300],
            )  # fmt: skip
            if joined.status == MemberStatus.ACTIVE:
                messages.success(request, _("You are a member now."))
            return redirect("overview")
    return render(request, "accounts/join.html", {"form": form})
