"""Days of use as the bars of a chart: the dearest series first, what is small together at the end."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.queries.spending import DayOfUse

MOST_SERIES = 4
REST_TONE = 5


def bars_of_days(days: Sequence[DayOfUse]) -> list[dict[str, Any]]:
    """Rows for the chart: each day with the same series in the same order."""
    sums: Counter[tuple[str, str]] = Counter()
    for day in days:
        sums.update(day.by)
    leading = [name for name, _sum in sums.most_common(MOST_SERIES)]
    return [{"day": day.day, "value": day.amount, "parts": _parts(day, leading, len(sums))} for day in days]


def _parts(day: DayOfUse, leading: Sequence[tuple[str, str]], series: int) -> list[dict[str, Any]]:
    place = 1 if (get_language() or "ko").startswith("en") else 0
    parts = [
        {"label": name[place], "value": day.by.get(name, Decimal(0)), "tone": tone}
        for tone, name in enumerate(leading, start=1)
    ]
    if series > len(leading):
        rest = sum((amount for name, amount in day.by.items() if name not in leading), Decimal(0))
        parts.append({"label": _("Others"), "value": rest, "tone": REST_TONE})
    return parts
