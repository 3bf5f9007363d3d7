"""Services and prices, open to everybody (upstage/8.1, 17.1)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing.queries.prices import price_list
from upstage_console.kernel import clock
from upstage_console.kernel.money import CURRENCIES


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    member = getattr(request.user, "member", None)
    own = member.currency if member else "KRW"
    asked = request.GET.get("currency", own)
    currency = asked if asked in CURRENCIES else own
    shown = {"services": price_list(currency, clock.today()), "currency": currency, "currencies": list(CURRENCIES)}
    return render(request, "billing/services.html", shown)
