"""Where somebody is logged in, and how to end that (upstage/6.3)."""

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.queries.safety import open_sessions
from accounts.rules.devices import device_of
from accounts.views.account_area import add_section

add_section(30, "sessions", gettext_lazy("Sessions"), for_staff=True)


@require_safe
@login_required
def session_list(request: HttpRequest) -> HttpResponse:
    found = open_sessions(request.user)
    own = request.session.session_key
    rows = [
        {"session": one, "device": device_of(one.user_agent), "is_current": one.session_key == own} for one in found
    ]
    rows.sort(key=lambda row: not row["is_current"])
    return render(request, "accounts/sessions.html", {"rows": rows, "others": len(rows) - 1})


@require_POST
@login_required
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    """End one session at once: whoever sits there has to log in again."""
    session = get_object_or_404(UserSession, pk=session_id, user=request.user)
    get_adapter().end_sessions([session])
    messages.success(request, _("The session is ended."))
    return redirect("sessions")


@require_POST
@login_required
def sessions_end(request: HttpRequest) -> HttpResponse:
    """End every session but this one."""
    others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    get_adapter().end_sessions(list(others))
    messages.success(request, _("All other sessions are ended."))
    return redirect("sessions")
