"""Which months of usage lie in files, and which are to go there (upstage/8.3)."""

from collections.abc import Collection
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Exists, Max, OuterRef
from psycopg.types.json import Jsonb

from accounts.models import LegalHold
from billing.enums import ArchiveStatus
from billing.models import BillingMonth, InvoiceLine, UsageArchive, UsageDay, UsageTally
from upstage_console.kernel.calendars import day_start, months_later

CLOSED_SINCE: Final = [ArchiveStatus.ARCHIVED, ArchiveStatus.DESTROYED]

# What the file says of each price and what the daily sums and the corrections say; only what differs comes back.
DIFFERENCES = """
WITH told AS (
    SELECT price, events, quantity, amount
    FROM jsonb_to_recordset(%(sums)s) AS line (price bigint, events bigint, quantity numeric, amount numeric)
), kept AS (
    SELECT price_id, sum(events)::bigint AS events, sum(quantity) AS quantity, sum(amount) AS amount
    FROM (
        SELECT price_id, events, quantity, amount FROM billing_usageday WHERE day >= %(first)s AND day < %(next)s
        UNION ALL
        SELECT charge.price_id, 0, made.quantity_before - made.quantity, made.amount_before - made.amount
        FROM billing_usagecorrection AS made JOIN billing_charge AS charge ON charge.id = made.charge_id
        WHERE made.status = 'applied' AND charge.day >= %(first)s AND charge.day < %(next)s
    ) AS part GROUP BY 1
)
(SELECT * FROM told EXCEPT SELECT * FROM kept) UNION ALL (SELECT * FROM kept EXCEPT SELECT * FROM told)
"""


def months_to_archive(before: date) -> list[date]:
    """The months before this one that still stand in the table and are closed, the oldest first, and those begun."""
    begun = set(UsageArchive.objects.exclude(status__in=CLOSED_SINCE).values_list("month", flat=True))
    still_open = set(BillingMonth.objects.filter(closed_at__isnull=True).values_list("month", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT month FROM billing_partitions() AS month WHERE month < %s", [before])
        old = {month for (month,) in cursor.fetchall()}
    return sorted(begun | (old - still_open))


def archived_among(months: Collection[date]) -> list[date]:
    """Those of the months to which nothing can be added any more."""
    return list(UsageArchive.objects.filter(month__in=months).order_by("month").values_list("month", flat=True))


def last_archived() -> date | None:
    """The newest month whose single events are no longer at hand."""
    newest: date | None = UsageArchive.objects.filter(status__in=CLOSED_SINCE).aggregate(month=Max("month"))["month"]
    return newest


def differences(archive: UsageArchive) -> list[tuple[Any, ...]]:
    """Where the sums of the file and the daily sums of its month are not the same."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "sums": Jsonb(archive.sums),
            "first": archive.month,
            "next": months_later(archive.month, 1),
        }
        cursor.execute(DIFFERENCES, values)
        return cursor.fetchall()


def is_unsettled(month: date) -> bool:
    """Whether use of the month still waits for its settlement."""
    return UsageTally.objects.filter(hour__gte=day_start(month), hour__lt=day_start(months_later(month, 1))).exists()


def billed_on(month: date) -> date | None:
    """The day of the last invoice that bills use of this month."""
    lines = InvoiceLine.objects.filter(month_of_use=month)
    day: date | None = lines.aggregate(day=Max("invoice__issued_on"))["day"]
    return day


def is_held(archive: UsageArchive) -> bool:
    """Whether a legal hold stands over somebody whose use is in the file."""
    of_month = UsageDay.objects.filter(
        member=OuterRef("member"), day__gte=archive.month, day__lt=months_later(archive.month, 1)
    )
    return LegalHold.objects.filter(Exists(of_month), ends_at__isnull=True).exists()
