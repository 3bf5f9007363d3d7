"""The end of a month: plain totals of the raw events and one set-based invoice statement beside closing it."""

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.db import connection

from accounts.models import Member
from benchmarks import bulk, seeding, usage_filling
from benchmarks.bulk import without_indexes
from benchmarks.floors import statements
from benchmarks.results import Found, Ratio, Table, figure
from benchmarks.sizes import Size
from benchmarks.turns import medians, say
from benchmarks.usage_filling import Span
from billing.models import BillingMonth, UsageDay
from billing.services import closing
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date, month_bounds, month_of, months_later

OF_PLAIN_SQL, OF_HALF_THE_MEMBERS = 2.0, 2.2
"""Wanted at most: times the plain statements; and times the time of half the members."""
UNSETTLED = 720
"""One event in so many came in the last hour of the month, and waits for its settlement when the month is closed."""

# The daily sums that were kept while the events came in: every second member's credits paid, the others owe.
DAYS = """
INSERT INTO billing_usageday (
    member_id, day, meter_id, price_id, api_key_id, billing_month, currency, events, quantity, amount, burned, owed
)
SELECT member_id, (occurred_at AT TIME ZONE 'Asia/Seoul')::date, meter_id, price_id, api_key_id, %(month)s, 'KRW',
    count(*), sum(quantity), sum(amount), CASE WHEN member_id %% 2 = 0 THEN sum(amount) ELSE 0 END,
    CASE WHEN member_id %% 2 = 0 THEN 0 ELSE sum(amount) END
FROM billing_usageevent WHERE occurred_at >= %(begins)s AND occurred_at < %(ends)s
GROUP BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True)
class Month:
    """A month, how many events fall in it, and of how many members."""

    first: date
    events: int
    members: int

    @property
    def waiting(self) -> int:
        """How many of its events still wait for their settlement when it is closed."""
        return self.events // UNSETTLED

    @property
    def late(self) -> datetime:
        """When those come in."""
        return month_bounds(self.first)[1] - timedelta(hours=1)

    def span(self) -> Span:
        """Its other events."""
        return Span(self.events - self.waiting, month_bounds(self.first)[0], self.late, self.members)


def measured(size: Size, existing: int) -> Found:
    """Half the members use the month before last, all of them the last one; both are closed."""
    now = clock.now()
    last = months_later(month_of(kst_date(now)), -1)
    before = months_later(last, -1)
    first = seeding.everybody(size.month_members, at=now)
    seeding.priced_service(at=now)
    months = Month(before, existing // 2, size.month_members // 2), Month(last, existing, size.month_members)
    say(f"months: filling {existing // 2:,} and {existing:,} events")
    _fill(first, months)
    with connection.cursor() as cursor:
        cursor.execute(statements.MONTH_SCHEMA)
        cursor.execute(statements.FILL_OWING)
    bulk.settle()
    return _found(size, existing, months, now)


def _found(size: Size, existing: int, months: Sequence[Month], now: datetime) -> Found:
    floor = medians({"totals": partial(_plainly, months[1].first)}, size.rounds)["totals"]
    half, whole = (_closed(month, now) for month in months)
    members = [month.members for month in months]
    rows = [
        ["plain SQL: totals of the events, one statement for all invoices", f"{members[1]:,}", f"{floor:.2f}"],
        *(
            ["closing the month", f"{many:,}", f"{taken:.2f}"]
            for many, taken in zip(members, (half, whole), strict=True)
        ),
    ]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    title = f"Month end, {existing:,} events; the process that closed it held at most {figure(peak)} MB"
    ratios = [
        Ratio("Closing a month beside plain SQL", floor, whole, "s", OF_PLAIN_SQL, less_is_better=True),
        Ratio("Closing a month for twice the members", half, whole, "s", OF_HALF_THE_MEMBERS, less_is_better=True),
    ]
    return Found("months", existing, ratios, [Table(title, ["what", "members", "seconds"], rows)])


def _fill(first: Member, months: Sequence[Month]) -> None:
    usage_filling.events(first, [month.span() for month in months])
    UsageDay.objects.all().delete()  # that of the template, which is summed up with its copies
    with without_indexes("billing_usageday"), bulk.copying(), connection.cursor() as cursor:
        for month in months:
            begins, ends = month_bounds(month.first)
            cursor.execute(DAYS, {"month": month.first, "begins": begins, "ends": ends})
    for month in months:
        BillingMonth.objects.get_or_create(month=month.first)


def _plainly(month: date) -> float:
    begins, ends = month_bounds(month)
    with connection.cursor() as cursor:
        cursor.execute(statements.EMPTY_MONTH)
        begun = time.perf_counter()
        cursor.execute(statements.TOTALS, {"begins": begins, "ends": ends})
        cursor.execute(statements.INVOICES)
        return time.perf_counter() - begun


def _closed(month: Month, now: datetime) -> float:
    usage_filling.unsettled(month.waiting, month.late, month.members)
    begun = time.perf_counter()
    done = closing.close(month.first, by=None, at=now)
    taken = time.perf_counter() - begun
    say(f"months: {done.invoices:,} invoices in {taken:.1f} s")
    return taken
