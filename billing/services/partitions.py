"""Month partitions of usage events: made ahead by a job, and on demand for months long past."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import connection, transaction

from upstage_console.kernel.calendars import kst_date, month_of, months_later

MONTHS_AHEAD = 3


@transaction.atomic
def ensure(months: Iterable[date]) -> int:
    """Make the partitions of these months that do not exist yet; returns how many were made.

    Called before the transaction that fills them, so that nobody waits for it longer than the making takes.
    """
    wanted = sorted(set(months))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE billing_make_partition(month)) FROM unnest(%s::date[]) AS month",
            [wanted],
        )
        (made,) = cursor.fetchone() or (0,)
    return int(made)


def make_ahead(*, at: datetime) -> int:
    """Make this month's partition and the next three."""
    this = month_of(kst_date(at))
    return ensure(months_later(this, number) for number in range(MONTHS_AHEAD + 1))
