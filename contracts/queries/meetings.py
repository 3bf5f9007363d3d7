"""Meetings with their minutes, as pages and the desk show them (rift/9.2)."""

from django.db.models import QuerySet

from contracts.enums import MinutesStatus, Side
from contracts.models import Contract, Meeting, Minutes


def meetings_of(contract: Contract) -> QuerySet[Meeting]:
    """The meetings of a contract, newest first, with every version of their minutes."""
    found: QuerySet[Meeting] = contract.meetings.prefetch_related("minutes__answers")
    return found.order_by("-held_at", "-id")


def current_of(meeting: Meeting) -> Minutes | None:
    """The latest version; asks nothing where the versions were fetched with the meeting."""
    return max(meeting.minutes.all(), key=lambda one: one.version, default=None)


def awaits(row: Minutes) -> Side | None:
    """Which side still has to confirm a version, if one has."""
    if row.status != MinutesStatus.PROPOSED:
        return None
    answered = {answer.side for answer in row.answers.all()}
    return next((side for side in Side if side not in answered), None)
