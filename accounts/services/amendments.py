"""Publishing a version of the terms: the notice it needs, the notice board, the history (upstage/4.3, rift/3.2)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import ONE_VERSION, AnnouncementKind
from accounts.errors import DayTaken, DraftIncomplete
from accounts.models import Announcement, Provision, Version
from accounts.queries.amendments import days_of_notice, is_amendment, silence_counts
from accounts.queries.texts import text_of
from accounts.rules.amendments import Told, paid_from, require_notice, require_silence_clause
from accounts.rules.terms import fingerprint
from accounts.services import announcements, telling
from accounts.services.drafting import WRITTEN_HERE
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone


@dataclass(frozen=True, slots=True)
class Published:
    """A published version, the earliest lawful day it had, and what members are told."""

    version: Version
    earliest_on: date
    paid_from: date
    told: Told


@enforces("upstage/4.3", "rift/3.1", "rift/3.2")
@transaction.atomic
def publish(version_id: int, *, by: Any, at: datetime, reason: str = "") -> Published:
    """Publish a draft: announced on the notice board at once, told to every active member within minutes.

    Refuses `already_done`, `draft_incomplete`, `day_taken`, `notice_too_short` (with the earliest lawful day) and
    `silence_not_stated`. From then on the text is never changed.
    """
    version: Version = Version.objects.filter(pk=version_id).locked().select_related("document").get()
    if version.published_at is not None or version.document.kind in ONE_VERSION:
        raise AlreadyDone
    announced = kst_date(at)
    code, days = version.document.code, days_of_notice(version)
    earliest = require_notice(code, version.effective_on, announced=announced, days=days)
    _require_complete(version)
    told = telling.compose(version, at=at)
    if silence_counts(version, announced=announced):
        require_silence_clause(told)
    _freeze(version, by=by, at=at)
    _announce(version, told, by=by, at=at)
    facts = {
        "effective_on": version.effective_on, "earliest": earliest, "days": days, "adverse": version.is_adverse,
        "sha256": version.sha256,
    }  # fmt: skip
    clauses = telling.clauses_of(version)
    audit.record("terms.published", version, by=by, at=at, reason=reason, clauses=clauses, facts=facts)
    return Published(version, earliest, paid_from(version.effective_on), told)


def missing_in(version: Version) -> list[str]:
    """What a draft lacks before it can be published, in words."""
    provisions = Provision.objects.filter(article__version=version)
    text = "text_ko" if version.has_text else "digest_ko"
    lacks = {
        _("a text"): not provisions.exists(),
        _("the Korean of a clause"): provisions.filter(**{text: ""}).exists(),
        _("the reason in both languages"): is_amendment(version) and not (version.reason_ko and version.reason_en),
    }
    return [what for what, is_lacking in lacks.items() if is_lacking]


def _require_complete(version: Version) -> None:
    missing = missing_in(version)
    if missing:
        raise DraftIncomplete(facts={"missing": ", ".join(missing)})
    others = Version.objects.filter(document=version.document_id, effective_on=version.effective_on)
    if others.exclude(pk=version.pk).exists():
        raise DayTaken(facts={"day": version.effective_on})


def _freeze(version: Version, *, by: Any, at: datetime) -> None:
    version.sha256 = fingerprint(text_of(version))
    version.label = version.effective_on.isoformat()
    if version.source_sha256 == WRITTEN_HERE:
        version.source_sha256 = version.sha256
    version.published_at, version.published_by = at, audit.actor(by)
    version.save()


def _announce(version: Version, told: Told, *, by: Any, at: datetime) -> Announcement:
    post = announcements.Post(
        AnnouncementKind.TERMS,
        told.subject_ko,
        told.subject_en,
        told.body_ko,
        told.body_en,
        clauses=telling.clauses_of(version),
        version=version,
    )
    return announcements.publish(post, by=by, at=at)
