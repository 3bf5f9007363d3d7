"""Auto-recharge: the plan in one sentence, what comes next, its history; switching on, changing, cancelling."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Member
from accounts.views.member_pages import member_page
from billing.enums import PlanStatus, PurchaseMode
from billing.forms.recharging import CancelRechargeForm, ConfirmRechargeForm, RechargeForm
from billing.models import RechargeCycle, RechargePlan
from billing.queries import recharging as queries
from billing.queries import refund_policies, tiers
from billing.queries.purchases import card_of_member
from billing.queries.tiers import Ladder
from billing.queries.topping import top_up_of_member
from billing.rules import recharging as rules
from billing.rules.recharging import TRY_AGAIN_AFTER, Choice
from billing.services import recharge_plans
from billing.services.recharge_steps import choice_of
from credits.queries import lots_of_purchase
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.pages import refusals_on

TRIES_SHOWN = 24
STEPS_SHOWN = 12
STOPPED_BY = {
    "unpaid_fees": gettext_lazy("Fees were unpaid."),
    "purchase_unavailable": gettext_lazy("Paying was impossible for a while."),
}
"""Why a cycle was not charged; whatever else stops one is a restriction."""


@require_safe
@member_page
def recharge(request: HttpRequest, member: Member) -> HttpResponse:
    """What is charged next and what it brings, what ends then, and everything that was."""
    at = clock.now()
    plan = queries.last_plan(member.pk)
    shown = {
        "member": member,
        "plan": plan,
        "is_on": plan is not None and plan.status == PlanStatus.ACTIVE,
        "is_paused": plan is not None and plan.status == PlanStatus.PAUSED,
        "coming": queries.next_charge(plan) if plan else None,
        "waiting": queries.waiting_change(plan) if plan else None,
        "tries": queries.tries_of_member(member.pk).order_by("-id")[:TRIES_SHOWN],
        "steps": queries.steps_of_member(member.pk)[:STEPS_SHOWN],
        "card": card_of_member(member.pk),
        "ladders": _ladders(member, kst_date(at)),
        "uncharged": [_uncharged(one) for one in queries.uncharged_cycles(member.pk)[:STEPS_SHOWN]],
        "days": TRY_AGAIN_AFTER,
        "top_up": top_up_of_member(member.pk),
    }
    return render(request, "billing/recharge.html", shown | _running(plan, kst_date(at)))


def _ladders(member: Member, today: date) -> list[Ladder]:
    """The tiers of what recurs."""
    return [one for one in tiers.ladders(tiers.lines_on(today), member.currency) if one.mode != PurchaseMode.ONCE]


def _uncharged(cycle: RechargeCycle) -> dict[str, Any]:
    """A cycle that was not charged, and what stopped it."""
    why = STOPPED_BY.get(cycle.stopped_by, _("Your use was restricted.")) if cycle.stopped_by else ""
    return {"cycle": cycle, "why": why}


def _running(plan: RechargePlan | None, today: date) -> dict[str, Any]:
    """The cycle that runs, and what is left of its bonus, which ends with it."""
    cycle = queries.running_cycle(plan, today) if plan else None
    if cycle is None:
        return {"cycle": None, "bonus_left": 0}
    paid = cycle.purchases.filter(status="paid").first()
    lots = [lot for lot in lots_of_purchase(paid.public_id) if lot.source == "bonus"] if paid else []
    return {"cycle": cycle, "bonus_left": sum(lot.remaining for lot in lots)}


@require_safe
@member_page
def choose(request: HttpRequest, member: Member) -> HttpResponse:
    """Step 1: how much, how often, when. What is chosen goes on in the address."""
    plan = queries.plan_of_member(member.pk)
    given = request.GET if "amount" in request.GET else None
    form = RechargeForm(given, currency=member.currency, initial=_initial(plan))
    if form.is_valid():
        with refusals_on(form):
            choice = Choice(**form.cleaned_data)
            queries.quote_on(choice, member.currency, clock.today())
            return redirect(f"{reverse('recharge-confirm')}?{urlencode(form.cleaned_data)}")
    shown = {"form": form, "member": member, "plan": plan, "ladders": _ladders(member, clock.today())}
    return render(request, "billing/recharge_choose.html", shown | {"card": card_of_member(member.pk)})


def _initial(plan: RechargePlan | None) -> dict[str, Any]:
    if plan is None:
        return {"day": kst_date(clock.now()).day}
    return {"amount": f"{plan.amount.normalize():f}", "mode": plan.mode, "day": plan.day}


@never_cache
@require_http_methods(["GET", "POST"])
@member_page
def confirm(request: HttpRequest, member: Member) -> HttpResponse:
    """Step 2: the first charge, what recurs, what ends when it begins, and the conditions, before the one button."""
    at = clock.now()
    asked = RechargeForm(request.GET, currency=member.currency)
    if not asked.is_valid():
        return redirect("recharge-choose")
    choice, plan = Choice(**asked.cleaned_data), queries.plan_of_member(member.pk)
    form = ConfirmRechargeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            made = recharge_plans.set_plan(member_id=member.pk, choice=choice, by=request.user, at=at)
            messages.success(request, _said(made))
            return redirect("recharge")
    first = _first(plan, choice, kst_date(at))
    shown = {
        "form": form,
        "member": member,
        "plan": plan,
        "choice": choice,
        "asked": urlencode(asked.cleaned_data),
        "coming": queries.charge_on(choice, member.currency, first),
        "after": rules.following(first, choice),
        "card": card_of_member(member.pk),
        "conditions": refund_policies.in_force(clock.today()),
    }
    return render(request, "billing/recharge_confirm.html", shown | _running(plan, kst_date(at)))


def _first(plan: RechargePlan | None, choice: Choice, today: date) -> date:
    """The day of the first charge of what is chosen."""
    if plan is None:
        return rules.first_on(today, choice.day)
    return rules.next_after_change(today, choice_of(plan), choice, plan.next_on)


def _said(plan: RechargePlan) -> str:
    if queries.waiting_change(plan) is not None:
        return _("We have your change and tell you once it is approved.")
    return _("Auto-recharge is on: nothing is charged before the day shown.")


@never_cache
@require_http_methods(["GET", "POST"])
@member_page
def cancel(request: HttpRequest, member: Member) -> HttpResponse:
    """What stays and what ends, and one button; possible under any restriction (upstage/16.2)."""
    plan = queries.plan_of_member(member.pk)
    if plan is None:
        return redirect("recharge")
    form = CancelRechargeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            recharge_plans.cancel(member_id=member.pk, by=request.user, at=clock.now())
            messages.success(request, _("Auto-recharge is cancelled. Nothing more is charged."))
            return redirect("recharge")
    shown = {"form": form, "member": member, "plan": plan} | _running(plan, clock.today())
    return render(request, "billing/recharge_cancel.html", shown)
