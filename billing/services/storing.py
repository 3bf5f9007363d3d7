"""Storing a batch of usage in set-based statements: events, what they cost, and the sums by day (upstage/2.7, 18.1).

COPY into a temporary table, one INSERT that passes over repeats and rates at the price of each event's own time, one
charge for each member, meter, price, key and KST day, one burn for each day, one roll-up. All locks are taken in one
order everywhere: months, events, accounts, sums.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from billing.services import months
from billing.services.intake import Staged
from credits.services import accounts, burning
from credits.services.burning import Allocation, Burned
from upstage_console.kernel.calendars import kst_date, month_of
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import new_id, require_transaction

CLAUSES = ("upstage/2.7", "upstage/15.3", "upstage/18.1")

STAGING = """
CREATE TEMPORARY TABLE IF NOT EXISTS billing_staged (
    index integer, occurred_at timestamptz, member_id bigint, event_id varchar, meter_id bigint, price_id bigint,
    api_key_id bigint, quantity numeric, dimensions jsonb
) ON COMMIT DELETE ROWS;
TRUNCATE billing_staged
"""
STAGED_TYPES = ("int4", "timestamptz", "int8", "varchar", "int8", "int8", "int8", "numeric", "jsonb")
COPY_STAGED = "COPY billing_staged FROM STDIN (FORMAT BINARY)"

# The amount is cut after 6 decimals exactly: div() is whole-number division, whatever the digits (rules/rating.py).
STORE = """
WITH stored AS (
    INSERT INTO billing_usageevent (
        occurred_at, member_id, event_id, meter_id, price_id, api_key_id, batch_id, quantity, amount, dimensions
    )
    SELECT one.occurred_at, one.member_id, one.event_id, one.meter_id, one.price_id, one.api_key_id, %(batch)s,
        one.quantity, div(one.quantity * price.unit_price * 1000000, price.per) * 0.000001, one.dimensions
    FROM billing_staged AS one JOIN billing_price AS price ON price.id = one.price_id
    ORDER BY one.occurred_at, one.member_id, one.event_id
    ON CONFLICT (occurred_at, member_id, event_id) DO NOTHING
    RETURNING occurred_at, member_id, meter_id, price_id, api_key_id, quantity, amount
)
SELECT stored.member_id, stored.meter_id, stored.price_id, stored.api_key_id,
    (stored.occurred_at AT TIME ZONE 'Asia/Seoul')::date AS day, price.currency,
    count(*), sum(stored.quantity), sum(stored.amount), max(stored.occurred_at)
FROM stored JOIN billing_price AS price ON price.id = stored.price_id
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY 5, 1, 2, 3, 4
"""

# The same id at another instant of the batch's months: by a narrow hash, in the partitions concerned alone.
CONFLICTS = """
SELECT DISTINCT one.index
FROM billing_staged AS one
JOIN billing_usageevent AS other ON hashtext(other.event_id) = hashtext(one.event_id)
    AND other.event_id = one.event_id AND other.member_id = one.member_id AND other.occurred_at <> one.occurred_at
WHERE other.occurred_at >= %(first)s AND other.occurred_at < %(last)s
"""

COPY_CHARGES = """
COPY billing_charge (
    public_id, member_id, batch_id, meter_id, price_id, api_key_id, day, billing_month, events, quantity, amount,
    burned, owed, currency, at
) FROM STDIN (FORMAT BINARY)
"""
CHARGE_TYPES = (
    "uuid", "int8", "int8", "int8", "int8", "int8", "date", "date", "int4", "numeric", "numeric", "numeric", "numeric",
    "varchar", "timestamptz",
)  # fmt: skip

ROLL_UP = """
INSERT INTO billing_usageday AS total (
    member_id, day, meter_id, price_id, api_key_id, billing_month, currency, events, quantity, amount, burned, owed
)
SELECT member_id, day, meter_id, price_id, api_key_id, billing_month, currency, events, quantity, amount, burned, owed
FROM billing_charge WHERE batch_id = %(batch)s
ORDER BY member_id, day, meter_id, price_id, api_key_id, billing_month
ON CONFLICT (member_id, day, meter_id, price_id, api_key_id, billing_month) DO UPDATE SET
    events = total.events + excluded.events, quantity = total.quantity + excluded.quantity,
    amount = total.amount + excluded.amount, burned = total.burned + excluded.burned, owed = total.owed + excluded.owed
"""

BATCH = "SELECT nextval(pg_get_serial_sequence('billing_usagebatch', 'id'))"


@dataclass(frozen=True, slots=True)
class Rated:
    """What some events of one batch cost one member, not yet paid."""

    id: UUID
    member_id: int
    meter_id: int
    price_id: int
    key_id: int | None
    day: date
    currency: str
    events: int
    quantity: Decimal
    amount: Decimal
    latest: datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """A batch that was stored: its charges, and what each burned; nothing is burned for a charge of 0."""

    batch_id: int
    charges: tuple[Rated, ...]
    burned: dict[UUID, Burned]

    @property
    def events(self) -> int:
        """How many events are new."""
        return sum(charge.events for charge in self.charges)

    @property
    def amounts(self) -> dict[str, Decimal]:
        """What they cost, by currency."""
        sums: dict[str, Decimal] = {}
        for charge in self.charges:
            sums[charge.currency] = sums.get(charge.currency, Decimal(0)) + charge.amount
        return sums

    @property
    def allocations(self) -> tuple[Allocation, ...]:
        """Every lot that paid, in the order of burning."""
        return tuple(part for one in self.burned.values() for part in one.allocations)


@enforces("upstage/2.7", "upstage/18.1", "upstage/15.3")
def store(staged: Sequence[Staged], *, may_owe: bool, by: Any, at: datetime) -> Stored:
    """Store, rate and burn in the caller's transaction; repeats of stored events are passed over."""
    require_transaction()
    billing_months = months.open_for(month_of(one.day) for one in staged)
    batch_id = _stage(staged)
    charges = _insert(batch_id)
    burned = _burn(charges, may_owe, by, at)
    _write_charges(batch_id, charges, burned, billing_months, at)
    return Stored(batch_id, charges, burned)


def _stage(staged: Sequence[Staged]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(STAGING)
        with cursor.copy(COPY_STAGED) as copy:
            copy.set_types(STAGED_TYPES)
            for one in staged:
                dimensions = None if one.dimensions is None else Jsonb(one.dimensions)
                copy.write_row(
                    (one.index, one.at, one.member_id, one.event_id, one.meter_id, one.price_id, one.key_id,
                     one.quantity, dimensions)
                )  # fmt: skip
        cursor.execute(BATCH)
        (batch_id,) = cursor.fetchone()
    return int(batch_id)


def _insert(batch_id: int) -> tuple[Rated, ...]:
    with connection.cursor() as cursor:
        cursor.execute(STORE, {"batch": batch_id})
        return tuple(
            Rated(new_id(), member, meter, price, key, day, currency, events, quantity, amount, latest)
            for member, meter, price, key, day, currency, events, quantity, amount, latest in cursor.fetchall()
        )


def _burn(charges: Sequence[Rated], may_owe: bool, by: Any, at: datetime) -> dict[UUID, Burned]:
    """One burn for each KST day of use, so that the lots that lived that day pay; before several, lock all accounts."""
    days = [(day, list(of_day)) for day, of_day in groupby(charges, key=lambda charge: charge.day)]
    if len(days) > 1:
        accounts.lock_known({charge.member_id for charge in charges})
    burned: dict[UUID, Burned] = {}
    for day, of_day in days:
        due = [
            burning.Charge(charge.id, charge.member_id, charge.amount, may_owe, CLAUSES)
            for charge in of_day
            if charge.amount
        ]
        moment = at if day == kst_date(at) else max(charge.latest for charge in of_day)
        burned.update((one.charge_id, one) for one in burning.burn(due, at=moment, by=by))
    return burned


def _write_charges(
    batch_id: int,
    charges: Sequence[Rated],
    burned: dict[UUID, Burned],
    billing_months: dict[date, date],
    at: datetime,
) -> None:
    with connection.cursor() as cursor:
        with cursor.copy(COPY_CHARGES) as copy:
            copy.set_types(CHARGE_TYPES)
            for charge in charges:
                taken = burned[charge.id].taken if charge.id in burned else Decimal(0)
                copy.write_row(
                    (charge.id, charge.member_id, batch_id, charge.meter_id, charge.price_id, charge.key_id, charge.day,
                     billing_months[month_of(charge.day)], charge.events, charge.quantity, charge.amount, taken,
                     charge.amount - taken, charge.currency, at)
                )  # fmt: skip
        cursor.execute(ROLL_UP, {"batch": batch_id})


def conflicts(first: datetime, last: datetime) -> set[int]:
    """The places of the events just stored whose id the member has at another instant in [first, last)."""
    with connection.cursor() as cursor:
        cursor.execute(CONFLICTS, {"first": first, "last": last})
        return {index for (index,) in cursor.fetchall()}
