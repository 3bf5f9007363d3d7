"""Topping up when the balance runs low: the wish, its bounds, and the switch."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Member
from accounts.views.member_pages import member_page
from billing.forms.recharging import TopUpForm
from billing.models import TopUp
from billing.queries import refund_policies
from billing.queries.purchases import card_of_member
from billing.queries.topping import last_top_up
from billing.services import topping
from billing.services.topping import Wish
from credits.queries import balance
from upstage_console.kernel import clock
from upstage_console.kernel.pages import refusals_on


@require_http_methods(["GET", "POST"])
@member_page
def top_up(request: HttpRequest, member: Member) -> HttpResponse:
    at, rule = clock.now(), last_top_up(member.pk)
    form = TopUpForm(request.POST or None, currency=member.currency, initial=_initial(rule))
    if form.is_valid():
        wish = Wish(*(form.cleaned_data[name] for name in ("below", "amount", "most_a_day")))
        with refusals_on(form):
            topping.set_top_up(member_id=member.pk, wish=wish, by=request.user, at=at)
            messages.success(request, _("Topping up is on."))
            return redirect("recharge")
    shown = {
        "form": form,
        "member": member,
        "top_up": rule,
        "card": card_of_member(member.pk),
        "available": balance(member.pk, at).available,
        "conditions": refund_policies.in_force(clock.today()),
    }
    return render(request, "billing/top_up.html", shown)


def _initial(rule: TopUp | None) -> dict[str, Any]:
    if rule is None:
        return {}
    return {
        "below": f"{rule.below.normalize():f}",
        "amount": f"{rule.amount.normalize():f}",
        "most_a_day": rule.most_a_day,
    }


@require_POST
@member_page
def off(request: HttpRequest, member: Member) -> HttpResponse:
    """One button; possible under any restriction."""
    topping.stop(member_id=member.pk, by=request.user, at=clock.now())
    messages.success(request, _("Topping up is off."))
    return redirect("recharge")
