"""The parts pages are made of. Each renders a template of `templates/_components/`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.template.loader import get_template
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from upstage_console.kernel.clauses import Clause, Reason
from upstage_console.web import charts
from upstage_console.web.templatetags.formats import days_until

register = template.Library()

SOON = 7  # days before a deadline from which its chip is marked
DOCUMENTS = {"upstage": ("이용약관", "Terms"), "rift": ("Rift 약관", "Rift terms")}


def _rendered(context: Context, name: str, props: dict[str, Any]) -> SafeString:
    return get_template(f"_components/{name}.html").template.render(context.new({**_shared(context), **props}))  # type: ignore[attr-defined]


def _shared(context: Context) -> dict[str, Any]:
    return {name: context[name] for name in ("request", "today", "csrf_token") if name in context}


@register.simple_block_tag(takes_context=True)
def component(context: Context, content: SafeString, name: str, **props: Any) -> SafeString:
    """`{% component "card" title=… %}body{% endcomponent %}`: a component with a body."""
    return _rendered(context, name, {**props, "content": SafeString(content.strip())})


@register.simple_tag
def icon(name: str) -> SafeString:
    sprite = static("web/icons.svg")
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', sprite, name)


def _next_id(context: Context, prefix: str) -> str:
    """Ids that repeat from one request to the next, so that a page's text does not change by itself."""
    request = context.get("request")
    count = getattr(request, "component_count", 0) + 1
    if request is not None:
        request.component_count = count
    return f"{prefix}-{count}"


@register.simple_tag(takes_context=True)
def why(
    context: Context,
    reason: Reason | Mapping[str, Any] | None,
    at: datetime | None = None,
    by: str = "",
    label: str = "",
) -> SafeString:
    """The stored reason of a decision: its sentence with the arithmetic, its clauses, when and by whom."""
    if not reason:
        return SafeString("")
    stored = Reason.from_json(reason) if isinstance(reason, Mapping) else reason
    text = stored.text(get_language() or "ko")
    props = {"id": _next_id(context, "why"), "text": text, "clauses": stored.clauses, "at": at, "by": by}
    props |= {"label": label, "element": "span"}
    return _rendered(context, "why", props)


@register.simple_block_tag(takes_context=True)
def because(context: Context, content: SafeString, clauses: Iterable[str] = (), label: str = "") -> SafeString:
    """A why panel whose body the page writes: a sum, a list of prices."""
    props = {"id": _next_id(context, "why"), "content": content, "clauses": clauses, "label": label, "element": "div"}
    return _rendered(context, "why", props)


@register.filter
def clause_label(code: str) -> str:
    """`upstage/15-2.1` as 이용약관 제15조의2 제1항 / Terms Art. 15-2(1)."""
    place = Clause.parse(code)
    korean, english = DOCUMENTS.get(place.document, (place.document, place.document))
    inside = (place.paragraph, place.item)
    if (get_language() or "ko").startswith("en"):
        return f"{english} Art. {place.article}" + "".join(f"({part})" for part in inside if part)
    article = f"{korean} 제{place.number}조" + (f"의{place.branch}" if place.branch else "")
    return article + "".join(f" 제{part}{unit}" for part, unit in zip(inside, "항호", strict=True) if part)


@register.simple_tag
def clause(code: str) -> SafeString:
    """A chip that leads to the article in force."""
    url = reverse("terms-clause", kwargs={"code": code})
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
    widget = bound.field.widget
    return {"field": bound, "kind": getattr(widget, "input_type", "") or type(widget).__name__.lower()}


def _parts(rows: Iterable[Mapping[str, Any]]) -> list[charts.Part]:
    return [charts.Part(str(row["label"]), Decimal(row["value"]), row["tone"]) for row in rows]


@register.simple_tag(takes_context=True)
def bar_chart(context: Context, rows: Sequence[Mapping[str, Any]], currency: str = "", unit: str = "") -> SafeString:
    """Bars by day, or by hour, with a grid of three lines, and the same figures as a table.

    Rows of {day, value, parts}; an hour's has {hour} as well.
    """
    bars = [charts.Bar(row["day"], row["value"], _parts(row.get("parts", ())), row.get("hour")) for row in rows]
    columns, top = charts.columns(bars)
    every = charts.labelled(bars)
    props = {
        "columns": columns,
        "ticks": charts.ticks(top),
        "height": charts.HEIGHT,
        "labels": columns[::every],
        "is_one_day": len({bar.day for bar in bars}) == 1,
        "kinds": list(dict.fromkeys((part.label, part.tone) for bar in bars for part in bar.parts)),
        "currency": currency,
        "unit": unit,
        "empty": not any(bar.value for bar in bars),
    }
    return _rendered(context, "bar_chart", props)


@register.inclusion_tag("_components/strip.html")
def strip(rows: Sequence[Mapping[str, Any]], label: str) -> dict[str, Any]:
    """Shares of a whole in one line, such as lots in burn order: rows of {label, value, tone}."""
    parts = _parts(rows)
    places = charts.strip([part.value for part in parts])
    pieces = [{"x": x, "width": width, "part": part} for part, (x, width) in zip(parts, places, strict=True)]
    return {"pieces": pieces, "label": label}


@register.inclusion_tag("_components/day_bars.html")
def day_bars(days: Sequence[Any]) -> dict[str, Any]:
    """The days of a month side by side: up, out of scope, down; each with {on, share, in_scope, excluded, down}."""
    bars = charts.uprights([(one.in_scope, one.excluded, one.down) for one in days])
    return {
        "days": list(zip(days, bars, strict=True)), "width": len(bars) * 10, "height": charts.UPRIGHT_HEIGHT,
        "first": days[0].on if days else None, "last": days[-1].on if days else None,
    }  # fmt: skip


@register.inclusion_tag("_components/area_chart.html")
def area_chart(series: Sequence[dict[str, Any]], currency: str) -> dict[str, Any]:
    """Paid on free over days: `series` is a list of {day, free, paid}."""
    free = [Decimal(row["free"]) for row in series]
    total = [Decimal(row["free"]) + Decimal(row["paid"]) for row in series]
    top = charts.nice_ceiling(max(total, default=Decimal(0)))
    return {
        "free": charts.area([Decimal(0)] * len(free), free, top),
        "paid": charts.area(free, total, top),
        "ticks": charts.ticks(top),
        "height": charts.HEIGHT,
        "series": series,
        "currency": currency,
        "first": series[0]["day"],
        "last": series[-1]["day"],
        "empty": not any(total),
    }
