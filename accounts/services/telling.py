"""Telling members of announced terms: all of them once, and who joins meanwhile at once (upstage/4.3)."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from accounts.models import Member, Notice, Version
from accounts.queries.amendments import coming_versions, for_members, is_amendment, silence_counts, version_before
from accounts.queries.terms import published
from accounts.rules.amendments import Change, Told, notice_clauses, notice_of, silence_clauses
from accounts.services import mass_notices, notices
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction

ABOUT = "terms"


def key_of(version: Version) -> str:
    """The key under which a member is told of a version once."""
    return f"terms:{version.pk}"


def clauses_of(version: Version) -> list[str]:
    """What the notice of a version rests on."""
    code = version.document.code
    return [*notice_clauses(code), *silence_clauses(code)]


def compose(version: Version, *, at: datetime) -> Told:
    """The notice of a version in both languages, as it would be announced at `at` or was when it was published."""
    announced = kst_date(version.published_at or at)
    return notice_of(_change(version), silence_counts=silence_counts(version, announced=announced))


def comparison_url(version: Version) -> str:
    """Where the changes of a version stand word by word; without a version before, where its text stands."""
    before = version_before(version)
    place = [version.document.code, version.effective_on.isoformat()]
    if before is None:
        return settings.SITE_URL + reverse("terms-version", args=place)
    return settings.SITE_URL + reverse("terms-compare", args=[*place, before.label])


@enforces("upstage/4.3")
def tell_all(*, at: datetime) -> int:
    """Tell every active member of the versions announced since the last run; returns how many notices were new."""
    return sum(_tell_all(version, at=at) for version in for_members(published(at)).filter(told_at__isnull=True))


def _tell_all(version: Version, *, at: datetime) -> int:
    count = 0
    if version.effective_on > kst_date(version.published_at or at):
        told = compose(version, at=at)
        pattern = Notice(
            about=ABOUT, key=key_of(version), clauses=clauses_of(version), at=at, subject_ko=told.subject_ko,
            subject_en=told.subject_en, body_ko=told.body_ko, body_en=told.body_en,
        )  # fmt: skip
        count = mass_notices.tell_active_members(pattern)
    Version.objects.filter(pk=version.pk).update(told_at=at)
    return count


@enforces("upstage/4.3")
def tell_newcomer(member: Member, *, at: datetime) -> int:
    """Tell somebody who has just become a member of what is announced already, in the caller's transaction."""
    require_transaction()
    letters = [_letter(member, version, at) for version in for_members(coming_versions(at))]
    return notices.notify_all(letters, at=at) if letters else 0


def _letter(member: Member, version: Version, at: datetime) -> notices.Letter:
    told = compose(version, at=at)
    text = notices.Text(told.subject_ko, told.subject_en, told.body_ko, told.body_en)
    return notices.Letter(member.pk, ABOUT, text, key_of(version), clauses=clauses_of(version))


def _change(version: Version) -> Change:
    document = version.document
    return Change(
        document=document.code,
        title_ko=document.title_ko,
        title_en=document.title_en,
        effective_on=version.effective_on,
        is_amendment=is_amendment(version),
        is_adverse=version.is_adverse,
        reason_ko=version.reason_ko,
        reason_en=version.reason_en,
        compare_url=comparison_url(version),
        account_url=settings.SITE_URL + reverse("account-terms"),
    )
