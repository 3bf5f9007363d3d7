"""The parts pages are made of. Each renders a template of `templates/_components/`."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from upstage_console.web import charts
from upstage_console.web.templatetags.formats import days_until

register = template.Library()

SOON = 7  # days before a deadline from which its chip is marked
CODE = re.compile(r"^(?P<document>[a-z]+)/(?P<article>\d+(?:-\d+)?)(?:\.(?P<paragraph>\d+))?(?:\.(?P<item>\d+))?$")
DOCUMENTS = {"upstage": ("이용약관", "Terms"), "rift": ("Rift 약관", "Rift terms")}


def _rendered(context: Context, name: str, props: dict[str, Any]) -> SafeString:
    return get_template(f"_components/{name}.html").template.render(context.new({**_shared(context), **props}))  # type: ignore[attr-defined,no-any-return]


def _shared(context: Context) -> dict[str, Any]:
    return {name: context[name] for name in ("request", "today", "csrf_token") if name in context}


@register.simple_block_tag(takes_context=True)
def component(context: Context, content: SafeString, name: str, **props: Any) -> SafeString:
    """`{% component "card" title=… %}body{% endcomponent %}`: a component with a body."""
    return _rendered(context, name, {**props, "content": content.strip() and content})


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("web/icons.svg"), name)


def _next_id(context: Context, prefix: str) -> str:
    """Ids that repeat from one request to the next, so that a page's text does not change by itself."""
    request = context.get("request")
    count = getattr(request, "component_count", 0) + 1
    if request is not None:
        request.component_count = count
    return f"{prefix}-{count}"


@register.simple_tag(takes_context=True)
def why(context: Context, reason: Any, at: datetime | None = None, by: str = "", label: str = "") -> SafeString:
    """The stored reason of a decision: its sentence with the arithmetic, its clauses, when and by whom. Nothing without a reason."""
    if not reason:
        return SafeString("")
    text = reason.text((get_language() or "ko")[:2]) if hasattr(reason, "text") else str(reason)
    props = {"id": _next_id(context, "why"), "text": text, "clauses": getattr(reason, "clauses", ()), "at": at, "by": by}
    return _rendered(context, "why", {**props, "label": label})


@register.simple_block_tag(takes_context=True)
def because(context: Context, content: SafeString, clauses: Iterable[str] = (), label: str = "") -> SafeString:
    """A why panel whose body the page writes: a sum, a list of prices."""
    return _rendered(context, "why", {"id": _next_id(context, "why"), "content": content, "clauses": clauses, "label": label})


def clause_label(code: str) -> str:
    """`upstage/15-2.1` as 이용약관 제15조의2 제1항 / Terms Art. 15-2(1)."""
    match = CODE.match(code)
    if not match:
        return code
    korean, english = DOCUMENTS.get(match["document"], (match["document"], match["document"]))
    if (get_language() or "ko").startswith("en"):
        return f"{english} Art. {match['article']}" + "".join(f"({part})" for part in (match["paragraph"], match["item"]) if part)
    article, _dash, branch = match["article"].partition("-")
    label = f"{korean} 제{article}조" + (f"의{branch}" if branch else "")
    return label + (f" 제{match['paragraph']}항" if match["paragraph"] else "") + (f" 제{match['item']}호" if match["item"] else "")


@register.simple_tag
def clause(code: str) -> SafeString:
    """A chip that leads to the article in force."""
    try:
        url = reverse("terms-clause", kwargs={"code": code})
    except NoReverseMatch:
        return format_html('<span class="clause">{}</span>', clause_label(code))
    return format_html('<a class="clause" href="{}">{}</a>', url, clause_label(code))


@register.inclusion_tag("_components/deadline.html")
def deadline(value: date, today: date) -> dict[str, Any]:
    days = days_until(value, today)
    return {"value": value, "today": today, "state": "past" if days < 0 else "soon" if days <= SOON else ""}


@register.inclusion_tag("_components/pill.html")
def pill(label: str, tone: str = "") -> dict[str, str]:
    """A status: tone good, accent, warn, danger, or none."""
    return {"label": label, "tone": tone}


@register.inclusion_tag("_components/field.html")
def field(bound: Any) -> dict[str, Any]:
    """A form row: label, control, help, errors, each tied to the control for screen readers."""
    return {"field": bound, "kind": getattr(bound.field.widget, "input_type", "") or type(bound.field.widget).__name__.lower()}


@register.simple_tag(takes_context=True)
def bar_chart(context: Context, bars: Sequence[charts.Bar], currency: str = "", unit: str = "", today: date | None = None) -> SafeString:
    """Bars by day with a grid of three lines, and the same figures as a table."""
    columns, top = charts.columns(bars)
    every = max(1, -(-len(bars) // 6))
    labels = [{"x": column.x, "day": column.bar.day} for column in columns[::every]]
    kinds = list(dict.fromkeys((part.label, part.tone) for bar in bars for part in bar.parts))
    props = {"columns": columns, "ticks": charts.ticks(top), "labels": labels, "kinds": kinds, "height": charts.HEIGHT}
    return _rendered(context, "bar_chart", {**props, "currency": currency, "unit": unit, "today": today, "empty": not any(b.value for b in bars)})


@register.inclusion_tag("_components/strip.html")
def strip(parts: Sequence[charts.Part], label: str) -> dict[str, Any]:
    """Shares of a whole in one line: lots in burn order, paid and free."""
    places = charts.strip([part.value for part in parts])
    return {"pieces": [{"x": x, "width": width, "part": part} for part, (x, width) in zip(parts, places, strict=True)], "label": label}


@register.inclusion_tag("_components/area_chart.html")
def area_chart(series: Sequence[dict[str, Any]], currency: str) -> dict[str, Any]:
    """Paid on free over days: `series` is a list of {day, free, paid}."""
    free = [Decimal(row["free"]) for row in series]
    total = [Decimal(row["free"]) + Decimal(row["paid"]) for row in series]
    top = charts.nice_ceiling(max(total, default=Decimal(0)))
    return {
        "free": charts.area([Decimal(0)] * len(free), free, top), "paid": charts.area(free, total, top), "height": charts.HEIGHT,
        "ticks": charts.ticks(top), "series": series, "currency": currency, "first": series[0]["day"], "last": series[-1]["day"],
    }


