"""Rounds of signatures whose last day is over (rift/4.1)."""

from datetime import datetime
from typing import Final

from django.db import transaction

from contracts.enums import SIGNING_MOVES, SigningStatus
from contracts.models import Signing
from contracts.services.signing import CLAUSE, TASK
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.models import DueItem
from upstage_console.kernel.transitions import move_all

OUTCOME: Final = "expired"


@transaction.atomic
def expire_due(*, at: datetime) -> int:
    """Close the rounds that were not signed in time, in a fixed number of statements; a repeat closes none."""
    over = Signing.objects.filter(status=SigningStatus.OPEN, sign_by__lt=kst_date(at)).select_related("customer")
    rows = list(over.order_by("pk").locked())
    open_rows = Signing.objects.filter(pk__in=[row.pk for row in rows])
    number = move_all(open_rows, SigningStatus.EXPIRED, allowed=SIGNING_MOVES, at=at, clauses=[CLAUSE], closed_at=at)
    deeds = [{"action": "signing.expired", "subject": row, "about": row.customer, "clauses": [CLAUSE]} for row in rows]
    audit.record_all(deeds, by=None, at=at)
    tasks = DueItem.objects.filter(kind=TASK, key__in=[row.public_id for row in rows], closed_at__isnull=True)
    tasks.update(state=DueItem.State.DONE, closed_at=at, outcome=OUTCOME)
    return number
