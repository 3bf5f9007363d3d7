"""Who agreed to advertising (upstage/13)."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.enums import MemberStatus
from accounts.models import Advertisement, MarketingConsent, Member
from accounts.rules.advertising import Answer, oldest_holding
from upstage_console.kernel.calendars import day_start, kst_date


def newest_answer(member_id: int) -> Answer | None:
    """The member's newest answer, which holds; None where the member never answered."""
    row = answers_of_member(member_id).first()
    return None if row is None else Answer(given=row.given, night=row.night, at=row.at)


def answers_of_member(member_id: int) -> QuerySet[MarketingConsent]:
    """What the member answered, newest first."""
    return MarketingConsent.objects.filter(member_id=member_id).order_by("-pk")


def advertisements_of_member(member_id: int) -> QuerySet[Advertisement]:
    """What was sent to the member, newest first."""
    rows = Advertisement.objects.filter(member_id=member_id, sent_at__isnull=False)
    return rows.select_related("campaign").order_by("-pk")


def newest_consents() -> QuerySet[MarketingConsent]:
    """Of every active member the newest answer, where it is a consent."""
    newer = MarketingConsent.objects.filter(member_id=OuterRef("member_id"), pk__gt=OuterRef("pk"))
    active = MarketingConsent.objects.filter(member__status=MemberStatus.ACTIVE)
    return active.filter(~Exists(newer), given=True).order_by("pk")


def agreed_members(*, at: datetime) -> QuerySet[Any]:
    """Active members whose consent holds at `at`, each with `night`; sandbox members get no advertising."""
    newest = MarketingConsent.objects.filter(member_id=OuterRef("pk")).order_by("-pk")
    told = {name: Subquery(newest.values(name)[:1]) for name in ("given", "night")}
    agreed_at = Subquery(newest.values("at")[:1])
    members = Member.objects.filter(status=MemberStatus.ACTIVE, is_sandbox=False).annotate(**told, agreed_at=agreed_at)
    return members.filter(given=True, agreed_at__gte=day_start(oldest_holding(kst_date(at)))).order_by("pk")
