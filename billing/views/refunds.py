"""Refunds: what would go back now and why, asking for it, and how far it has come (upstage/16, 20)."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import MemberStatus
from accounts.models import Member
from accounts.views.member_pages import member_page, open_afterwards
from billing.forms.once import fresh_key, key_of_page
from billing.forms.refunds import RefundForm
from billing.queries import refunds as queries
from billing.services import refunds
from upstage_console.kernel import clock
from upstage_console.kernel.pages import refusals_on

A_PAGE = 24


@require_safe
@member_page
@open_afterwards
def refund_list(request: HttpRequest, member: Member) -> HttpResponse:
    """What could be refunded now, and what was asked for before."""
    shown = {
        "member": member,
        "quote": queries.quote(member, at=clock.now(), leaving=queries.has_left(member)),
        "page": Paginator(queries.refunds_of_member(member.pk), A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "billing/refunds.html", shown)


@never_cache
@require_http_methods(["GET", "POST"])
@member_page
@open_afterwards
def refund_request(request: HttpRequest, member: Member) -> HttpResponse:
    """What would go back, of one purchase or of all, with the sentence that decides; then one button."""
    at, purchase = clock.now(), request.GET.get("purchase") or None
    form = RefundForm(request.POST or None, initial={"key": fresh_key()})
    if form.is_valid():
        with refusals_on(form):
            given: dict[str, Any] = {name: form.cleaned_data[name] for name in ("way", "reason")}
            given["key"] = key_of_page(form.cleaned_data["key"])
            made = refunds.request(member_id=member.pk, purchase=purchase, by=request.user, at=at, **given)
            return redirect("refund", refund_id=made.public_id)
    quote = queries.quote(member, at=at, purchase=purchase, leaving=queries.has_left(member))
    goes_through = quote.is_refundable and member.status != MemberStatus.DISQUALIFIED
    shown = {"form": form, "member": member, "quote": quote, "goes_through": goes_through}
    return render(request, "billing/refund_request.html", shown)


@require_safe
@member_page
@open_afterwards
def refund(request: HttpRequest, member: Member, refund_id: str) -> HttpResponse:
    """One refund with its promised days, until the money is back and afterwards."""
    found = queries.refund_of_member(member.pk, refund_id)
    lines = found.lines.select_related("purchase__payment__payment_method").order_by("pk")
    shown = {"member": member, "refund": found, "lines": lines, "taken": queries.set_off_of(found)}
    return render(request, "billing/refund.html", shown)
