"""Time that runs from receiving a notice: one that came back has not been received (upstage/3.4, 26.4)."""

from collections.abc import Collection
from datetime import datetime

from accounts.enums import SanctionStatus
from accounts.models import Sanction
from accounts.services import statements
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces


@enforces("upstage/3.4")
def not_received(notice_names: Collection[str]) -> int:
    """The time to object has not begun where the notice of a measure came back and nobody has objected yet."""
    told = Sanction.objects.filter(notice__public_id__in=notice_names, objection__isnull=True)
    return told.filter(status=SanctionStatus.IN_FORCE).update(object_until=None)


@enforces("upstage/3.4")
def received(notice_names: Collection[str], *, at: datetime) -> int:
    """A notice that had come back was told again: the time to object runs from now on."""
    waiting = Sanction.objects.filter(
        notice__public_id__in=notice_names, status=SanctionStatus.IN_FORCE, object_until__isnull=True
    )
    begun = list(waiting)
    for sanction in begun:
        sanction.object_until = statements.objection_until(sanction.kind, kst_date(at), at=at)
    if begun:
        Sanction.objects.bulk_update(begun, ["object_until"])
    return len(begun)
