"""Refunds as their tests ask for them."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import Member
from accounts.services import leaving
from billing.models import Refund
from billing.services import refunds
from billing.services.charging import Use, charge
from credits import queries as credits
from tests.billing import make

LATER = make.NOON + timedelta(days=30)


def used(holder: Member, amount: str, at: datetime = make.NOON) -> None:
    charge(member_id=holder.pk, use=Use.of_amount(Decimal(amount)), by=None, at=at)


def asked(holder: Member, at: datetime = make.NOON, **how: Any) -> Refund:
    return refunds.request(member_id=holder.pk, by=holder.user, at=at, **how)


def balance(holder: Member, at: datetime = make.NOON) -> tuple[Decimal, Decimal]:
    now = credits.balance(holder.pk, at)
    return now.paid, now.free


def left_with(amount: str, use: str, **fields: Any) -> Member:
    """Somebody who left a month after buying, with more than the rules give back."""
    holder = make.member(card="ok")
    Member.objects.filter(pk=holder.pk).update(**fields)
    make.bought(holder, amount)
    used(holder, use)
    leaving.withdraw(holder.pk, by=holder.user, at=LATER)
    holder.refresh_from_db()
    return holder
