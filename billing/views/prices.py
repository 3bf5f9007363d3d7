"""Services and prices, open to everybody: the list of a day, a calculator, base exchange rates (upstage/8.1, 17.1)."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from billing.forms.catalogue import CalculatorForm, PriceListFilter
from billing.models import Meter
from billing.queries import prices as queries
from billing.queries.prices import ServiceShown, price_list
from upstage_console.kernel import clock
from upstage_console.kernel.money import CURRENCIES
from upstage_console.kernel.wording import tongue


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    form = PriceListFilter.asked(request.GET, currency=_own_currency(request), today=today)
    currency, on = form.cleaned_data["currency"], form.cleaned_data["on"]
    shown = {"services": price_list(currency, on), "currency": currency, "on": on, "today": today, "form": form}
    return render(request, "billing/services.html", shown)


@require_safe
def calculator(request: HttpRequest) -> HttpResponse:
    """What a use would cost; asked in the address, so that the answer can be sent on."""
    today = clock.today()
    filters = PriceListFilter.asked(request.GET, currency=_own_currency(request), today=today)
    currency, on = filters.cleaned_data["currency"], filters.cleaned_data["on"]
    meters = _meters(price_list(currency, on))
    data = {"currency": currency, "on": on.isoformat(), "quantity": "1000"} | request.GET.dict()
    data.setdefault("meter", next(iter(meters), ""))
    form = CalculatorForm(data, meters=[(name, label) for name, (label, _meter) in meters.items()])
    shown = {"form": form, "currency": currency, "on": on, "today": today, "found": None, "add_ons": ()}
    if form.is_valid():
        shown |= _calculated(meters[form.cleaned_data["meter"]][1], form, request.GET.getlist("add_on"))
    return render(request, "billing/calculator.html", shown)


def _calculated(meter: Meter, form: CalculatorForm, chosen: Sequence[str]) -> dict[str, object]:
    asked = form.cleaned_data
    price = queries.price_on(meter, asked["currency"], asked["on"])
    if price is None:
        return {"meter": meter}
    found = queries.calculate(meter, price, asked["quantity"], chosen)
    return {
        "meter": meter,
        "found": found,
        "quantity": asked["quantity"],
        "chosen": chosen,
        "add_ons": price.add_ons.all(),
    }


def _meters(listed: Sequence[ServiceShown]) -> dict[str, tuple[str, Meter]]:
    """Every meter by the name that the address has for it, with its label."""
    language = tongue(get_language())
    name, unit = f"name_{language}", f"unit_{language}"
    return {
        f"{one.service.code}/{row.meter.code}": (
            f"{getattr(one.service, name)} · {getattr(row.meter, unit)}", row.meter
        )
        for one in listed
        for row in one.meters
    }  # fmt: skip


@require_safe
def exchange_rates(request: HttpRequest) -> HttpResponse:
    rows, today = queries.rates(), clock.today()
    now = {row.currency: row for row in reversed(rows) if row.effective_on <= today}
    return render(request, "billing/exchange_rates.html", {"rows": rows, "now": list(now.values()), "today": today})


def _own_currency(request: HttpRequest) -> str:
    member = getattr(request.user, "member", None)
    return member.currency if member else next(iter(CURRENCIES))
