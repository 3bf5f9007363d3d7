"""Promotions for the tests."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from credits.models import Promotion
from credits.services import promotions
from credits.services.promotions import Offer
from tests.credits import make

SAYS = (("참여한 회원에게 무상 크레딧을 드립니다.", "Who joins receives free credits."),)
USUAL: dict[str, Any] = {
    "name_ko": "가을 이벤트",
    "name_en": "Autumn",
    "currency": "KRW",
    "amount": Decimal(1000),
    "budget": Decimal(3000),
    "starts_at": make.NOON,
    "ends_at": make.NOON + timedelta(days=10),
    "says": SAYS,
    "expires_on": date(2026, 3, 31),
}


def offer(**other: Any) -> Offer:
    return Offer(**{**USUAL, **other})


def drafted(*, by: Any = None, **other: Any) -> Promotion:
    return promotions.draft(offer(**other), by=by, at=make.NOON)


def opened(*, by: Any = None, **other: Any) -> Promotion:
    return promotions.open_(drafted(**other).public_id, by=by, at=make.NOON)
