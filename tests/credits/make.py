"""Members and credits for the tests: what is needed, and nothing that surprises."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from accounts.models import Member, User
from credits.models import Hold, Lot
from credits.services import burning, holds, lots
from upstage_console.kernel.clock import KST
from upstage_console.kernel.db import new_id
from upstage_console.kernel.money import Money

NOON = datetime(2026, 2, 10, 12, tzinfo=KST)

_number = count(1)


def member(*, currency: str = "KRW", name: str = "kim") -> Member:
    user = User.objects.create(email=f"{name}{next(_number)}-{new_id().hex}@example.com")
    return Member.objects.create(
        user=user, name=name, currency=currency, applied_at=NOON, accepted_at=NOON, status="active"
    )


def granted(
    holder: Member, amount: str, expires_on: date = date(2026, 12, 31), *, at: datetime = NOON, key: str | None = None
) -> Lot:
    return lots.grant(
        member_id=holder.pk, amount=Decimal(amount), expires_on=expires_on, reason="event", by=None, at=at, key=key
    )


def bought(holder: Member, amount: str, *, at: datetime = NOON, purchase: str = "pur_1") -> Lot:
    net = Money(Decimal(amount), holder.currency)
    tax = Money(Decimal(amount) / 10, holder.currency)
    return lots.add_paid(
        member_id=holder.pk, amount=Decimal(amount), paid=net, tax=tax, purchase=purchase, by=None, at=at
    )


def charge(holder: Member, amount: str, *, may_owe: bool = False, claimed: Decimal = Decimal(0)) -> burning.Charge:
    return burning.Charge(
        id=new_id(), member_id=holder.pk, amount=Decimal(amount), may_owe=may_owe, claimed=claimed
    )  # fmt: skip


def burned(holder: Member, *amounts: str, at: datetime = NOON, may_owe: bool = False) -> list[burning.Burned]:
    return burning.burn([charge(holder, amount, may_owe=may_owe) for amount in amounts], at=at, by=None)


def later(**delta: float) -> datetime:
    return NOON + timedelta(**delta)


def poor() -> Member:
    """Somebody who never had credits."""
    return member(name="lee")


def held(
    holder: Member, amount: str, *, at: datetime = NOON, lasts: timedelta = timedelta(hours=24), **more: Any
) -> holds.Held:
    return holds.place(
        member_id=holder.pk, amount=Decimal(amount), expires_at=at + lasts, by=None, at=at, **more
    )  # fmt: skip


def captured(hold: Hold, amount: str, *, at: datetime = NOON) -> burning.Burned:
    charge = burning.Charge(id=new_id(), member_id=hold.member_id, amount=Decimal(amount))
    return holds.capture(hold_id=hold.public_id, charge=charge, at=at, by=None)
