"""Closing a month when staff ask for it: in the background, so a page waits for nothing (upstage/2.7).

The nightly run does the same. Whatever began a close, the next one goes on where it stopped.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from billing.errors import MonthNotOver
from billing.models import BillingMonth
from billing.services import closing
from upstage_console.kernel import audit, outbox
from upstage_console.kernel.calendars import kst_date, months_later
from upstage_console.kernel.errors import AlreadyDone, Refusal

TOPIC: Final = "close_month"


@outbox.deliverer(TOPIC)
def close(payload: Mapping[str, Any]) -> None:
    """Close the month in `payload`, or go on with it."""
    closing.close(date.fromisoformat(payload["month"]), by=None, at=datetime.fromisoformat(payload["at"]))


def refusal(month: BillingMonth, *, at: datetime) -> Refusal | None:
    """Why a month cannot be closed now, or None."""
    if month.closed_at is not None:
        return AlreadyDone()
    if months_later(month.month, 1) > kst_date(at):
        return MonthNotOver(facts={"month": f"{month.month:%Y-%m}"})
    return None


@transaction.atomic
def ask(month_id: int, *, reason: str, by: Any, at: datetime) -> BillingMonth:
    """Have a month closed, or the close that was killed gone on with; refuses `month_not_over`, `already_done`."""
    month: BillingMonth = BillingMonth.objects.filter(pk=month_id).locked().get()
    if (refused := refusal(month, at=at)) is not None:
        raise refused
    outbox.put(
        TOPIC, f"{month.month:%Y-%m}:{at.isoformat()}", {"month": month.month.isoformat(), "at": at.isoformat()}, at=at
    )
    audit.record(
        "month.close_asked", f"month_{month.month:%Y-%m}", by=by, at=at, reason=reason, clauses=["upstage/2.7"]
    )
    return month
