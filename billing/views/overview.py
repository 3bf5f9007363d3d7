"""The first page after logging in: what was used, what is left, what to do."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Member
from accounts.views.member_pages import member_page
from billing.queries import debts, limits, spending
from billing.queries.sums import Scope
from billing.views.charts import bars_of
from credits import queries as credits
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import billing_month, kst_date

CHART_DAYS = 30
FLOW_DAYS = 90
RECENT = 8


@require_safe
@member_page
def overview(request: HttpRequest, member: Member) -> HttpResponse:
    at = clock.now()
    today, month = kst_date(at), billing_month(at)
    days = Scope(member.pk, today - timedelta(days=CHART_DAYS - 1), today)
    bars, chart_total = bars_of(days, spending.used(days, limit=spending.MOST_SERIES + 1))
    shown: dict[str, Any] = {
        "member": member,
        "month": month,
        "balance": credits.balance(member.pk, at),
        "expiring": credits.coming_expiries(member.pk, at, days=30),
        "month_total": spending.month_total(member.pk, month),
        "services": spending.used(Scope(member.pk, month, today)),
        "bars": bars,
        "chart_total": chart_total,
        "flow": _flow(member, today),
        "recent": spending.shown(spending.latest_charges(member.pk, RECENT)),
        "owed": debts.owed_total(member.pk, at),
        "own": limits.spending(member.pk, at),
        "overdue": debts.unpaid(member.pk, at).exists(),
    }
    return render(request, "billing/overview.html", shown)


def _flow(member: Member, today: date) -> list[dict[str, Any]]:
    days = credits.balance_history(member.pk, today - timedelta(days=FLOW_DAYS - 1), today)
    return [{"day": day.day, "free": day.free, "paid": day.paid} for day in days]
