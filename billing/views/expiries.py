"""Coming expiries: which credits end when, and what would be lost at the pace of use (upstage/15.4, 15.6)."""

from calendar import SUNDAY, Calendar
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from babel.dates import get_day_names
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.models import Member
from accounts.views.member_pages import member_page
from billing.queries import spending
from credits import queries
from credits.queries import Lot
from credits.rules import forecast
from credits.rules.expiry import NOTICE_STAGES
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date, month_of, months_later
from upstage_console.kernel.wording import tongue

MONTHS_SHOWN = 3
SOON, LATER = 30, 90
A_PAGE = 25
WEEKS = Calendar(SUNDAY)
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Square:
    """A day of the calendar: what expires at its end, and of what kind."""

    day: date
    amount: Decimal
    kind: str
    is_of_month: bool
    is_today: bool


@dataclass(frozen=True)
class Row:
    """A lot, and what of it would be lost at the present pace."""

    lot: Lot
    lost: Decimal


@require_safe
@member_page
def coming_expiries(request: HttpRequest, member: Member) -> HttpResponse:
    at = clock.now()
    today, lots = kst_date(at), queries.lots_in_burn_order(member.pk, at)
    pace = spending.pace(member.pk, today)
    lost = forecast.lost_at_pace(map(queries.parcel, lots), pace or NOTHING, at)
    by_day = sorted(lots, key=lambda lot: (lot.expires_at, lot.pk))
    rows = [Row(lot, lost[lot.public_id]) for lot in by_day]
    shown: dict[str, Any] = {
        "member": member, "pace": pace, "lots": lots, "soon": SOON, "later": LATER, "stages": NOTICE_STAGES,
        "pace_days": spending.PACE_DAYS,
        "within_soon": _sum(rows, today + timedelta(days=SOON)),
        "within_later": _sum(rows, today + timedelta(days=LATER)),
        "lost": sum((row.lost for row in rows if row.lot.expires_on <= today + timedelta(days=LATER)), NOTHING),
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "waiting": queries.waiting_paid_lots(lots, at),
    }  # fmt: skip
    return render(request, "billing/expiries.html", shown | _calendar(request, by_day, today))


def _sum(rows: Iterable[Row], last: date) -> Decimal:
    return sum((row.lot.remaining for row in rows if row.lot.expires_on <= last), NOTHING)


def _calendar(request: HttpRequest, lots: Sequence[Lot], today: date) -> dict[str, Any]:
    """Some months side by side from the one asked for, and how to go on to those before and after."""
    last = month_of(lots[-1].expires_on) if lots else month_of(today)
    first = min(max(_asked(request, today), month_of(today)), last)
    ending: defaultdict[date, list[Lot]] = defaultdict(list)
    for lot in lots:
        ending[lot.expires_on].append(lot)
    after, before = months_later(first, MONTHS_SHOWN), months_later(first, -MONTHS_SHOWN)
    return {
        "weekdays": _weekdays(),
        "months": [_month(months_later(first, number), ending, today) for number in range(MONTHS_SHOWN)],
        "earlier": max(before, month_of(today)) if first > month_of(today) else None,
        "further": after if after <= last else None,
    }


def _weekdays() -> list[str]:
    """What the days of a week are called, as short as can be, from Sunday on."""
    names = get_day_names("narrow", "stand-alone", locale=tongue(get_language()))
    return [names[number] for number in WEEKS.iterweekdays()]


def _asked(request: HttpRequest, today: date) -> date:
    try:
        return month_of(parse_date(f"{request.GET.get('from', '')}-01") or today)
    except ValueError:
        return month_of(today)


def _month(first: date, ending: Mapping[date, Sequence[Lot]], today: date) -> dict[str, Any]:
    weeks = WEEKS.monthdatescalendar(first.year, first.month)
    return {"first": first, "weeks": [[_square(day, first, ending, today) for day in week] for week in weeks]}


def _square(day: date, month: date, ending: Mapping[date, Sequence[Lot]], today: date) -> Square:
    is_of_month = month_of(day) == month
    lots = ending.get(day, ()) if is_of_month else ()
    kinds = {lot.kind for lot in lots}
    amount = sum((lot.remaining for lot in lots), NOTHING)
    return Square(day, amount, "both" if len(kinds) > 1 else next(iter(kinds), ""), is_of_month, day == today)
