"""Withdrawals: a member's last one, and those whose grace period is over (upstage/3.5.1)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.enums import DepartureStatus, MemberStatus, RejoinStatus, SanctionKind
from accounts.models import Departure, Sanction, StoredData
from upstage_console.kernel.calendars import kst_date

_keeps: list[Callable[[], QuerySet[Any]]] = []


def keeps_credits(members: Callable[[], QuerySet[Any]]) -> Callable[[], QuerySet[Any]]:
    """Register whose credits stay past their window, as numbers of members: what an app above still decides on."""
    _keeps.append(members)
    return members


def last_departure(member_id: int) -> Departure | None:
    """The member's last withdrawal that came to its end, with the request to come back, if any."""
    rows: QuerySet[Departure] = Departure.objects.filter(member_id=member_id, status=DepartureStatus.COMPLETED)
    return rows.select_related("rejoin_request").order_by("-pk").first()


def ended_windows(at: datetime) -> QuerySet[Departure]:
    """The withdrawals whose credits are void at `at` and not noted so, the oldest first.

    A request that waits for its answer keeps the credits, however late the answer comes; a declined one does not.
    The same holds for what apps above wait for (`keeps_credits`).
    """
    unasked = Q(rejoin_request__isnull=True) | Q(rejoin_request__status=RejoinStatus.DECLINED)
    rows: QuerySet[Departure] = Departure.objects.filter(
        unasked,
        status=DepartureStatus.COMPLETED,
        credits_voided_at__isnull=True,
        kept_until__lt=kst_date(at),
        member__status=MemberStatus.WITHDRAWN,
    )
    for members in _keeps:
        rows = rows.exclude(member__in=members())
    return rows.order_by("kept_until", "pk")


def stored_items(member_id: int) -> int:
    """How many items of the member's content are stored, all of which go when the member leaves (upstage/12-2.5)."""
    return StoredData.objects.filter(member_id=member_id, destroyed_at__isnull=True).count()


def loss_of(member_id: int) -> Sanction | None:
    """The last loss of the membership, with its statement of reasons and the member's own statement, if any."""
    rows = Sanction.objects.filter(member_id=member_id, kind=SanctionKind.LOSS)
    return rows.select_related("statement", "objection", "notice").order_by("-pk").first()
