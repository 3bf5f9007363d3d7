"""Asking staff to change what only they change, and what became of it (upstage/6.5)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms import ChangeRequestForm
from accounts.models import Member
from accounts.services import change_requests
from accounts.views.member_pages import member_page, sensitive
from upstage_console.kernel import clock
from upstage_console.kernel.pages import refusals_on


@require_http_methods(["GET", "POST"])
@sensitive
@member_page
def change_request(request: HttpRequest, member: Member) -> HttpResponse:
    form = ChangeRequestForm(request.POST or None, initial={"field": request.GET.get("field", "name")})
    if form.is_valid():
        with refusals_on(form):
            change_requests.ask(member.pk, **form.cleaned_data, by=request.user, at=clock.now())
            days = {"days": change_requests.ANSWER_WITHIN_BUSINESS_DAYS}
            messages.success(request, _("We have your request, and answer within %(days)s business days.") % days)
            return redirect("account")
    return render(request, "accounts/change_request.html", {"form": form, "member": member})
