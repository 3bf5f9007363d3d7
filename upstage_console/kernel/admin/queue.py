"""The queue of obligations: what is overdue, due today, due within seven days, mine. One definition for the numbers of
the first page and the lists behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.models import DueItem

WHENS: Mapping[str, str | Promise] = {
    "overdue": _("Overdue"),
    "today": _("Today"),
    "week": _("Within 7 days"),
    "mine": _("Mine"),
}


@dataclass(frozen=True)
class Kind:
    """What a kind of obligation is called, and whether it closes by itself once its subject is decided."""

    label: str | Promise
    verb: str | Promise = _("Open")
    closes_itself: bool = False


_kinds: dict[str, Kind] = {}


def call_kinds(kinds: Mapping[str, Kind]) -> None:
    """Name kinds of due items; done by the app that opens them."""
    _kinds.update(kinds)


def kind_of(name: str) -> Kind:
    """The kind of this name; without one the name speaks for itself."""
    return _kinds.get(name, Kind(label=name))


def is_open() -> Q:
    """What still has to be done, missed or not."""
    return Q(state__in=DueItem.OPEN_STATES)


def narrowed(when: str, *, at: datetime, user: Any) -> Q:
    """Which open items belong to one of `WHENS`."""
    until = {"today": day_end(kst_date(at)), "week": day_end(kst_date(at) + timedelta(days=7))}
    if when == "overdue":
        return is_open() & Q(due_at__lte=at)
    if when == "mine":
        return is_open() & Q(owner=user)
    return is_open() & Q(due_at__gt=at, due_at__lte=until[when])


def counts(*, at: datetime, user: Any) -> dict[str, int]:
    """How many items each of `WHENS` has: one query."""
    return DueItem.objects.aggregate(**{when: Count("pk", filter=narrowed(when, at=at, user=user)) for when in WHENS})


def whens(*, at: datetime, user: Any, chosen: str = "") -> list[dict[str, Any]]:
    """The four numbers as pages show them, each leading to its list."""
    numbers = counts(at=at, user=user)
    return [{"name": when, "label": label, "count": numbers[when], "is_chosen": when == chosen}
            for when, label in WHENS.items()]  # fmt: skip


def counts_by_kind() -> list[tuple[str, int]]:
    """How many open items each kind has, the most first."""
    rows = DueItem.objects.filter(is_open()).order_by().values_list("kind").annotate(number=Count("pk"))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


def open_items() -> QuerySet[DueItem]:
    """The open items, the most urgent first, with who has taken them on."""
    items: QuerySet[DueItem] = DueItem.objects.filter(is_open()).select_related("owner").order_by("due_at", "id")
    return items
