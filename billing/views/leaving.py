"""Leaving in three steps, and what somebody who left can still do (upstage/3.2, 3.5.1, 16.3)."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import DepartureStatus, MemberStatus
from accounts.models import Member
from accounts.queries import keys_of_member
from accounts.queries.leaving import last_departure, stored_items
from accounts.rules.leaving import credits_kept_until
from accounts.services import leaving, rejoining
from accounts.views.account_area import add_section
from accounts.views.member_pages import member_page, open_afterwards, sensitive
from billing.forms.leaving import ComeBackForm, LeaveForm
from billing.queries import debts, refunds
from credits import queries as credits
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.models import Holiday
from upstage_console.kernel.pages import refusals_on

add_section(90, "leave", gettext_lazy("Leave"))


def _until(at: datetime) -> dict[str, Any]:
    return {"until": credits_kept_until(kst_date(at), Holiday.objects.calendar())}


@require_safe
@member_page
def lost(request: HttpRequest, member: Member) -> HttpResponse:
    """Step 1: what ends, and what is kept for how long."""
    at = clock.now()
    shown = {
        "member": member,
        "balance": credits.balance(member.pk, at),
        "lots": credits.lots_in_burn_order(member.pk, at),
        "live_keys": keys_of_member(member.pk, at=at).filter(state="live").count(),
        "stored": stored_items(member.pk),
        "owed": debts.owed_total(member.pk, at),
    }
    return render(request, "billing/leave.html", shown | _until(at))


@require_safe
@member_page
def refundable(request: HttpRequest, member: Member) -> HttpResponse:
    """Step 2: what would be refunded, purchase by purchase, and why."""
    at = clock.now()
    shown = {"member": member, "quote": refunds.quote(member, leaving=True, at=at)}
    return render(request, "billing/leave_refund.html", shown | _until(at))


@sensitive
@never_cache
@require_http_methods(["GET", "POST"])
@member_page
def confirm(request: HttpRequest, member: Member) -> HttpResponse:
    """Step 3: after the password or second factor again, one button."""
    at = clock.now()
    form = LeaveForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            left = leaving.withdraw(member.pk, by=request.user, at=at, reason=form.cleaned_data["reason"])
            request.session.cycle_key()
            if left.status != DepartureStatus.COMPLETED:
                messages.warning(
                    request, _("We noted that you leave. One step takes longer; we write once it is done.")
                )
            return redirect("left" if left.status == DepartureStatus.COMPLETED else "account")
    return render(request, "billing/leave_confirm.html", {"form": form, "member": member} | _until(at))


@never_cache
@require_http_methods(["GET", "POST"])
@member_page
@open_afterwards
def left(request: HttpRequest, member: Member) -> HttpResponse:
    """After leaving: until when one can come back, and what stays open."""
    at = clock.now()
    departure = last_departure(member.pk)
    if member.status != MemberStatus.WITHDRAWN:
        return redirect("overview")
    if departure is None:
        return redirect("standing")
    form = ComeBackForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            rejoining.ask(member.pk, by=request.user, at=at)
            messages.success(request, _("We have your request. Until we answer, your credits stay as they are."))
            return redirect("left")
    shown = {
        "form": form,
        "member": member,
        "departure": departure,
        "asked": getattr(departure, "rejoin_request", None),
        "is_open": departure.kept_until is not None and kst_date(at) <= departure.kept_until,
        "balance": credits.balance(member.pk, at),
        "owed": debts.owed_total(member.pk, at),
    }
    return render(request, "billing/left.html", shown)


@require_safe
@member_page
@open_afterwards
def left_refund(request: HttpRequest, member: Member) -> HttpResponse:
    """What can be refunded while the credits are kept."""
    shown = {"member": member, "quote": refunds.quote(member, leaving=True, at=clock.now())}
    return render(request, "billing/left_refund.html", shown)
