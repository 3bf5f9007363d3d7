"""Giving mandatory information that is missing (upstage/6.1)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms import InformationForm
from accounts.models import Member
from accounts.services import information
from accounts.views.member_pages import member_page
from upstage_console.kernel import clock
from upstage_console.kernel.pages import refusals_on


@require_http_methods(["GET", "POST"])
@member_page
def give(request: HttpRequest, member: Member) -> HttpResponse:
    """What is asked for, and nothing else; once it is given paid services are open again."""
    at = clock.now()
    question = information.open_question(member.pk, at=at)
    if question is None:
        return redirect("account")
    form = InformationForm(request.POST or None, asked=question.facts["missing"])
    if form.is_valid():
        with refusals_on(form):
            information.give(member.pk, values=form.cleaned_data, by=request.user, at=at)
            messages.success(request, _("Thank you. You can use paid services again."))
            return redirect("account")
    return render(request, "accounts/information.html", {"form": form, "question": question})
