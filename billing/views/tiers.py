"""The published table of bonus tiers, open to everybody (upstage/15.2)."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing.models import TierTable
from billing.queries import tiers as queries
from billing.queries.tiers import Ladder
from upstage_console.kernel import clock
from upstage_console.kernel.money import CURRENCIES


@dataclass(frozen=True)
class Version:
    """One table as the page shows it."""

    table: TierTable
    ladders: list[Ladder]


@require_safe
def tiers(request: HttpRequest) -> HttpResponse:
    """What holds today, what is announced, and what held before."""
    member = getattr(request.user, "member", None)
    own = member.currency if member else "KRW"
    asked = request.GET.get("currency", own)
    currency = asked if asked in CURRENCIES else own
    today = clock.today()
    now = queries.in_force(today)
    versions = [_version(table, currency) for table in queries.published()]
    shown = {
        "now": next((one for one in versions if one.table == now), None),
        "coming": [one for one in versions if one.table.effective_on > today],
        "past": [one for one in versions if one.table.effective_on <= today and one.table != now],
        "currency": currency,
        "currencies": list(CURRENCIES),
    }
    return render(request, "billing/tiers.html", shown)


def _version(table: TierTable, currency: str) -> Version:
    return Version(table, queries.ladders(map(queries.line_of, table.tiers.all()), currency))
