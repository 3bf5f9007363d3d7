"""Holds: credits reserved for a use that is about to begin, then used or freed (upstage/15.3, 17.1, 11.3).

What is captured is a use like any other: rated at the price of its own time, on the usage page and on the invoice.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from accounts.services import activity
from billing.errors import HoldTooLong, NothingToHold
from billing.models import Charge, HeldUse
from billing.queries.holds import hold_named
from billing.services import limits, months, partitions, price_steps, rating
from billing.services.rating import Rated, Use, Who
from billing.services.settlement import CLAUSES
from credits import queries as credit_queries
from credits.queries import Balance
from credits.services import burning, holds
from credits.services.burning import Allocation, Burned
from upstage_console.kernel.calendars import kst_date, month_of
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import new_id

WRITE = "SELECT billing_write_charge(%s::billing_rated, %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Held:
    """A hold with what it is for, and what its member has after it was placed or freed."""

    hold: Any
    credits: Balance


@dataclass(frozen=True, slots=True)
class Captured:
    """A hold that was used, the charge it became, and what its member has after it."""

    held: Held
    charge: Charge
    allocations: tuple[Allocation, ...]


@enforces("upstage/15.3", "upstage/17.1")
@transaction.atomic
def place(
    *, member_id: Who, use: Use, expires_in: timedelta | None, by: Any, at: datetime, key: str | None = None
) -> Held:
    """Reserve what a use is going to cost at most, for `expires_in` (by default and at most as the settings say).

    A member with a postpaid agreement may reserve what there is. Refuses `not_found`, `not_active`, `restricted`,
    `no_price`, `invalid_quantity`, `invalid_amount`, `nothing_to_hold` (it costs nothing), `hold_too_long`,
    `spending_limit`, `insufficient_credits`. The same `key` holds once and returns the first hold.
    """
    until = at + _lasting(expires_in)
    rated = rating.rate(member_id, use, at=at)
    amount = price_steps.held_for(rated, use, key=key, at=at) if rated.has_steps else rated.amount
    if not amount:
        raise NothingToHold
    if rated.is_news:
        activity.note_use([rated.member_id], at=at)
    limits.require_below_limit(rated.member_id, amount, at=at, hold_key=key)
    placed = holds.place(
        member_id=rated.member_id, amount=amount, expires_at=until, by=by, at=at, key=key,
        claimed=_claimed(rated.member_id), may_owe=rated.is_postpaid, note=str(use),
    )  # fmt: skip
    wanted = {"member_id": rated.member_id, "meter_id": rated.meter_id, "api_key_id": rated.api_key_id}
    HeldUse.objects.get_or_create(hold=placed.hold, defaults=wanted | {"quantity": use.quantity, "add_ons": use.chosen})
    return _held(placed.hold.public_id, at)


def _lasting(expires_in: timedelta | None) -> timedelta:
    if expires_in is None:
        return timedelta(seconds=settings.HOLD_SECONDS)
    if not timedelta(0) < expires_in <= timedelta(seconds=settings.HOLD_SECONDS_MOST):
        raise HoldTooLong(facts={"most": settings.HOLD_SECONDS_MOST})
    return expires_in


def _claimed(member_id: int) -> Decimal:
    """What is used and not burned yet; the account stays locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT billing_claimed(%s)", [member_id])
        (claimed,) = cursor.fetchone()
    return Decimal(claimed)


def capture(*, hold: str, use: Use | None = None, quantity: Decimal | None = None, by: Any, at: datetime) -> Captured:
    """Burn what was really used of a hold, and free the rest: a `use`, or a `quantity` of what it was placed for.

    It has been used, so neither a restriction nor a limit of the member's own stops it (upstage/11.3). Refuses
    `not_found`, `no_price`, `invalid_quantity`, `invalid_amount`, `hold_exceeded` (it costs more than is held for it),
    `already_done` (captured or released before, or expired); then nothing is used, and the hold stays as it is.
    """
    partitions.ensure([month_of(kst_date(at))])
    return _capture(hold, use, quantity, by, at)


@enforces("upstage/11.3", "upstage/15.3", "upstage/2.7")
@transaction.atomic
def _capture(name: str, use: Use | None, quantity: Decimal | None, by: Any, at: datetime) -> Captured:
    hold = hold_named(name)
    rated = rating.rate(hold.member_id, _used(hold, use, quantity), at=at, must_be_open=False)
    if rated.is_news:
        activity.note_use([rated.member_id], at=at)
    month = _hold_open(kst_date(at))
    charge = burning.Charge(new_id(), rated.member_id, rated.amount, rated.is_postpaid, CLAUSES)
    burned = holds.capture(hold_id=name, charge=charge, at=at, by=by)
    _write(rated, burned, month, at)
    return Captured(_held(name, at), Charge.objects.get(public_id=charge.id), burned.allocations)


def _used(hold: Any, use: Use | None, quantity: Decimal | None) -> Use:
    """What was used, with the key that the hold was placed for; of a mere amount a quantity is so much of it."""
    placed: HeldUse | None = getattr(hold, "use", None)
    key = placed.api_key.public_id if placed and placed.api_key else None
    if use is not None:
        return replace(use, key=key)
    if placed is None:
        return Use.of_amount(quantity or Decimal(0))
    return Use(placed.meter.service.code, placed.meter.code, quantity or Decimal(0), key, placed.add_ons)


def _hold_open(day: date) -> date:
    """The month that a day's use goes on, held open; before the account is locked, as everywhere."""
    return next(iter(months.open_for([month_of(day)]).values()))


def _write(rated: Rated, burned: Burned, month: date, at: datetime) -> None:
    charge = burned.charge_id
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [rated.row, charge, str(charge), burned.taken, month, at])


@transaction.atomic
def release(*, hold: str, by: Any, at: datetime) -> Held:
    """Free everything a hold reserves. Refuses `not_found`, and `already_done` where it has ended before."""
    holds.release(hold_id=hold, at=at, by=by)
    return _held(hold, at)


def _held(name: str, at: datetime) -> Held:
    hold = hold_named(name)
    return Held(hold, credit_queries.balance(hold.member_id, at))
