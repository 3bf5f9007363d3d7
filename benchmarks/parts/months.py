"""The end of a month: plain totals of the raw events and one set-based invoice statement beside closing it."""

import resource
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

from django.db import connection

from accounts.models import Member
from benchmarks import bulk, seeding, usage_filling
from benchmarks.floors import statements
from benchmarks.results import Found, Ratio, Table, figure
from benchmarks.sizes import Size
from benchmarks.turns import medians, say
from billing.models import BillingMonth
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
ON CONFLICT DO NOTHING
"""


def measured(size: Size, existing: int) -> Found:
    """Half the members use the month before last, all of them the last one; both are closed."""
    now = clock.now()
    last = months_later(month_of(kst_date(now)), -1)
    before = months_later(last, -1)
    first = seeding.everybody(size.month_members, at=now)
    seeding.priced_service(at=now)
    halves = ((before, existing // 2, size.month_members // 2), (last, existing, size.month_members))
    for month, events, members in halves:
        say(f"months: filling {events:,} events of {members:,} members")
        _fill(first, month, events, members)
    with connection.cursor() as cursor:
        cursor.execute(statements.MONTH_SCHEMA)
        cursor.execute(statements.FILL_OWING)
    bulk.settle()
    return _found(size, existing, [month for month, _, _ in halves], now)


def _found(size: Size, existing: int, months: Sequence[date], now: datetime) -> Found:
    floor = medians({"totals": partial(_plainly, months[1])}, size.rounds)["totals"]
    half, whole = (_closed(month, now) for month in months)
    members = (size.month_members // 2, size.month_members)
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


def _fill(first: Member, month: date, events: int, members: int) -> None:
    begins, ends = month_bounds(month)
    usage_filling.events(first, events - events // UNSETTLED, begins, ends - timedelta(hours=1), members=members)
    with bulk.copying(), connection.cursor() as cursor:
        cursor.execute(DAYS, {"month": month, "begins": begins, "ends": ends})
    BillingMonth.objects.get_or_create(month=month)
    usage_filling.unsettled(events // UNSETTLED, ends - timedelta(hours=1), members)


def _plainly(month: date) -> float:
    begins, ends = month_bounds(month)
    with connection.cursor() as cursor:
        cursor.execute(statements.EMPTY_MONTH)
        begun = time.perf_counter()
        cursor.execute(statements.TOTALS, {"begins": begins, "ends": ends})
        cursor.execute(statements.INVOICES)
        return time.perf_counter() - begun


def _closed(month: date, now: datetime) -> float:
    begun = time.perf_counter()
    done = closing.close(month, by=None, at=now)
    taken = time.perf_counter() - begun
    say(f"months: {done.invoices:,} invoices in {taken:.1f} s")
    return taken
