"""Telling the company: an access failure or a leak (upstage/7.3), content that infringes somebody's rights (22.9)."""

from allauth.core.ratelimit import consume_or_429
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import IncidentForm, InfringementForm
from accounts.models import Member
from accounts.queries.reports import reports_of_member
from accounts.services import cases
from accounts.services.cases import Told
from accounts.views.account_area import add_section
from accounts.views.member_pages import member_page
from upstage_console.kernel import clock
from upstage_console.kernel.pages import refusals_on

LIMITS = {"report": "20/h/ip"}
"""Enough for anybody who has something to tell, too little to bury the staff."""

add_section(80, "reports", gettext_lazy("Reports to us"))


@require_safe
@member_page
def report_list(request: HttpRequest, member: Member) -> HttpResponse:
    """What the member told us, and whether it has been looked into."""
    return render(request, "accounts/reports.html", {"reports": reports_of_member(member.pk)})


@require_http_methods(["GET", "POST"])
@member_page
def incident(request: HttpRequest, member: Member) -> HttpResponse:
    """An access failure or a (suspected) leak becomes a case with a clock."""
    form = IncidentForm(request.POST or None)
    if form.is_valid():
        limited = consume_or_429(request, action="report", config=LIMITS)
        if limited is not None:
            return limited
        with refusals_on(form):
            told = Told(ground=form.cleaned_data["ground"], text=form.cleaned_data["text"], reporter=member)
            cases.report_incident(member, told, by=request.user, at=clock.now())
            messages.success(request, _("Thank you. We look into it now and write to you."))
            return redirect("reports")
    return render(request, "accounts/report_incident.html", {"form": form})


@require_http_methods(["GET", "POST"])
def infringement(request: HttpRequest) -> HttpResponse:
    """Anybody, with an account or without, tells of content that infringes rights."""
    member: Member | None = getattr(request.user, "member", None)
    form = InfringementForm(request.POST or None, initial={"contact": getattr(request.user, "email", "")})
    if form.is_valid():
        limited = consume_or_429(request, action="report", config=LIMITS)
        if limited is not None:
            return limited
        with refusals_on(form):
            given = form.cleaned_data
            told = Told("upstage/22.9", given["text"], given["item"], reporter=member, contact=given["contact"])
            cases.report_rights(told, member=None, by=request.user, at=clock.now())
            return redirect("infringement-done")
    return render(request, "accounts/report_infringement.html", {"form": form})


@require_safe
def infringement_done(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/report_infringement_done.html")
