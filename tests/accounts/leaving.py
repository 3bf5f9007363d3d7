"""Memberships that are over, as the services that end them leave the rows."""

from datetime import date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress

from accounts.enums import DepartureStatus, MemberStatus, SanctionKind, SanctionStatus
from accounts.models import Consent, Departure, Document, Member, Sanction, Version
from accounts.services import batches, separation
from upstage_console.kernel.calendars import day_start, kst_date


def filled(member: Member, at: datetime) -> Member:
    """The member with everything a person tells."""
    member.name, member.phone, member.born_on = "김하늘", "010-1234-5678", date(1990, 1, 1)
    member.save()
    EmailAddress.objects.create(user=member.user, email=member.user.email, verified=True, primary=True)
    document, _ = Document.objects.get_or_create(
        code="upstage", defaults={"title_ko": "약관", "title_en": "Terms", "position": 0}
    )
    version, _ = Version.objects.get_or_create(document=document, label="2026-01-01", defaults=_version(at))
    Consent.objects.create(
        member=member, version=version, mode="explicit", at=at, sha256="0" * 64, ip="203.0.113.7", user_agent="Firefox"
    )
    return member


def _version(at: datetime) -> dict[str, Any]:
    return {"effective_on": date(2026, 1, 1), "published_at": at - timedelta(days=400)}


def withdrawn(member: Member, at: datetime, days: int = 30) -> Departure:
    """The member left at `at`; coming back may be asked for during so many days."""
    Member.objects.filter(pk=member.pk).update(status=MemberStatus.WITHDRAWN, withdrawn_at=at)
    return Departure.objects.create(
        member=member, status=DepartureStatus.COMPLETED, requested_at=at, completed_at=at, reason="너무 비쌈",
        kept_until=kst_date(at) + timedelta(days=days),
    )  # fmt: skip


def disqualified(member: Member, at: datetime, kept_until: date) -> Sanction:
    """The member lost the membership at `at`."""
    Member.objects.filter(pk=member.pk).update(status=MemberStatus.DISQUALIFIED, disqualified_at=at)
    return Sanction.objects.create(
        member=member, kind=SanctionKind.LOSS, status=SanctionStatus.IN_FORCE, ground="upstage/3.3.5", starts_at=at,
        decided_at=at, kept_until=kept_until,
    )  # fmt: skip


def separated(member: Member, at: datetime) -> Member:
    """The member left, and the grace period is over."""
    withdrawn(member, at)
    separation.separate_due(at=at + timedelta(days=31))
    member.refresh_from_db()
    return member


def destroyed(first: Any, second: Any, at: datetime) -> Any:
    """What is due at `at` collected, looked through, approved and carried out."""
    batch = batches.collect(at=at)
    assert batch is not None
    batches.look_through(batch.public_id, reason="checked", by=first, at=at)
    batches.approve(batch.public_id, reason="agreed", by=second, at=at)
    batches.carry_out(at=at)
    batch.refresh_from_db()
    return batch


def morning(day: date) -> datetime:
    return day_start(day) + timedelta(hours=9)
