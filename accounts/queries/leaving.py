"""Withdrawals: a member's last one, and those whose grace period is over (upstage/3.5.1)."""

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.enums import DepartureStatus, MemberStatus, RejoinStatus
from accounts.models import Departure
from upstage_console.kernel.calendars import kst_date


def last_departure(member_id: int) -> Departure | None:
    """The member's last withdrawal that came to its end, with the request to come back, if any."""
    rows: QuerySet[Departure] = Departure.objects.filter(member_id=member_id, status=DepartureStatus.COMPLETED)
    return rows.select_related("rejoin_request").order_by("-pk").first()


def ended_windows(at: datetime) -> QuerySet[Departure]:
    """The withdrawals whose credits are void at `at` and not noted so, the oldest first.

    A request that waits for its answer keeps the credits, however late the answer comes; a declined one does not.
    """
    unasked = Q(rejoin_request__isnull=True) | Q(rejoin_request__status=RejoinStatus.DECLINED)
    rows: QuerySet[Departure] = Departure.objects.filter(
        unasked,
        status=DepartureStatus.COMPLETED,
        credits_voided_at__isnull=True,
        kept_until__lt=kst_date(at),
        member__status=MemberStatus.WITHDRAWN,
    )
    return rows.order_by("kept_until", "pk")
