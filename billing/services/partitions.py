"""Month partitions of usage events: made ahead by a job, and on demand for months long past."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import psycopg
from django.db import DatabaseError, connection, transaction

from billing.errors import UsageArchived
from upstage_console.kernel.calendars import kst_date, month_of, months_later

MONTHS_AHEAD = 3
ARCHIVED = "UA001"
"""What billing_make_partition answers about a month that is archived."""


def ensure(months: Iterable[date]) -> int:
    """Make the partitions of these months that do not exist yet; returns how many were made.

    Called before the transaction that fills them, so that nobody waits for it longer than the making takes. Refuses
    `usage_archived` where one of them lies in a file.
    """
    try:
        return _make(sorted(set(months)))
    except DatabaseError as error:
        cause = error.__cause__
        if isinstance(cause, psycopg.Error) and cause.sqlstate == ARCHIVED:
            raise UsageArchived(facts={"month": cause.diag.message_detail}) from error
        raise


@transaction.atomic
def _make(wanted: Sequence[date]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE billing_make_partition(month)) FROM unnest(%s::date[]) AS month",
            [list(wanted)],
        )
        (made,) = cursor.fetchone() or (0,)
    return int(made)


def make_ahead(*, at: datetime) -> int:
    """Make this month's partition and the next three."""
    this = month_of(kst_date(at))
    return ensure(months_later(this, number) for number in range(MONTHS_AHEAD + 1))
