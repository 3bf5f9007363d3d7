"""Promotions: drafted by one person, opened – with a large budget by another –, and kept as promised to their end.

Opening publishes the promotion's own terms; who joins agrees to them, and they can replace the standard payment policy
for who did (upstage/18.5).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from accounts.errors import DraftIncomplete, SecondPersonNeeded
from accounts.services import promotion_terms
from credits.enums import PROMOTION_MOVES, PromotionStatus
from credits.errors import AlreadyExpired, NotADraftPromotion
from credits.models import Promotion
from credits.queries.promotions import promise_of
from credits.rules import promotions as rules
from upstage_console.kernel import audit, policy
from upstage_console.kernel.calendars import kst_date, last_day
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.errors import InvalidAmount, InvalidDates
from upstage_console.kernel.money import credit, exact, unit_of
from upstage_console.kernel.transitions import move

CLAUSES = ("upstage/18.5",)
NAME_OF_SETTING = "promotion_budget_of_one_person"


policy.reading(
    NAME_OF_SETTING,
    {"KRW": 1_000_000, "USD": 1_000},
    clause="upstage/18.5",
    why_ko="약관은 프로모션의 승인자를 정하지 않습니다. 예산이 이보다 크면 초안을 쓰지 않은 사람이 시작합니다.",
    why_en="The terms do not say who approves a promotion. Above this budget somebody else than its author opens it.",
    valid=policy.are_amounts,
)


@dataclass(frozen=True)
class Offer:
    """What a promotion promises; amounts in its currency, `says` its terms in Korean and English, clause by clause.

    What is given can be used to the end of `expires_on`, or for `valid_days` days after the day it is given.
    """

    name_ko: str
    name_en: str
    currency: str
    amount: Decimal
    budget: Decimal
    starts_at: datetime
    ends_at: datetime
    says: Sequence[tuple[str, str]]
    expires_on: date | None = None
    valid_days: int | None = None
    is_open: bool = True


@transaction.atomic
def draft(offer: Offer, *, by: Any, at: datetime, reason: str = "") -> Promotion:
    """Draft a promotion; nobody sees it yet.

    Refuses `invalid_amount` (not above 0, more than 6 decimals, a budget below one member's share), `unknown_currency`,
    `invalid_dates` (no period, or what is given on its last day could not be used then), `draft_incomplete` (no name,
    no terms in both languages, not exactly one way to expire).
    """
    _check(offer)
    row = Promotion.objects.create(**_values(offer), drafted_by=audit.actor(by), drafted_at=at)
    _note("promotion.drafted", row, by=by, at=at, reason=reason)
    return row


@transaction.atomic
def change(promotion_id: str, offer: Offer, *, by: Any, at: datetime, reason: str = "") -> Promotion:
    """Write a draft anew; who does is its author. Refuses `promotion_open` once it is open, and as `draft` does."""
    row = locked(promotion_id)
    if row.status != PromotionStatus.DRAFT:
        raise NotADraftPromotion(facts={"name": row.name})
    _check(offer)
    for name, value in _values(offer).items():
        setattr(row, name, value)
    row.drafted_by, row.drafted_at = audit.actor(by), at
    row.save()
    _note("promotion.changed", row, by=by, at=at, reason=reason)
    return row


@enforces("upstage/18.5")
@transaction.atomic
def open_(promotion_id: str, *, by: Any, at: datetime, reason: str = "") -> Promotion:
    """Open a draft: its terms are published, and from `starts_at` on members join and staff give.

    Refuses `second_person_needed` where the budget is above what one person may spend and `by` is the author,
    `invalid_dates` and `credits_expired` where its period or its credits would be over already, and what the states do
    not allow.
    """
    row = locked(promotion_id)
    _require_second_person(row, by=by, at=at)
    _require_time_left(row, at)
    version = promotion_terms.publish(
        title_ko=row.name_ko, title_en=row.name_en, says=row.says, by=by, at=at, reason=reason
    )
    move(row, PromotionStatus.OPEN, allowed=PROMOTION_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES,
         version=version, opened_by=audit.actor(by), opened_at=at)  # fmt: skip
    _note("promotion.opened", row, by=by, at=at, reason=reason)
    return row


@transaction.atomic
def end(promotion_id: str, *, by: Any, at: datetime, reason: str = "") -> Promotion:
    """End an open promotion early: nobody joins any more, and a handout stops. What was given stays given."""
    row = locked(promotion_id)
    move(row, PromotionStatus.ENDED, allowed=PROMOTION_MOVES, by=by, at=at, reason=reason, clauses=CLAUSES, ended_at=at)
    _note("promotion.ended", row, by=by, at=at, reason=reason)
    return row


@transaction.atomic
def drop(promotion_id: str, *, by: Any, at: datetime, reason: str = "") -> Promotion:
    """Drop a draft. Refuses what the states do not allow."""
    row = locked(promotion_id)
    move(row, PromotionStatus.DROPPED, allowed=PROMOTION_MOVES, by=by, at=at, reason=reason)
    _note("promotion.dropped", row, by=by, at=at, reason=reason)
    return row


def locked(promotion_id: str) -> Promotion:
    """The promotion, locked until the transaction ends. Refuses `not_found`."""
    row: Promotion = Promotion.objects.locked().get_public(promotion_id)
    return row


def needs_second_person(promotion: Promotion, *, at: datetime) -> bool:
    """Whether its budget is above what its author may open alone."""
    limits: dict[str, int] = policy.value(NAME_OF_SETTING, at=at)
    return promotion.budget > limits[promotion.currency]


def _require_second_person(row: Promotion, *, by: Any, at: datetime) -> None:
    if needs_second_person(row, at=at) and row.drafted_by == audit.actor(by):
        raise SecondPersonNeeded(clauses=CLAUSES)


def _require_time_left(row: Promotion, at: datetime) -> None:
    if row.ends_at <= at:
        raise InvalidDates(facts={"starts_on": kst_date(row.starts_at), "ends_on": last_day(row.ends_at)})
    if row.expires_on is not None and row.expires_on < kst_date(at):
        raise AlreadyExpired(facts={"expires_on": row.expires_on, "today": kst_date(at)})


def _check(offer: Offer) -> None:
    unit_of(offer.currency)
    for amount in (offer.amount, offer.budget):
        if exact(amount) <= 0 or credit(amount) != amount or amount > offer.budget:
            raise InvalidAmount(facts={"amount": amount})
    promise = rules.Promise(
        offer.amount, offer.budget, Decimal(0), offer.starts_at, offer.ends_at, offer.expires_on, offer.valid_days
    )
    if offer.ends_at <= offer.starts_at or not rules.outlives_its_period(promise):
        ends_on = offer.expires_on or last_day(offer.ends_at)
        raise InvalidDates(facts={"starts_on": kst_date(offer.starts_at), "ends_on": ends_on})
    _require_complete(offer)


def _require_complete(offer: Offer) -> None:
    said = offer.says and all(ko.strip() and en.strip() for ko, en in offer.says)
    one_end = (offer.expires_on is None) != (offer.valid_days is None) and offer.valid_days != 0
    if not (offer.name_ko.strip() and offer.name_en.strip() and said and one_end):
        raise DraftIncomplete(facts={"missing": offer.name_ko or "–"}, clauses=CLAUSES)


def _values(offer: Offer) -> dict[str, Any]:
    return asdict(offer) | {"says": [list(pair) for pair in offer.says]}


def _note(action: str, row: Promotion, *, by: Any, at: datetime, reason: str) -> None:
    promise = promise_of(row)
    facts = {"amount": promise.amount, "budget": promise.budget, "granted": promise.granted}
    audit.record(action, row, by=by, at=at, reason=reason, clauses=CLAUSES, facts=facts)
