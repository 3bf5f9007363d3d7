"""Prices, cards and usage for the tests: what is needed, and nothing that surprises."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from accounts.models import Member, User
from billing.enums import AgreementMode
from billing.models import Meter, PaymentMethod, Price, Purchase
from billing.services import catalogue, payment_methods, purchases, settlement, usage
from billing.services.usage import Taken
from credits.models import Lot
from credits.services import lots
from upstage_console.kernel.clock import KST
from upstage_console.kernel.db import new_id

NOON = datetime(2026, 2, 10, 12, tzinfo=KST)

_number = count(1)


def member(*, currency: str = "KRW", card: str | None = None, postpaid: bool = False) -> Member:
    user = User.objects.create(email=f"payer{next(_number)}-{new_id().hex}@example.com")
    made = Member.objects.create(
        user=user, name="kim", currency=currency, applied_at=NOON, accepted_at=NOON, status="active"
    )
    if card or postpaid:
        give_card(made, card or "ok", postpaid=postpaid)
    return made


def give_card(holder: Member, card: str = "ok", *, postpaid: bool = False, at: datetime = NOON) -> PaymentMethod:
    mode = AgreementMode.POSTPAID if postpaid else None
    return payment_methods.register(member_id=holder.pk, reference=card, by=holder.user, at=at, mode=mode)


def price(
    amount: str = "12",
    *,
    service: str = "ocr",
    meter: str = "page",
    per: int = 1,
    currency: str = "KRW",
    since: date = date(2026, 1, 1),
) -> Price:
    return catalogue.set_price(
        meter_id=meter_row(service, meter).pk,
        currency=currency,
        unit_price=Decimal(amount),
        per=per,
        effective_on=since,
        by=None,
        at=NOON,
    )


def meter_row(service: str = "ocr", meter: str = "page") -> Meter:
    return catalogue.add_meter(service=service, meter=meter, by=None, at=NOON)


def granted(holder: Member, amount: str, *, until: date = date(2026, 12, 31), at: datetime = NOON) -> Lot:
    return lots.grant(member_id=holder.pk, amount=Decimal(amount), expires_on=until, reason="event", by=None, at=at)


def bought(holder: Member, amount: str, *, key: str = "one", at: datetime = NOON) -> Purchase:
    return purchases.buy(member_id=holder.pk, amount=Decimal(amount), key=key, by=holder.user, at=at)


def event(holder: Member, name: str = "e1", **changes: Any) -> dict[str, Any]:
    return {
        "id": name,
        "member": holder.public_id,
        "service": "ocr",
        "meter": "page",
        "quantity": 1,
        "at": NOON.isoformat(),
    } | changes


def taken(*events: Any, at: datetime = NOON, **how: Any) -> Taken:
    """Events taken and settled at once."""
    found = unsettled(*events, at=at, **how)
    settlement.settle(at=at)
    return found


def unsettled(*events: Any, at: datetime = NOON, **how: Any) -> Taken:
    """Events taken, to be settled by the test."""
    return usage.take(list(events), batch_key="test", at=at, **how)


def later(**delta: float) -> datetime:
    return NOON + timedelta(**delta)
