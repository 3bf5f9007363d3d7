"""Promotions: which run, what a member has of them, and what a handout would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Exists, F, OuterRef, QuerySet

from accounts.models import Member
from credits.enums import PromotionStatus, WhyNot
from credits.models import Promotion, PromotionGrant
from credits.rules.promotions import Promise, runs
from upstage_console.kernel.errors import NotFound

VERDICTS = """
SELECT why_not, count(*), (array_agg(member_id ORDER BY member_id))[1:%s]
FROM credits_promotion_verdicts(%s, %s) GROUP BY why_not
"""


@dataclass(frozen=True)
class Weighed:
    """What a handout would do: to how many it gives, whom it refuses and why, and what is left of the budget."""

    given: int
    refused: dict[WhyNot, int]
    receivers: Sequence[Member]
    samples: dict[WhyNot, Sequence[Member]]
    budget_after: Decimal


def promise_of(row: Promotion) -> Promise:
    """What the rules need to know of a promotion."""
    return Promise(row.amount, row.budget, row.granted, row.starts_at, row.ends_at, row.expires_on, row.valid_days)


def phase(row: Promotion, at: datetime) -> str:
    """draft, dropped, ended, coming, running, used_up or over: how it stands, whatever jobs have run."""
    if row.status != PromotionStatus.OPEN:
        return str(row.status)
    if at < row.starts_at:
        return "coming"
    promise = promise_of(row)
    if not runs(promise, at):
        return "over"
    return "running" if promise.members_left else "used_up"


def running(at: datetime) -> QuerySet[Promotion]:
    """Every open promotion whose period runs, those that end first first."""
    rows: QuerySet[Promotion] = Promotion.objects.filter(status=PromotionStatus.OPEN, starts_at__lte=at, ends_at__gt=at)
    return rows.order_by("ends_at", "pk")


def to_join(member: Member, at: datetime) -> QuerySet[Promotion]:
    """What this member can join now: not yet theirs, in their currency, with something left of the budget."""
    had = PromotionGrant.objects.filter(member=member, promotion=OuterRef("pk"))
    rows = running(at).filter(~Exists(had), budget__gte=F("granted") + F("amount"), is_open=True)
    return rows.filter(currency=member.currency).select_related("version__document")


def promotions_called(name_en: str) -> QuerySet[Promotion]:
    """Every promotion of this name, in any state."""
    rows: QuerySet[Promotion] = Promotion.objects.filter(name_en=name_en).order_by("pk")
    return rows


def grants_of(member_id: int) -> QuerySet[PromotionGrant]:
    """What a member had of promotions, the newest first."""
    rows: QuerySet[PromotionGrant] = PromotionGrant.objects.filter(member=member_id).order_by("-id")
    return rows.select_related("promotion__version__document", "lot", "consent", "handout")


def promotion_for(member: Member, promotion_id: str) -> Promotion:
    """A promotion as a member may read it: one they can or could join, or have had. Refuses `not_found`."""
    shown = Promotion.objects.exclude(version=None).select_related("version__document")
    row: Promotion = shown.get_public(promotion_id)
    if not (row.is_open and row.currency == member.currency or row.grants.filter(member=member).exists()):
        raise NotFound
    return row


def weigh(promotion: Promotion, members: Sequence[int], *, sample: int = 10) -> Weighed:
    """What a handout to these members would do now, as the handout itself decides it. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(VERDICTS, [sample, promotion.pk, list(members)])
        rows = cursor.fetchall()
    named = Member.objects.in_bulk([member for _why, _count, some in rows for member in some])
    counts = {why: count for why, count, _some in rows}
    samples = {why: [named[one] for one in some] for why, _count, some in rows}
    given = counts.get(None, 0)
    return Weighed(
        given,
        {WhyNot(why): counts[why] for why in WhyNot.values if why in counts},
        samples.get(None, []),
        {WhyNot(why): samples[why] for why in WhyNot.values if why in samples},
        promotion.budget - promotion.granted - given * promotion.amount,
    )
