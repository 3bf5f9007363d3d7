"""The first page: what is due, what happens tonight by itself, the key numbers. Each number leads to its list."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from upstage_console.kernel import clock
from upstage_console.kernel.admin import cells, queue
from upstage_console.kernel.calendars import Calendar, kst_date
from upstage_console.kernel.models import DueItem, Holiday

MOST_ITEMS = 12


@dataclass(frozen=True)
class Figure:
    """A number with its name and the list behind it; `currency` where it is money."""

    label: str | Promise
    value: Decimal | int
    url: str
    currency: str = ""
    note: str | Promise = ""


Figures = Callable[[datetime], Iterable[Figure]]
_figures: list[tuple[int, str, Figures]] = []
_tonight: list[tuple[int, str, Figures]] = []


def figures(order: int, permission: str) -> Callable[[Figures], Figures]:
    """Register key numbers of the first page, shown to whoever has the permission."""
    return _registrar(_figures, order, permission)


def tonight(order: int, permission: str) -> Callable[[Figures], Figures]:
    """Register what the coming midnight brings by itself."""
    return _registrar(_tonight, order, permission)


def _registrar(place: list[tuple[int, str, Figures]], order: int, permission: str) -> Callable[[Figures], Figures]:
    def register(function: Figures) -> Figures:
        place.append((order, permission, function))
        place.sort(key=lambda entry: entry[0])
        return function

    return register


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the first page shows."""
    at = clock.now()
    shown = {"figures": _collected(_figures, request, at), "tonight": _collected(_tonight, request, at)}
    if request.user.has_perm("kernel.view_dueitem"):
        shown |= _due(request, at)
    return context | shown | {"day": kst_date(at)}


def _collected(place: list[tuple[int, str, Figures]], request: HttpRequest, at: datetime) -> list[Figure]:
    allowed = (function for _, permission, function in place if request.user.has_perm(permission))
    return [figure for function in allowed for figure in function(at)]


def _due(request: HttpRequest, at: datetime) -> dict[str, Any]:
    calendar = Holiday.objects.calendar()
    items = list(queue.open_items()[:MOST_ITEMS])
    return {
        "whens": queue.whens(at=at, user=request.user),
        "kinds": [{"name": name, "label": queue.kind_of(name).label, "count": n} for name, n in queue.counts_by_kind()],
        "due_items": [_line(item, at, calendar) for item in items],
    }


def _line(item: DueItem, at: datetime, calendar: Calendar) -> dict[str, Any]:
    kind = queue.kind_of(item.kind)
    deadline = cells.deadline(item.due_at, at=at, calendar=calendar)
    return {"item": item, "kind": kind, "title": cells.local(item, "title"), "deadline": deadline}
