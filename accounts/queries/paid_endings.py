"""Decisions about the paid services of members who rejected a version (upstage/4.5)."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from accounts.enums import ConsentMode
from accounts.models import Consent, Member, Version
from accounts.queries.amendments import for_members
from accounts.queries.terms import in_force
from upstage_console.kernel.models import DueItem


def decision_about(member: Member) -> QuerySet[DueItem]:
    """The open decisions about a member."""
    items: QuerySet[DueItem] = DueItem.objects.filter(kind="end_paid_service", about=member.public_id)
    return items.filter(state__in=DueItem.OPEN_STATES)


@dataclass(frozen=True, slots=True)
class Open:
    """A version in force that does not bind the member; `is_refused` where that was said, not only left unsaid."""

    version: Version
    is_refused: bool


def open_in_force(member_id: int, *, at: datetime) -> list[Open]:
    """The versions in force that the member has not accepted: accepting is still open. Two queries."""
    versions = {version.pk: version for version in for_members(in_force(at))}
    rows = Consent.objects.filter(member=member_id, version__in=versions).values_list("version_id", "mode")
    said: dict[int, set[str]] = {pk: set() for pk in versions}
    for pk, mode in rows:
        said[pk].add(mode)
    return [
        Open(versions[pk], ConsentMode.REFUSED in modes)
        for pk, modes in said.items()
        if not modes & {ConsentMode.EXPLICIT, ConsentMode.DEEMED} and versions[pk].deemed_at is not None
    ]
