"""The notice board and the state of the services, as everybody sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from accounts.enums import AnnouncementKind
from accounts.models import Announcement

INTERRUPTIONS = (AnnouncementKind.MAINTENANCE, AnnouncementKind.OUTAGE)


class State(StrEnum):
    """How the services are."""

    IN_ORDER = "in_order"
    MAINTENANCE = "maintenance"
    OUTAGE = "outage"


@dataclass(frozen=True)
class ServiceStatus:
    """How the services are at an instant: what is interrupted, and what is planned."""

    state: State
    under_way: Sequence[Announcement]
    planned: Sequence[Announcement]


def posts(kind: str = "") -> QuerySet[Announcement]:
    """What stands on the board, newest first; of one kind, where it is named."""
    found: QuerySet[Announcement] = Announcement.objects.filter(published_at__isnull=False)
    return (found.filter(kind=kind) if kind else found).order_by("-published_at", "-id")


def post(public_id: str) -> Announcement:
    """One post with what was added to it; a draft is `not_found` like any other stranger."""
    found: Announcement = (
        Announcement.objects.filter(published_at__isnull=False)
        .select_related("version__document", "api_version")
        .prefetch_related("additions")
        .get_public(public_id)
    )
    return found


def status_at(at: datetime) -> ServiceStatus:
    """The state of the services: an outage tells more than maintenance."""
    rows = list(_interruptions().filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at)).order_by("starts_at", "id"))
    under_way = [row for row in rows if row.begins_at <= at and row.called_off_at is None]
    kinds = {row.kind for row in under_way}
    state = next((State(kind) for kind in (State.OUTAGE, State.MAINTENANCE) if kind in kinds), State.IN_ORDER)
    return ServiceStatus(state, under_way, [row for row in rows if row.begins_at > at])


def past_interruptions(at: datetime) -> QuerySet[Announcement]:
    """What was interrupted and is over, the latest first."""
    return _interruptions().filter(ends_at__lte=at, called_off_at__isnull=True).order_by("-starts_at", "-id")


def _interruptions() -> QuerySet[Announcement]:
    found = Announcement.objects.filter(kind__in=INTERRUPTIONS, published_at__isnull=False)
    return found.prefetch_related("additions")
