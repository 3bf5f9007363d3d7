"""Settling usage: what came in is charged and paid from credits, many batches at a time (upstage/2.7, 15.3, 18.1).

Some unsettled batches are locked, those that another settler has are passed over; their tallies become charges, one for
each member, meter, price, key and KST day; one burn for each day; the sums by hour and day grow; the tallies go, and
the batches name their settlement. All of it is one transaction, so one that is killed leaves no trace and is done again
by the next (docs/adr/0010-usage-is-settled.md). A settlement costs what its members cost, not what its events do.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts.services import activity
from billing.models import Settlement, UsageBatch
from credits.services import burning, holds
from credits.services.burning import Burned
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import new_id, require_transaction

CLAUSES = ("upstage/2.7", "upstage/15.3", "upstage/18.1")

BATCHES_AT_A_TIME = 2_000
EVENTS_AT_A_TIME = 200_000

RATED = """
SELECT tally.member_id, tally.meter_id, tally.price_id, tally.api_key_id,
    (tally.hour AT TIME ZONE 'Asia/Seoul')::date AS day, tally.billing_month, price.currency,
    sum(tally.events), sum(tally.quantity), sum(tally.amount), max(tally.latest)
FROM billing_usagetally AS tally JOIN billing_price AS price ON price.id = tally.price_id
WHERE tally.batch_id = ANY (%(batches)s)
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY 5, 1, 2, 3, 4
"""

COPY_CHARGES = """
COPY billing_charge (
    public_id, member_id, settlement_id, meter_id, price_id, api_key_id, day, billing_month, events, quantity, amount,
    burned, owed, currency, at
) FROM STDIN (FORMAT BINARY)
"""
CHARGE_TYPES = (
    "uuid", "int8", "int8", "int8", "int8", "int8", "date", "date", "int4", "numeric", "numeric", "numeric", "numeric",
    "varchar", "timestamptz",
)  # fmt: skip

ADD_TO_DAYS = """
INSERT INTO billing_usageday AS total (
    member_id, day, meter_id, price_id, api_key_id, billing_month, currency, events, quantity, amount, burned, owed
)
SELECT member_id, day, meter_id, price_id, api_key_id, billing_month, currency, events, quantity, amount, burned, owed
FROM billing_charge WHERE settlement_id = %(settlement)s
ORDER BY member_id, day, meter_id, price_id, api_key_id, billing_month
ON CONFLICT (member_id, day, meter_id, price_id, api_key_id, billing_month) DO UPDATE SET
    events = total.events + excluded.events, quantity = total.quantity + excluded.quantity,
    amount = total.amount + excluded.amount, burned = total.burned + excluded.burned, owed = total.owed + excluded.owed
"""

ADD_TO_HOURS = """
WITH gone AS (DELETE FROM billing_usagetally WHERE batch_id = ANY (%(batches)s) RETURNING *)
INSERT INTO billing_usagehour AS total (member_id, hour, meter_id, price_id, api_key_id, events, quantity, amount)
SELECT member_id, hour, meter_id, price_id, api_key_id, sum(events), sum(quantity), sum(amount)
FROM gone GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (member_id, hour, meter_id, price_id, api_key_id) DO UPDATE SET
    events = total.events + excluded.events, quantity = total.quantity + excluded.quantity,
    amount = total.amount + excluded.amount
"""


@dataclass(frozen=True, slots=True)
class Rated:
    """What some settled events cost one member, not yet paid."""

    id: UUID
    member_id: int
    meter_id: int
    price_id: int
    key_id: int | None
    day: date
    billing_month: date
    currency: str
    events: int
    quantity: Decimal
    amount: Decimal
    latest: datetime


def settle(*, at: datetime, by: Any = None, wait: bool = False) -> int:
    """Charge and burn what is not settled yet, some batches a transaction; returns how many batches.

    What another settler is at is left to it; with `wait` it is waited for, so that afterwards everything taken before
    is settled. It has been used, so what credits do not cover is owed.
    """
    settled = 0
    while batches := _settle_some(wait, by, at):
        settled += batches
    return settled


@transaction.atomic
def _settle_some(wait: bool, by: Any, at: datetime) -> int:
    waiting = UsageBatch.objects.filter(settlement__isnull=True).order_by("pk")
    found = waiting.select_for_update(of=("self",), skip_locked=not wait)
    batches = list(_alike(found[:BATCHES_AT_A_TIME]))
    if batches:
        settle_batches(batches, by=by, at=at)
    return len(batches)


def _alike(found: Iterable[UsageBatch]) -> Iterable[UsageBatch]:
    """Of one settlement a day's charges go on one invoice: months that were moved are settled by themselves."""
    events, first = 0, None
    for batch in found:
        first = first or batch
        events += batch.events
        if batch is not first and events > EVENTS_AT_A_TIME:
            return
        if batch.moved == first.moved:
            yield batch


@enforces("upstage/2.7", "upstage/15.3", "upstage/18.1")
def settle_batches(batches: Sequence[UsageBatch], *, by: Any, at: datetime) -> None:
    """Charge and burn batches that the caller has locked, all moved alike; members and accounts are locked next."""
    require_transaction()
    ids = [batch.pk for batch in batches]
    settlement = Settlement.objects.create(at=at, batches=len(ids), events=sum(batch.events for batch in batches))
    charges = _rate(ids)
    _note_use(charges)
    burned = _burn(charges, by, at)
    _write_charges(settlement, charges, burned)
    with connection.cursor() as cursor:
        cursor.execute(ADD_TO_HOURS, {"batches": ids})
        cursor.execute(ADD_TO_DAYS, {"settlement": settlement.pk})
    UsageBatch.objects.filter(pk__in=ids).update(settlement=settlement)


def _rate(batches: list[int]) -> tuple[Rated, ...]:
    with connection.cursor() as cursor:
        cursor.execute(RATED, {"batches": batches})
        return tuple(Rated(new_id(), *row) for row in cursor.fetchall())


def _note_use(charges: Sequence[Rated]) -> None:
    """The latest day of each member's use, from which dormancy is counted (upstage/26.2)."""
    days: dict[int, date] = {}
    for charge in charges:
        days[charge.member_id] = max(charge.day, days.get(charge.member_id, charge.day))
    activity.note_days(days)


def _burn(charges: Sequence[Rated], by: Any, at: datetime) -> dict[UUID, Burned]:
    """One burn for each KST day of use, so that the lots that lived that day pay; never later than now.

    Before days that are over all accounts are locked, and holds that are over by now let go of what they reserved then.
    """
    today = kst_date(at)
    days = [(day, list(of_day)) for day, of_day in groupby(charges, key=lambda charge: min(charge.day, today))]
    if days and days[0][0] < today:
        holds.end_over((charge.member_id for charge in charges), at=at)
    burned: dict[UUID, Burned] = {}
    for day, of_day in days:
        due = [
            burning.Charge(charge.id, charge.member_id, charge.amount, may_owe=True, clauses=CLAUSES)
            for charge in of_day
            if charge.amount
        ]
        moment = at if day == today else max(charge.latest for charge in of_day)
        burned.update((one.charge_id, one) for one in burning.burn(due, at=moment, by=by))
    return burned


def _write_charges(settlement: Settlement, charges: Sequence[Rated], burned: dict[UUID, Burned]) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY_CHARGES) as copy:
        copy.set_types(CHARGE_TYPES)
        for charge in charges:
            taken = burned[charge.id].taken if charge.id in burned else Decimal(0)
            copy.write_row(
                (charge.id, charge.member_id, settlement.pk, charge.meter_id, charge.price_id, charge.key_id,
                 charge.day, charge.billing_month, charge.events, charge.quantity, charge.amount, taken,
                 charge.amount - taken, charge.currency, settlement.at)
            )  # fmt: skip
