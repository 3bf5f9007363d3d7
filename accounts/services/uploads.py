"""What was uploaded to an API goes when the API ends or its member leaves (upstage/12-2.5).

Here it only falls due; the nightly destruction takes what is due, save what a law or a hold keeps.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.enums import DataSource
from accounts.models import StoredData
from accounts.queries.api_versions import services_without_api
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces

UPLOADED = (DataSource.ASYNC_INPUT, DataSource.ASYNC_OUTPUT)


@enforces("upstage/12-2.5")
def end_uploads_of_member(member_id: int, *, at: datetime) -> int:
    """Let input and output of a member who leaves fall due at once, in one statement; returns how many there were."""
    return _end(StoredData.objects.filter(member_id=member_id), at)


@enforces("upstage/12-2.5")
def end_uploads_of_ended_apis(*, at: datetime) -> int:
    """Let input and output of services whose last API version has ended fall due; returns how many there were.

    Statements do not grow with what is stored, and a repeat finds nothing left.
    """
    services = services_without_api(kst_date(at))
    return _end(StoredData.objects.filter(service__in=services), at) if services else 0


def _end(rows: QuerySet[Any], at: datetime) -> int:
    return rows.filter(source__in=UPLOADED, destroyed_at__isnull=True, destroy_at__gt=at).update(destroy_at=at)
