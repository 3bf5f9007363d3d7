"""Use over time as the bars of a chart: the dearest series first, what is small together at the end."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.queries import spending
from billing.queries.spending import MOST_SERIES, Span, Used
from billing.queries.sums import Scope

REST_TONE = 5


def bars_of(
    scope: Scope, rows: Sequence[Used], *, split: str = "service", hourly: bool = False
) -> tuple[list[dict[str, Any]], Decimal]:
    """Rows for the chart, each with the same series in the same order, and the sum of all.

    `rows` begin with the dearest series, one more than the chart has colours for where there are more.
    """
    leading = rows[:MOST_SERIES]
    spans = spending.over_time(scope, leading, split=split, hourly=hourly)
    bars = [
        {"day": span.day, "hour": span.hour, "value": span.amount, "parts": _parts(span, leading, len(rows))}
        for span in spans
    ]
    return bars, sum((span.amount for span in spans), Decimal(0))


def _parts(span: Span, leading: Sequence[Used], series: int) -> list[dict[str, Any]]:
    is_english = (get_language() or "ko").startswith("en")
    parts = [
        {"label": one.name_en if is_english else one.name_ko, "value": span.by.get(one.id, Decimal(0)), "tone": tone}
        for tone, one in enumerate(leading, start=1)
    ]
    if series > len(leading):
        rest = span.amount - sum(span.by.values(), Decimal(0))
        parts.append({"label": _("Others"), "value": rest, "tone": REST_TONE})
    return parts
