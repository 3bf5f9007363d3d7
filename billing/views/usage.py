"""Usage: by day, split by service, meter or key, and each charge with its arithmetic."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Member
from accounts.views.member_pages import member_page
from billing.forms import UsageFilter
from billing.queries import spending
from billing.views.charts import bars_of_days
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date

A_PAGE = 25


@require_safe
@member_page
def usage_page(request: HttpRequest, member: Member) -> HttpResponse:
    today = kst_date(clock.now())
    form = UsageFilter.asked(request.GET, today=today)
    (first, last), split = form.span, form.by
    days = spending.used_by_day(member.pk, first, last, split=split)
    charges = spending.charges(member.pk).filter(day__range=(first, last))
    page = Paginator(charges, A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "member": member,
        "form": form,
        "first": first,
        "last": last,
        "bars": bars_of_days(days),
        "total": sum(day.amount for day in days),
        "rows": spending.used(member.pk, first, last, split=split),
        "split": split,
        "page": page,
        "charges": [(charge, spending.why_charged(charge)) for charge in page],
    }
    return render(request, "billing/usage.html", shown)
