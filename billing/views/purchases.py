"""Buying credits: how many, what it costs and what is agreed to, and what came of it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Member
from accounts.views.member_pages import member_page, open_afterwards
from billing.enums import PurchaseMode
from billing.forms.once import fresh_key, key_of_page
from billing.forms.purchases import AmountForm, ConfirmPurchaseForm
from billing.queries import purchases as queries
from billing.queries import refund_policies, tiers
from billing.rules.bonus import next_up, usable_until
from billing.services import purchases
from credits.queries import lot
from credits.rules.expiry import YEARS_OF_PAID_CREDITS, paid_credits_end
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.pages import refusals_on

USUAL = {"KRW": [10_000, 50_000, 100_000, 500_000], "USD": [10, 50, 100, 500]}


@require_safe
@member_page
def amount(request: HttpRequest, member: Member) -> HttpResponse:
    """Step 1. The chosen amount goes on in the address, so that going back and forth loses nothing."""
    at = clock.now()
    form = AmountForm(request.GET if "amount" in request.GET else None, currency=member.currency)
    card = queries.card_of_member(member.pk)
    if form.is_valid():
        with refusals_on(form):
            purchases.quote(member, form.cleaned_data["amount"], at=at)
            step = "credits-confirm" if card else "card"
            return redirect(f"{reverse(step)}?{urlencode({'amount': form.cleaned_data['amount']})}")
    shown = {"form": form, "member": member, "usual": USUAL.get(member.currency, []), "card": card}
    shown |= {"years": YEARS_OF_PAID_CREDITS, "ladders": tiers.ladders(tiers.lines_on(kst_date(at)), member.currency)}
    return render(request, "billing/buy.html", shown)


@never_cache
@require_http_methods(["GET", "POST"])
@member_page
def confirm(request: HttpRequest, member: Member) -> HttpResponse:
    """Step 2. Everything the purchase will do, and the conditions of withdrawal, before the one button."""
    at = clock.now()
    asked = AmountForm(request.GET, currency=member.currency)
    if not asked.is_valid():
        return redirect("credits-buy")
    wanted: Decimal = asked.cleaned_data["amount"]
    form = ConfirmPurchaseForm(request.POST or None, initial={"key": fresh_key()})
    if form.is_valid():
        with refusals_on(form):
            key = key_of_page(form.cleaned_data["key"])
            purchase = purchases.buy(member_id=member.pk, amount=wanted, key=key, by=request.user, at=at)
            return redirect("purchase", purchase_id=purchase.public_id)
    shown = {
        "form": form,
        "member": member,
        "card": queries.card_of_member(member.pk),
        "conditions": refund_policies.in_force(clock.today()),
        "usable_until": paid_credits_end(at),
    }
    return render(request, "billing/confirm_purchase.html", shown | _offered(member, wanted, at))


def _offered(member: Member, wanted: Decimal, at: datetime) -> dict[str, Any]:
    """What the amount costs and gives, and how much more would give more."""
    today = kst_date(at)
    quote = purchases.quote(member, wanted, at=at)
    above = next_up(tiers.lines_on(today), wanted, PurchaseMode.ONCE, member.currency)
    until = usable_until(quote.tier, today, None) if quote.tier and quote.bonus else None
    return {"quote": quote, "bonus_until": until, "above": above, "more": above.minimum - wanted if above else 0}


@require_safe
@member_page
@open_afterwards
def purchase(request: HttpRequest, member: Member, purchase_id: str) -> HttpResponse:
    """Step 3, and for as long as anybody asks: what was bought, paid and agreed to."""
    found = queries.purchase_of_member(member.pk, purchase_id)
    shown = {"member": member, "purchase": found, "conditions": refund_policies.of_version(found.conditions)}
    shown |= {"bonus": lot(member.pk, found.bonus_lot) if found.bonus_lot else None}
    return render(request, "billing/purchase.html", shown)
