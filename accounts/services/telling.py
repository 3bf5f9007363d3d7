"""Telling members of announced terms: all of them once, and who joins meanwhile at once (upstage/4.3)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import Member, Version
from accounts.queries.amendments import coming_versions, for_members, is_amendment, silence_counts, version_before
from accounts.queries.terms import published
from accounts.rules.amendments import Change, Told, notice_clauses, notice_of, silence_clauses
from accounts.services import broadcasts, notices
from accounts.services.member_batches import active_members
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
        text = _text(version, at)
        count = sum(_tell_batch(members, version, text, at=at) for members in active_members())
    Version.objects.filter(pk=version.pk).update(told_at=at)
    return count


@transaction.atomic
def _tell_batch(members: Any, version: Version, text: notices.Text, *, at: datetime) -> int:
    """After a kill the next run tells those who are left: who has the notice is passed over."""
    return broadcasts.tell_all(members, about=ABOUT, text=text, key=key_of(version), clauses=clauses_of(version), at=at)


@enforces("upstage/4.3")
def tell_newcomer(member: Member, *, at: datetime) -> int:
    """Tell somebody who has just become a member of what is announced already, in the caller's transaction."""
    require_transaction()
    letters = [_letter(member, version, at) for version in for_members(coming_versions(at))]
    return notices.notify_all(letters, at=at) if letters else 0


def _letter(member: Member, version: Version, at: datetime) -> notices.Letter:
    return notices.Letter(member.pk, ABOUT, _text(version, at), key_of(version), clauses=clauses_of(version))


def _text(version: Version, at: datetime) -> notices.Text:
    told = compose(version, at=at)
    return notices.Text(told.subject_ko, told.subject_en, told.body_ko, told.body_en)


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
