"""Usage: by day or hour, split by service, meter or key; each call and each charge with its arithmetic."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import ApiKey, Member
from accounts.views.member_pages import member_page
from billing.forms.usage import UsageFilter
from billing.models import Meter, Service
from billing.queries import archives, spending
from billing.queries.calls import Place, calls
from billing.queries.spending import UsedRows
from billing.queries.sums import NO_KEY
from billing.views.charts import bars_of
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date, months_later
from upstage_console.kernel.wording import tongue

A_PAGE = 50
CALLS_A_PAGE = 50
CHARGES_A_PAGE = 25
TABS = [("usage", gettext_lazy("Totals")), ("usage-calls", gettext_lazy("Calls")),
        ("usage-charges", gettext_lazy("Charges"))]  # fmt: skip
NEXT_SPLIT = {"service": "meter", "meter": "key", "key": "meter"}
"""By what a row is split that is looked at alone."""


@require_safe
@member_page
def usage_page(request: HttpRequest, member: Member) -> HttpResponse:
    form = asked(request)
    scope, split = form.scope(member.pk), form.by
    rows: Any = UsedRows(scope, split)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    first_rows = list(page) if page.number == 1 else spending.used(scope, split=split, limit=spending.MOST_SERIES + 1)
    bars, total = bars_of(scope, first_rows, split=split, hourly=form.is_hourly)
    shown = {
        "bars": bars, "total": total, "totals": spending.totals(scope), "split": split, "page": page,
        "rows": [(row, _address(request, **_narrowed(split, row.id))) for row in page],
    }  # fmt: skip
    return render(request, "billing/usage.html", _around(request, form, member) | shown)


@require_safe
@member_page
def calls_page(request: HttpRequest, member: Member) -> HttpResponse:
    form = asked(request)
    scope, before = form.scope(member.pk), _place(request.GET)
    found = calls(scope, before=before, limit=CALLS_A_PAGE + 1)
    last = found[CALLS_A_PAGE - 1].place if len(found) > CALLS_A_PAGE else None
    shown = {
        "calls": found[:CALLS_A_PAGE], "is_first": before is None, "archived": _archived(scope.first),
        "next": _address(request, before=last.at.isoformat(), id=last.id) if last else "",
    }  # fmt: skip
    return render(request, "billing/usage_calls.html", _around(request, form, member) | shown)


@require_safe
@member_page
def charges_page(request: HttpRequest, member: Member) -> HttpResponse:
    form = asked(request)
    charges = spending.charges(form.scope(member.pk))
    page = Paginator(charges, CHARGES_A_PAGE).get_page(request.GET.get("page"))
    shown = {"page": page, "charges": spending.shown(page)}
    return render(request, "billing/usage_charges.html", _around(request, form, member) | shown)


def asked(request: HttpRequest) -> UsageFilter:
    """The filter of the address."""
    return UsageFilter.asked(request.GET, today=kst_date(clock.now()))


def _around(request: HttpRequest, form: UsageFilter, member: Member) -> dict[str, Any]:
    """What every page about usage shows around its figures."""
    first, last = form.span
    here = request.resolver_match.url_name if request.resolver_match else ""
    tabs = [{"label": label, "url": reverse(name) + _address(request), "current": name == here} for name, label in TABS]
    return {
        "member": member, "form": form, "first": first, "last": last, "chips": _chips(request, form, member),
        "tabs": tabs, "query": _address(request),
    }  # fmt: skip


def _address(request: HttpRequest, **changes: str | None) -> str:
    """The question of this page with some changes, from the first page on; None leaves a part out."""
    query = request.GET.copy()
    for name, value in {"page": None, "before": None, "id": None, **changes}.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"


def _narrowed(split: str, name: str) -> dict[str, str]:
    """The changes that look at one row of the sums alone."""
    parts = {"key": name} if split == "key" else dict(zip(("service", "meter"), name.split("/"), strict=False))
    return parts | {"split": NEXT_SPLIT[split]}


def _chips(request: HttpRequest, form: UsageFilter, member: Member) -> list[dict[str, str]]:
    """What the figures are narrowed to, and the address without it."""
    service, meter, key = (form.cleaned_data.get(name) or "" for name in ("service", "meter", "key"))
    known: list[tuple[str, dict[str, None]]] = [
        (_service(service), {"service": None, "meter": None}),
        (_meter(service, meter), {"meter": None}),
        (_key(key, member), {"key": None}),
    ]
    return [{"label": label, "without": _address(request, **without)} for label, without in known if label]


def _service(code: str) -> str:
    found = Service.objects.filter(code=code).first() if code else None
    return _named(found, "name") or code


def _meter(service: str, code: str) -> str:
    found = Meter.objects.filter(service__code=service, code=code).first() if code else None
    return _named(found, "unit") or code


def _named(row: Any, field: str) -> str:
    return getattr(row, f"{field}_{tongue(get_language())}") if row is not None else ""


def _key(key: str, member: Member) -> str:
    if key in ("", NO_KEY):
        return _("without a key") if key else ""
    field: Any = ApiKey._meta.get_field("public_id")
    found = ApiKey.objects.filter(member=member, public_id=key).first() if field.parse(key) else None
    return found.name if found is not None else key


def _place(query: Mapping[str, str]) -> Place | None:
    try:
        at: datetime | None = parse_datetime(query.get("before", ""))
    except ValueError:
        at = None
    return Place(at, query.get("id", "")) if at is not None and at.tzinfo is not None else None


def _archived(first: date) -> date | None:
    """The newest month whose calls lie in files, where the days shown reach back into it."""
    newest = archives.last_archived()
    return newest if newest is not None and first < months_later(newest, 1) else None
