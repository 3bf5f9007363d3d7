"""Noting that a membership is in use, from which dormancy is counted (upstage/26.2)."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from accounts.models import Member
from upstage_console.kernel.calendars import kst_date


def note_use(member_ids: Collection[int], *, at: datetime) -> int:
    """Note the day of a log-in or a use of the API; who was noted that day is not written again."""
    day = kst_date(at)
    older = Q(last_used_on__isnull=True) | Q(last_used_on__lt=day)
    return Member.objects.filter(older, pk__in=member_ids).update(last_used_on=day)
