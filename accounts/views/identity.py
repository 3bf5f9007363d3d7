"""Who has slept confirms who they are, and is awake at once (upstage/26.2)."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import Member
from accounts.queries.safety import is_dormant
from accounts.services import dormancy
from accounts.views.member_pages import member_page
from upstage_console.kernel import clock


@require_http_methods(["GET", "POST"])
@login_required
@reauthentication_required(allow_get=True)
@member_page
def confirm_identity(request: HttpRequest, member: Member) -> HttpResponse:
    """The button leads through the password or the second factor, and carries on from there."""
    at = clock.now()
    if not is_dormant(member, at=at):
        return redirect("overview")
    if request.method == "POST":
        dormancy.wake(member.pk, by=request.user, at=at)
        messages.success(request, _("Welcome back. You can use everything again."))
        return redirect("overview")
    return render(request, "accounts/confirm_identity.html", {"last_used_on": member.last_used_on})
