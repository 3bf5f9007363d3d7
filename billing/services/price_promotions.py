"""Promotions on prices: published with their terms, joined by members (upstage/18.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from accounts.models import Member
from accounts.services import restrictions
from billing.errors import PromotionOver
from billing.models import PricePromotion, PromotionJoined, Service
from billing.services.trials import look_for_own_prices
from upstage_console.kernel import audit
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import AlreadyDone, DayHasPassed, InvalidAmount, InvalidDates

CLAUSES = ("upstage/18.5",)


@dataclass(frozen=True)
class Offered:
    """A promotion as it is to be published: so many percent off what these services cost, from a day to a last day."""

    code: str
    name_ko: str
    name_en: str
    terms_ko: str
    terms_en: str
    percent: int
    services: Sequence[int]
    starts_on: date
    ends_on: date


@enforces("upstage/18.5")
@transaction.atomic
def publish(what: Offered, *, by: Any, at: datetime, reason: str = "") -> PricePromotion:
    """Publish a promotion; who joins pays less from then on, and at the end the list holds again.

    Refuses `invalid_amount` (not 1 to 100 percent, no service), `day_has_passed`, `invalid_dates`, `already_done` (the
    code is taken).
    """
    services: list[Service] = list(Service.objects.filter(pk__in=what.services).locked())
    if not 1 <= what.percent <= 100 or not services:
        raise InvalidAmount(facts={"amount": what.percent})
    if what.ends_on < kst_date(at):
        raise DayHasPassed
    if what.ends_on < what.starts_on:
        raise InvalidDates(facts={"starts_on": what.starts_on, "ends_on": what.ends_on})
    row, made = PricePromotion.objects.get_or_create(
        code=what.code,
        defaults={
            "name_ko": what.name_ko, "name_en": what.name_en, "terms_ko": what.terms_ko, "terms_en": what.terms_en,
            "percent": what.percent, "starts_on": what.starts_on, "ends_on": what.ends_on, "published_at": at,
            "published_by": audit.actor(by), "reason": reason,
        },
    )  # fmt: skip
    if not made:
        raise AlreadyDone
    row.services.set(services)
    look_for_own_prices(services)
    facts = {"percent": row.percent, "starts_on": row.starts_on, "ends_on": row.ends_on}
    audit.record("price_promotion.published", row, by=by, at=at, reason=reason, clauses=CLAUSES, facts=facts)
    return row


@enforces("upstage/18.5")
@transaction.atomic
def join(*, promotion_id: str, member_id: int, by: Any, at: datetime) -> PromotionJoined:
    """Join a promotion under its terms.

    Refuses `not_found`, `already_done`, `promotion_over`, `not_active`, `restricted`.
    """
    member: Member = Member.objects.filter(pk=member_id).locked().get()
    restrictions.require_use(member, at=at, paid=False)
    promotion: PricePromotion = PricePromotion.objects.get_public(promotion_id)
    if kst_date(at) > promotion.ends_on:
        raise PromotionOver(facts={"ends_on": promotion.ends_on})
    row, made = PromotionJoined.objects.get_or_create(promotion=promotion, member=member, defaults={"joined_at": at})
    if not made:
        raise AlreadyDone
    facts = {"promotion": promotion.code}
    audit.record("price_promotion.joined", promotion, by=by, at=at, about=member, clauses=CLAUSES, facts=facts)
    return row
