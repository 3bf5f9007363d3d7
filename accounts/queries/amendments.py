"""Versions that are announced and not in force yet, and what silence to them means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet

from accounts.enums import ONE_VERSION, Audience, ConsentMode
from accounts.models import Consent, Version
from accounts.queries.terms import published
from accounts.rules.amendments import (
    answers_until,
    clear_days,
    may_terminate,
    paid_from,
)
from upstage_console.kernel.calendars import earliest_effective, kst_date, last_day


@dataclass(frozen=True, slots=True)
class Coming:
    """An announced version as a member sees it: what was said to it, and the days that count."""

    version: Version
    before: Version | None
    answer: str
    """explicit, refused or none"""
    silence_counts: bool
    at: datetime

    @property
    def paid_from(self) -> date:
        """The first day on which it governs paid services (4.4)."""
        return paid_from(self.version.effective_on)

    @property
    def last_day(self) -> date:
        """The last day to reject it."""
        return last_day(answers_until(self.version.effective_on))

    @property
    def may_terminate(self) -> bool:
        """Whether a customer who disagrees may terminate now (rift/3.4)."""
        announced_at = self.version.published_at
        return announced_at is not None and may_terminate(
            announced_at=announced_at, effective_on=self.version.effective_on, at=self.at
        )


def coming_versions(at: datetime) -> QuerySet[Version]:
    """Announced versions whose day is still to come, the nearest first."""
    return published(at).filter(effective_on__gt=kst_date(at)).order_by("effective_on", "document__position")


def for_members(versions: QuerySet[Version]) -> QuerySet[Version]:
    """Those of the versions that members are told of: general terms, and terms of services."""
    own = versions.exclude(document__required_of=Audience.CUSTOMER)
    return own.exclude(document__kind__in=ONE_VERSION)


def coming_for(member_id: int, at: datetime) -> list[Coming]:
    """The coming versions of the documents members agree to, with the member's answer to each. Three queries."""
    versions = list(for_members(coming_versions(at)))
    if not versions:
        return []
    said = answers_of(member_id, versions)
    return [_coming(version, said.get(version.pk, "none"), at) for version in versions]


def coming_of(document: str, at: datetime) -> Coming | None:
    """The next coming version of a document; for Rift it says whether a customer may terminate (rift/3.4)."""
    version = coming_versions(at).filter(document__code=document).first()
    return None if version is None else _coming(version, "none", at)


def awaiting_answer(member_id: int, at: datetime) -> list[Coming]:
    """The coming versions to which the member has said nothing yet."""
    return [coming for coming in coming_for(member_id, at) if coming.answer == "none"]


def answers_of(member_id: int, versions: Sequence[Version]) -> dict[int, str]:
    """What the member expressly said to these versions; an acceptance outweighs a rejection before it."""
    rows = Consent.objects.filter(member=member_id, version__in=versions).exclude(mode=ConsentMode.DEEMED)
    said = dict(rows.filter(mode=ConsentMode.REFUSED).values_list("version_id", "mode"))
    return said | dict(rows.filter(mode=ConsentMode.EXPLICIT).values_list("version_id", "mode"))


def answers_by_mode(version: Version) -> dict[ConsentMode, int]:
    """How many members stand where on a version; a rejection that was taken back by accepting counts no more."""
    accepted = Consent.objects.filter(version=version, mode=ConsentMode.EXPLICIT)
    rows = version.consents.exclude(mode=ConsentMode.REFUSED, member__in=accepted.values("member"))
    counted = rows.order_by().values_list("mode").annotate(Count("pk"))
    return {ConsentMode(mode): count for mode, count in counted}


def version_before(version: Version) -> Version | None:
    """The published version that this one follows."""
    others = Version.objects.filter(document=version.document_id, published_at__isnull=False)
    return others.filter(effective_on__lt=version.effective_on).order_by("-effective_on").first()


def is_amendment(version: Version) -> bool:
    """Whether it changes something: a document's first version does not."""
    return version_before(version) is not None


def days_of_notice(version: Version) -> int:
    """The clear days of notice that the version needs (4.3)."""
    return clear_days(is_amendment=is_amendment(version), is_adverse=version.is_adverse)


def earliest_day(version: Version, *, announced: date) -> date:
    """The earliest lawful effective day, were the version announced on this day."""
    return earliest_effective(announced, days_of_notice(version))


def silence_counts(version: Version, *, announced: date) -> bool:
    """Whether silence makes members accept it (4.4): of general and service terms, after the notice a change needs.

    A first version of service terms may come sooner, but then it binds only who expressly agrees (I-5).
    """
    if version.document.kind in ONE_VERSION:
        return False
    days = clear_days(is_amendment=True, is_adverse=version.is_adverse)
    return version.effective_on >= earliest_effective(announced, days)


def _coming(version: Version, answer: str, at: datetime) -> Coming:
    announced = kst_date(version.published_at or at)
    counts = silence_counts(version, announced=announced)
    return Coming(version, version_before(version), answer, counts, at)
