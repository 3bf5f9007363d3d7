"""Promotions as members see them: what they can join, what it gives and asks, what they have had (upstage/18.5)."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Member
from accounts.queries.reading import read
from accounts.views.member_pages import member_page
from credits.models import PromotionGrant
from credits.queries.promotions import grants_of, phase, promise_of, promotion_for, to_join
from credits.rules import promotions as rules
from credits.services import joining
from upstage_console.kernel import clock
from upstage_console.kernel.pages import refusals_on


class JoinForm(forms.Form):
    """The one thing joining asks: agreeing to the terms that stand above it."""

    agreed = forms.BooleanField(label=gettext_lazy("I agree to the terms of this promotion."))


@require_safe
@member_page
def promotion_list(request: HttpRequest, member: Member) -> HttpResponse:
    at = clock.now()
    open_ones = [
        {"promotion": row, "until": rules.usable_until(promise_of(row), at), "promise": promise_of(row)}
        for row in to_join(member, at)
    ]
    return render(
        request, "credits/promotions.html", {"member": member, "open": open_ones, "had": grants_of(member.pk)}
    )


@require_http_methods(["GET", "POST"])
@member_page
def promotion_page(request: HttpRequest, member: Member, promotion_id: str) -> HttpResponse:
    at = clock.now()
    row = promotion_for(member, promotion_id)
    form = JoinForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            had = joining.join(
                row.public_id, member_id=member.pk, by=request.user, at=at, ip=request.META.get("REMOTE_ADDR"),
                user_agent=request.headers.get("user-agent", ""),
            )  # fmt: skip
            messages.success(request, _("You have joined “%(name)s”.") % {"name": row.name})
            return redirect("lot", had.lot.public_id)
    had_already = PromotionGrant.objects.filter(member=member, promotion=row).select_related("lot", "consent").first()
    promise, stands = promise_of(row), phase(row, at)
    shown = {
        "member": member, "promotion": row, "form": form, "had": had_already, "phase": stands, "promise": promise,
        "may_join": row.is_open and stands == "running", "why": rules.explained(promise, at),
        "until": rules.usable_until(promise, at),
        "articles": read(row.version) if row.version else [],
    }  # fmt: skip
    return render(request, "credits/promotion.html", shown, status=409 if form.errors else 200)
