"""Decisions about the paid services of members who rejected a version (upstage/4.5)."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.enums import ConsentMode
from accounts.models import Member, Version
from accounts.queries.amendments import answers_of, for_members
from accounts.queries.terms import in_force
from upstage_console.kernel.models import DueItem


def decision_about(member: Member) -> QuerySet[DueItem]:
    """The open decisions about a member."""
    items: QuerySet[DueItem] = DueItem.objects.filter(kind="end_paid_service", about=member.public_id)
    return items.filter(state__in=DueItem.OPEN_STATES)


def refused_in_force(member_id: int, *, at: datetime) -> list[Version]:
    """The versions in force that the member rejected and has not accepted since: accepting is still open."""
    versions = {version.pk: version for version in for_members(in_force(at))}
    said = answers_of(member_id, list(versions.values()))
    return [versions[pk] for pk, answer in said.items() if answer == ConsentMode.REFUSED]
