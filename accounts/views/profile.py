"""The account: what the member told us, and what they may change (upstage/6.5)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.forms import ProfileForm
from accounts.models import Member
from accounts.queries.safety import change_requests_of
from accounts.services import information, profile
from accounts.views.account_area import add_section
from accounts.views.member_pages import member_page
from upstage_console.kernel import clock
from upstage_console.kernel.pages import refusals_on

add_section(10, "account", gettext_lazy("Profile"), also=("/accounts/email/",))


@require_http_methods(["GET", "POST"])
@member_page
def account(request: HttpRequest, member: Member) -> HttpResponse:
    form = ProfileForm(request.POST or None, initial={"phone": member.phone, "language": member.user.language})
    if form.is_valid():
        with refusals_on(form):
            profile.change(member.pk, **form.cleaned_data, by=request.user, at=clock.now())
            messages.success(request, _("Your information is saved."))
            return redirect("account")
    shown = {
        "form": form,
        "member": member,
        "requests": change_requests_of(member.pk),
        "question": information.open_question(member.pk, at=clock.now()),
    }
    return render(request, "accounts/account.html", shown)
