"""A member's own terms: which text governs and why, what is coming, accepting and rejecting (upstage/4.4, 4.5, 5.2)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import AnswerForm
from accounts.models import Member, Version
from accounts.queries import consents_of_member
from accounts.queries.amendments import Coming, coming_for
from accounts.queries.governing import governing_now
from accounts.queries.paid_endings import open_in_force
from accounts.queries.reading import read
from accounts.queries.terms import agreement_of, published
from accounts.rules import disputes
from accounts.services import answers
from accounts.views.account_area import add_section
from accounts.views.member_pages import member_page
from upstage_console.kernel import clock
from upstage_console.kernel.pages import refusals_on

add_section(40, "account-terms", gettext_lazy("Terms"))


@require_safe
@member_page
def my_terms(request: HttpRequest, member: Member) -> HttpResponse:
    at = clock.now()
    context = {
        "member": member,
        "coming": coming_for(member.pk, at),
        "uses": governing_now(member, at=at),
        "open": open_in_force(member.pk, at=at),
        "consents": consents_of_member(member.pk),
        "law": disputes.governing_law(member.country),
        "hides_coming": True,
    }
    return render(request, "accounts/terms.html", context)


@require_safe
@member_page
def my_agreement(request: HttpRequest, member: Member, document: str) -> HttpResponse:
    version = agreement_of(member.pk, document, clock.now())
    context = {"version": version, "document": version.document, "articles": read(version)}
    return render(request, "accounts/agreement.html", context)


@require_http_methods(["GET", "POST"])
@member_page
def terms_accept(request: HttpRequest, member: Member, document: str, version: str) -> HttpResponse:
    return _answer(request, member, document, version, "accept", answers.accept)


@require_http_methods(["GET", "POST"])
@member_page
def terms_reject(request: HttpRequest, member: Member, document: str, version: str) -> HttpResponse:
    return _answer(request, member, document, version, "reject", answers.reject)


def _answer(
    request: HttpRequest, member: Member, document: str, label: str, kind: str, service: Callable[..., Any]
) -> HttpResponse:
    """The consequence first, then the answer."""
    at = clock.now()
    version = published(at).filter(document__code=document, label=label).first()
    if version is None:
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            service(
                member.pk, version.pk, by=request.user, at=at, ip=request.META.get("REMOTE_ADDR"),
                user_agent=request.headers.get("user-agent", ""),
            )  # fmt: skip
            messages.success(request, DONE[kind] % {"title": version.document.title})
            return redirect("account-terms")
    context = {"form": form, "version": version, "kind": kind, "coming": _coming(member, version)}
    return render(request, "accounts/terms_answer.html", context, status=409 if form.errors else 200)


DONE = {
    "accept": gettext_lazy("You have accepted “%(title)s”."),
    "reject": gettext_lazy("You have rejected the change of “%(title)s”."),
}


def _coming(member: Member, version: Version) -> Coming | None:
    found = coming_for(member.pk, clock.now())
    return next((one for one in found if one.version.pk == version.pk), None)
