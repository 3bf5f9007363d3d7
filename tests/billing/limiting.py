"""Limits for the tests."""

from datetime import datetime
from decimal import Decimal

from accounts.models import Member
from billing.models import OwnLimits
from billing.rules.limits import Limits
from billing.services import limits
from tests.billing.make import NOON


def limits_of(soft: str | None = None, hard: str | None = None, low: str | None = None) -> Limits:
    return Limits(*(None if amount is None else Decimal(amount) for amount in (soft, hard, low)))


def limited(
    holder: Member, soft: str | None = None, hard: str | None = None, low: str | None = None, *, at: datetime = NOON
) -> OwnLimits:
    return limits.set_limits(member_id=holder.pk, limits=limits_of(soft, hard, low), by=holder.user, at=at)
