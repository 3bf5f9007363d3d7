"""Maintenance and outages: announced, reported, ended, called off – in the open (upstage/12.1, 12.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import AnnouncementKind
from accounts.models import Addition, Announcement
from accounts.rules import interruptions as rules
from accounts.services import announcements
from accounts.services.announcements import Post
from accounts.services.notices import Text, compose
from upstage_console.kernel import audit
from upstage_console.kernel.errors import AlreadyDone, InvalidDates, NotFound


@dataclass(frozen=True)
class Interruption:
    """What is interrupted, from when to when, on which item of upstage/12.1, and how it is told in both languages."""

    text: Text
    ground: int
    starts_at: datetime
    ends_at: datetime | None = None
    services: Sequence[str] = ()

    def post(self, kind: AnnouncementKind) -> Post:
        """As it stands on the notice board."""
        return Post(
            kind=kind,
            title_ko=self.text.subject_ko,
            title_en=self.text.subject_en,
            body_ko=self.text.body_ko,
            body_en=self.text.body_en,
            clauses=rules.clauses_of(self.ground),
            ground=self.ground,
            services=self.services,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
        )


@transaction.atomic
def announce_maintenance(
    planned: Interruption, *, by: Any, at: datetime, reason: str = "", tell_members: bool = False
) -> Announcement:
    """Announce planned maintenance; refuses `notice_required` where it has begun, `invalid_dates` without an end."""
    ends_at = planned.ends_at or planned.starts_at
    rules.require_announced_before(planned.starts_at, ends_at, at=at)
    post = planned.post(AnnouncementKind.MAINTENANCE)
    return announcements.publish(post, by=by, at=at, reason=reason, tell_members=tell_members)


@transaction.atomic
def report_outage(
    outage: Interruption, *, by: Any, at: datetime, reason: str = "", tell_members: bool = False
) -> Announcement:
    """Report an outage, while it lasts or afterwards; refuses `not_begun` and `invalid_dates`."""
    rules.require_has_begun(outage.starts_at, outage.ends_at, at=at)
    post = outage.post(AnnouncementKind.OUTAGE)
    return announcements.publish(post, by=by, at=at, reason=reason, tell_members=tell_members)


@transaction.atomic
def end_outage(announcement_id: str, *, ended_at: datetime, by: Any, at: datetime, reason: str = "") -> Announcement:
    """Say since when an outage is over; refuses `already_done`, and `invalid_dates` before its beginning or ahead."""
    row = _interruption(announcement_id, AnnouncementKind.OUTAGE)
    if row.ends_at is not None:
        raise AlreadyDone
    rules.require_has_begun(row.begins_at, ended_at, at=at)
    row.ends_at = ended_at
    row.save(update_fields=["ends_at"])
    text = compose(_("It is over"), _("The outage ended at %(ended_at)s (KST)."), ended_at=ended_at)
    return _told(row, "announcement.ended", text, by=by, at=at, reason=reason)


@transaction.atomic
def move_end(announcement_id: str, *, ends_at: datetime, by: Any, at: datetime, reason: str = "") -> Announcement:
    """Let maintenance end earlier or later than planned; refuses `already_done` once it is over or called off, and
    `invalid_dates` for an end that does not lie ahead of both its beginning and now."""
    row = _interruption(announcement_id, AnnouncementKind.MAINTENANCE)
    if row.called_off_at is not None or row.ends_at in (None, ends_at) or row.ends_at <= at:
        raise AlreadyDone
    if ends_at < max(row.begins_at, at):
        raise InvalidDates(facts={"starts_on": row.begins_at, "ends_on": ends_at})
    text = compose(
        _("Another end"),
        _("The maintenance ends at %(later)s (KST) instead of %(before)s."),
        before=row.ends_at,
        later=ends_at,
    )
    row.ends_at = ends_at
    row.save(update_fields=["ends_at"])
    return _told(row, "announcement.end_moved", text, by=by, at=at, reason=reason)


@transaction.atomic
def call_off(announcement_id: str, *, by: Any, at: datetime, reason: str = "") -> Announcement:
    """Call planned maintenance off before it begins; refuses `already_done` afterwards."""
    row = _interruption(announcement_id, AnnouncementKind.MAINTENANCE)
    if row.called_off_at is not None or row.begins_at <= at:
        raise AlreadyDone
    row.called_off_at = at
    row.save(update_fields=["called_off_at"])
    text = compose(_("Called off"), _("The maintenance was called off; the services go on as usual."))
    return _told(row, "announcement.called_off", text, by=by, at=at, reason=reason)


def _interruption(announcement_id: str, kind: AnnouncementKind) -> Announcement:
    row: Announcement | None = Announcement.objects.filter(kind=kind, public_id=announcement_id).locked().first()
    if row is None or row.published_at is None:
        raise NotFound
    return row


def _told(row: Announcement, action: str, text: Text, *, by: Any, at: datetime, reason: str) -> Announcement:
    """The change stands on the post for everybody, and in the history."""
    said = {"text_ko": text.body_ko, "text_en": text.body_en}
    Addition.objects.create(announcement=row, at=at, by=audit.actor(by), **said)
    audit.record(action, row, by=by, at=at, reason=reason, clauses=row.clauses)
    return row
