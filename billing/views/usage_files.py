"""Usage as CSV, sent while it is read: sums by day or hour, and every single call."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.http import HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_safe

from accounts.models import Member
from accounts.rules.exports import cells
from accounts.views.member_pages import member_page
from billing.forms.usage import UsageFilter
from billing.queries import sums
from billing.queries.calls import Call, every_call
from billing.rules.steps import by_step
from billing.views.usage import asked
from upstage_console.kernel.figures import plain

BOM: Final = "\ufeff"
"""Spreadsheets in Korea read UTF-8 only with its mark."""
LINES_AT_A_TIME: Final = 500
GROUPS: Final = ("service", "meter", "key", "key_name")
AMOUNTS: Final = ("events", "quantity", "amount", "burned", "owed", "unsettled", "currency")
SUMS: Final = ("service", "meter", "key", "key_name", "calls", "quantity", "amount", "paid_with_credits", "owed",
               "not_settled_yet", "currency")  # fmt: skip
CALLS: Final = ("at", "call", "service", "meter", "key", "key_name", "quantity", "unit_price", "per", "amount",
                "currency", "charge", "lots")  # fmt: skip


@require_safe
@member_page
def sums_file(request: HttpRequest, member: Member) -> StreamingHttpResponse:
    """The sums by day, or by hour where that is asked for, service, meter and key."""
    form = asked(request)
    step = "hour" if form.is_hourly else "day"
    rows = sums.sums(form.scope(member.pk), [step, *GROUPS])
    lines = ([row[name] for name in (step, *GROUPS, *AMOUNTS)] for row in rows)
    return _file("usage", form, (step, *SUMS), lines)


@require_safe
@member_page
def calls_file(request: HttpRequest, member: Member) -> StreamingHttpResponse:
    """Every call with its price, its charge, and the lots that paid that."""
    form = asked(request)
    return _file("calls", form, CALLS, map(_line, every_call(form.scope(member.pk))))


def _line(call: Call) -> Sequence[Any]:
    return (call.at, call.id, call.service, call.meter, call.key, call.key_name, call.quantity, _price(call),
            call.per, call.amount, call.currency, call.charge, call.lots)  # fmt: skip


def _price(call: Call) -> Any:
    """The price of a unit; of a price with steps, how much of the call is at which."""
    told = by_step(call.steps, call.places)
    return [f"{plain(one.quantity)} × {plain(one.price)}" for one in told] or call.unit_price


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _file(name: str, form: UsageFilter, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    first, last = form.span
    response = StreamingHttpResponse(_blocks(head, rows), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{first}-{last}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _blocks(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The lines of the file, many at a time."""
    writer = csv.writer(_Echo())
    waiting = [BOM, writer.writerow(head)]
    for row in rows:
        waiting.append(writer.writerow(cells(row)))
        if len(waiting) >= LINES_AT_A_TIME:
            yield "".join(waiting)
            waiting = []
    yield "".join(waiting)
