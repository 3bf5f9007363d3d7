"""The notice board: drafted, published, added to; what was published is never changed (upstage/4.3, 8.4, 12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.enums import AnnouncementKind, MemberStatus
from accounts.errors import NotPublished, Published
from accounts.models import Addition, Announcement, ApiVersion, Member, Version
from accounts.services.broadcasts import tell_all
from accounts.services.notices import Text
from upstage_console.kernel import audit
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction


@dataclass(frozen=True)
class Post:
    """A post of the notice board as it shall stand there, in both languages."""

    kind: AnnouncementKind
    title_ko: str
    title_en: str
    body_ko: str
    body_en: str
    clauses: Sequence[str] = ()
    version: Version | None = None
    api_version: ApiVersion | None = None
    ground: int | None = None
    services: Sequence[str] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def columns(self) -> dict[str, Any]:
        """As a row keeps it."""
        shallow = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return shallow | {"clauses": list(self.clauses), "services": list(self.services)}


@enforces("upstage/8.4")
def publish(post: Post, *, by: Any, at: datetime, reason: str = "", tell_members: bool = False) -> Announcement:
    """Put a post on the notice board at once, in the caller's transaction.

    With `tell_members` every active member gets it as a notice and by mail as well, in one statement.
    """
    require_transaction()
    row = Announcement.objects.create(**post.columns(), drafted_by=audit.actor(by))
    return _publish(row, by=by, at=at, reason=reason, tell_members=tell_members)


@transaction.atomic
def draft(post: Post, *, by: Any, at: datetime) -> Announcement:
    """Keep a post to be published later; nobody outside sees it."""
    row = Announcement.objects.create(**post.columns(), drafted_by=audit.actor(by))
    audit.record("announcement.drafted", row, by=by, at=at, clauses=post.clauses)
    return row


@transaction.atomic
def change_draft(announcement_id: str, post: Post, *, by: Any, at: datetime, reason: str = "") -> Announcement:
    """Write a draft anew; refuses with `published` once it stands on the board."""
    row = _draft(announcement_id)
    columns = post.columns()
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=list(columns))
    audit.record("announcement.changed", row, by=by, at=at, reason=reason, clauses=post.clauses)
    return row


@transaction.atomic
def publish_draft(
    announcement_id: str, *, by: Any, at: datetime, reason: str = "", tell_members: bool = False
) -> Announcement:
    """Put a draft on the board; refuses with `published` where it stands there already."""
    return _publish(_draft(announcement_id), by=by, at=at, reason=reason, tell_members=tell_members)


@transaction.atomic
def drop_draft(announcement_id: str, *, by: Any, at: datetime, reason: str = "") -> None:
    """Throw a draft away; refuses with `published`."""
    row = _draft(announcement_id)
    audit.record("announcement.dropped", row, by=by, at=at, reason=reason)
    row.delete()


@transaction.atomic
def add(announcement_id: str, *, text_ko: str, text_en: str, by: Any, at: datetime, reason: str = "") -> Addition:
    """Correct a published post by a visible addition; refuses with `not_published` for a draft."""
    row = Announcement.objects.locked().get_public(announcement_id)
    if row.published_at is None:
        raise NotPublished
    addition = Addition.objects.create(announcement=row, text_ko=text_ko, text_en=text_en, at=at, by=audit.actor(by))
    audit.record("announcement.added_to", row, by=by, at=at, reason=reason, clauses=row.clauses)
    return addition


def _draft(announcement_id: str) -> Announcement:
    row: Announcement = Announcement.objects.locked().get_public(announcement_id)
    if row.published_at is not None:
        raise Published
    return row


def _publish(row: Announcement, *, by: Any, at: datetime, reason: str, tell_members: bool) -> Announcement:
    row.published_at, row.published_by = at, audit.actor(by)
    row.save(update_fields=["published_at", "published_by"])
    audit.record("announcement.published", row, by=by, at=at, reason=reason, clauses=row.clauses)
    if tell_members:
        text = Text(row.title_ko, row.title_en, row.body_ko, row.body_en)
        active = Member.objects.filter(status=MemberStatus.ACTIVE)
        tell_all(active, about=row.kind, text=text, key=f"announcement:{row.public_id}", at=at, clauses=row.clauses)
    return row
