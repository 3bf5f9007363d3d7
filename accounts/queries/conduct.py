"""The measures against a member as the member sees them: each with its statement of reasons and its objection."""

from datetime import date
from typing import Any

from accounts.enums import SanctionKind, SanctionStatus
from accounts.models import Sanction
from accounts.rules import objections, sanctions
from upstage_console.kernel import policy
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import Reason
from upstage_console.kernel.db import LockingQuerySet
from upstage_console.kernel.models import Holiday

UNTOLD = (SanctionStatus.PROPOSED, SanctionStatus.DROPPED)


def sanctions_of_member(member_id: int) -> LockingQuerySet:
    """Every measure that ever held against a member, the newest first; what was only proposed is not there."""
    told: LockingQuerySet = Sanction.objects.filter(member_id=member_id).exclude(status__in=UNTOLD)
    return told.select_related("statement", "objection").order_by("-id")


def sanction_of_member(member_id: int, sanction_id: str) -> Sanction:
    """One of them by its public id; another member's is `not_found`."""
    found: Sanction = sanctions_of_member(member_id).select_related("notice").get_public(sanction_id)
    return found


def how_counted(sanction: Sanction) -> Reason | None:
    """How the last day to object was counted, from the day the notice was received (I-1, I-2); None without one.

    The stored day is what holds. Where the days of the notice and of the holidays do not lead to it any more, nothing
    is made up.
    """
    until, notice = sanction.object_until, sanction.notice
    if until is None or notice is None:
        return None
    calendar, length = Holiday.objects.calendar(), _length(sanction)
    for received in filter(None, (notice.mailed_at, notice.at)):
        if calendar.extended_end(kst_date(received), **length) == until:
            return _explained(sanction, kst_date(received), until, length)
    return None


def _length(sanction: Sanction) -> dict[str, Any]:
    if sanction.kind == SanctionKind.LOSS:
        return {"days": sanctions.DAYS_FOR_STATEMENT}
    return {"months": policy.value("objection_months", at=sanction.decided_at)}


def _explained(sanction: Sanction, received_on: date, until: date, length: dict[str, Any]) -> Reason:
    clause = objections.clause_of(sanction.kind)
    return objections.explain_last_day(received_on, until, clause=clause, **length)
