"""Notes of releases: published once, with their effect on compatibility (rift/8.3, 8.4)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from contracts.enums import Compatibility, ContractStatus
from contracts.models import Contract, Release
from contracts.services import service_letters
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, Invalid
from upstage_console.kernel.wording import Phrase, is_visible

CLAUSES: Final = ["rift/8.3"]


@dataclass(frozen=True)
class Notes:
    """What a release brings, and what that means for those who use it."""

    version: str
    released_on: date
    changes: Phrase
    compatibility: Compatibility
    effect: Phrase = Phrase("", "")
    is_beta: bool = False


@enforces("rift/8.3", "rift/8.4")
@transaction.atomic
def publish(notes: Notes, *, reason: str, by: Any, at: datetime) -> Release:
    """Publish the notes of a release; customers of running contracts are told.

    Refuses `already_done` for a version that is known, and `invalid` without changes or, where something is to be done
    about it, without what it means.
    """
    needs_effect = notes.compatibility != Compatibility.COMPATIBLE
    told = [notes.changes, *([notes.effect] if needs_effect else [])]
    if not all(is_visible(part.ko) and is_visible(part.en) for part in told):
        raise Invalid
    if Release.objects.filter(version=notes.version).exists():
        raise AlreadyDone(clauses=CLAUSES)
    release: Release = Release.objects.create(
        version=notes.version, released_on=notes.released_on, changes_ko=notes.changes.ko,
        changes_en=notes.changes.en, compatibility=notes.compatibility, effect_ko=notes.effect.ko,
        effect_en=notes.effect.en, is_beta=notes.is_beta, published_by=audit.actor(by), published_at=at,
    )  # fmt: skip
    audit.record("release.published", release, by=by, at=at, reason=reason, clauses=CLAUSES,
                 facts={"version": notes.version, "compatibility": notes.compatibility})  # fmt: skip
    running = Contract.objects.filter(status__in=(ContractStatus.CONCLUDED, ContractStatus.SUSPENDED))
    service_letters.release_published(release, list(running.filter(ends_on__gte=kst_date(at))), at=at)
    return release
