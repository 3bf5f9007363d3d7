"""What topics of documents are called, and how their values read."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

LABELS: Final[Mapping[str, Promise]] = {
    "payment_days": gettext_lazy("Days to pay"),
    "cure_days": gettext_lazy("Days to cure a breach"),
    "late_rate": gettext_lazy("Late interest"),
    "liability_months": gettext_lazy("Months whose fees make the cap of liability"),
    "term_years": gettext_lazy("Term where none was agreed"),
    "inspection_days": gettext_lazy("Days to inspect what was handed over"),
    "availability": gettext_lazy("Availability"),
}


def label_of(topic: str) -> str:
    """What a topic is called; the documents' own word where the console has none."""
    return str(LABELS.get(topic, topic))


def value_of(topic: str, value: Any) -> str:
    """A value with its unit, where the console knows it."""
    unit = UNITS.get(topic)
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return unit(value) if unit is not None and is_whole else _rate(topic, value)


def _rate(topic: str, value: Any) -> str:
    return _("%(rate)s%% a year") % {"rate": value} if topic == "late_rate" else str(value)


def _days(value: int) -> str:
    return ngettext("%(number)s day", "%(number)s days", value) % {"number": value}


def _months(value: int) -> str:
    return ngettext("%(number)s month", "%(number)s months", value) % {"number": value}


def _years(value: int) -> str:
    return ngettext("%(number)s year", "%(number)s years", value) % {"number": value}


UNITS: Final[Mapping[str, Callable[[int], str]]] = {
    "payment_days": _days, "cure_days": _days, "inspection_days": _days, "liability_months": _months,
    "term_years": _years,
}  # fmt: skip
