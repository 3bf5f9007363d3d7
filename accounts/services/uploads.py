"""What was uploaded to an API goes when the API ends (upstage/12-2.5).

Here it only falls due; the destruction of stored data takes what is due, save what a law or a hold keeps.
"""

from datetime import datetime

from accounts.enums import DataSource
from accounts.models import StoredData
from accounts.queries.api_versions import services_without_api
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces

UPLOADED = (DataSource.ASYNC_INPUT, DataSource.ASYNC_OUTPUT)


@enforces("upstage/12-2.5")
def end_uploads_of_ended_apis(*, at: datetime) -> int:
    """Let input and output of services whose last API version has ended fall due; returns how many there were.

    Statements do not grow with what is stored, and a repeat finds nothing left.
    """
    services = services_without_api(kst_date(at))
    if not services:
        return 0
    uploaded = StoredData.objects.filter(service__in=services, source__in=UPLOADED, destroyed_at__isnull=True)
    return uploaded.filter(destroy_at__gt=at).update(destroy_at=at)
