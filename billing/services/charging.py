"""Charging one use at once: by amount, or by service, meter and quantity (upstage/2.7, 15.3, 17.1)."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import ApiKey, Member
from accounts.services import activity, restrictions
from billing.enums import AgreementMode, Category
from billing.errors import BadQuantity, IdConflict, NoSuchPrice
from billing.models import Charge, Meter, PaymentAgreement, Price, Service, UsageBatch
from billing.rules.rating import MOST_QUANTITY
from billing.services import partitions, settlement, storing
from billing.services.intake import Staged
from billing.services.settlement import Settled
from billing.services.storing import Stored
from billing.services.usage import hold_prices
from credits import queries as credit_queries
from credits.errors import InsufficientCredits
from credits.services.burning import Allocation
from upstage_console.kernel.calendars import kst_date, month_bounds, month_of
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import new_id
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount
from upstage_console.kernel.money import CURRENCIES, credit

DIRECT = "direct"
BEGINNING = date(2000, 1, 1)


@dataclass(frozen=True)
class Use:
    """What was used: a quantity of a meter, or simply an amount of the member's currency."""

    service: str = DIRECT
    meter: str = "amount"
    quantity: Decimal = Decimal(0)
    key_id: int | None = None

    @classmethod
    def of_amount(cls, amount: Decimal, key_id: int | None = None) -> "Use":
        """An amount named by the caller: so many units of a meter whose unit costs 1."""
        return cls(quantity=amount, key_id=key_id)


@dataclass(frozen=True)
class Charged:
    """What a use cost: burned from which lots, the rest owed, and what is left to use."""

    charge: Charge
    allocations: tuple[Allocation, ...]
    balance: Decimal


def charge(*, member_id: int, use: Use, by: Any, at: datetime, key: str | None = None) -> Charged:
    """Charge one use; `key` names it, and a repeat of it is refused.

    Credits pay first. A prepaid member's use larger than the balance is refused whole; with a postpaid agreement the
    rest is owed. Refuses `not_active`, `restricted`, `insufficient_credits`, `no_price`, `invalid_amount`,
    `already_done`.
    """
    partitions.ensure([month_of(kst_date(at))])
    return _charge(member_id, use, key or new_id().hex, by, at)


@enforces("upstage/17.1", "upstage/15.3", "upstage/2.7")
@transaction.atomic
def _charge(member_id: int, use: Use, name: str, by: Any, at: datetime) -> Charged:
    member = Member.objects.get(pk=member_id)
    found = restrictions.require_use(member, at=at, paid=False)
    if activity.is_news(member.last_used_on, kst_date(at)):
        activity.note_use([member_id], at=at)
    hold_prices()
    price = _price(use, member.currency, kst_date(at))
    restrictions.require_open(found, paid=price.unit_price > 0)
    staged = _staged(member, use, price, name, at)
    stored = storing.store([staged], key=f"charge:{name}", at=at)
    batch = _check_stored(stored, staged)
    settled = settlement.settle_batches([batch], may_owe=is_postpaid(member_id), by=by, at=at)
    _check_paid(settled, member_id, at)
    row = Charge.objects.select_related("member", "meter").get(settlement=settled.settlement)
    return Charged(row, settled.allocations, _left(settled, member_id, at))


def is_postpaid(member_id: int) -> bool:
    """Whether an agreement lets the member owe what credits do not cover (upstage/17.1)."""
    in_force = PaymentAgreement.objects.filter(member=member_id, ended_at__isnull=True)
    return in_force.filter(mode=AgreementMode.POSTPAID).exists()


def _staged(member: Member, use: Use, price: Price, name: str, at: datetime) -> Staged:
    if credit(use.quantity) != use.quantity:
        raise InvalidAmount(facts={"amount": use.quantity})
    if not 0 < use.quantity <= MOST_QUANTITY:
        raise BadQuantity(facts={"most": f"{MOST_QUANTITY:,}"})
    if use.key_id is not None:
        ApiKey.objects.get(Q(member=member), pk=use.key_id)
    return Staged(0, at, kst_date(at), member.pk, name, price.meter_id, price.pk, use.key_id, use.quantity, None)


def _price(use: Use, currency: str, day: date) -> Price:
    if use.service == DIRECT:
        _ensure_direct()
    prices = Price.objects.filter(meter__service__code=use.service, meter__code=use.meter, currency=currency)
    price = prices.filter(effective_on__lte=day).order_by("-effective_on").first()
    if price is None:
        raise NoSuchPrice(facts={"service": use.service, "meter": use.meter, "currency": currency, "on": day})
    return price


def _ensure_direct() -> None:
    """The meter whose unit is one unit of the currency: an amount goes through the same tables as every use."""
    if Price.objects.filter(meter__service__code=DIRECT).exists():
        return
    names = {"category": Category.API, "name_ko": "금액", "name_en": "Amount", "is_listed": False}
    service, _ = Service.objects.get_or_create(code=DIRECT, defaults=names)
    units = {"unit_ko": "크레딧", "unit_en": "credits"}
    meter, _ = Meter.objects.get_or_create(service=service, code="amount", defaults=units)
    begun = month_bounds(BEGINNING)[0]
    prices = [
        Price(meter=meter, currency=currency, unit_price=1, effective_on=BEGINNING, set_at=begun)
        for currency in CURRENCIES
    ]
    Price.objects.bulk_create(prices, ignore_conflicts=True)


def _check_stored(stored: Stored, staged: Staged) -> UsageBatch:
    if storing.conflicts(*month_bounds(staged.day)):
        raise IdConflict
    if stored.batch is None:
        raise AlreadyDone
    return stored.batch


def _check_paid(settled: Settled, member_id: int, at: datetime) -> None:
    if any(one.refused for one in settled.burned.values()):
        available = credit_queries.balance(member_id, at).total
        amount = sum((charge.amount for charge in settled.charges), Decimal(0))
        raise InsufficientCredits(facts={"available": available, "amount": amount})


def _left(settled: Settled, member_id: int, at: datetime) -> Decimal:
    for burned in settled.burned.values():
        return burned.balance
    return credit_queries.balance(member_id, at).total
