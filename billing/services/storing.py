"""Storing a batch of usage in set-based statements: events at the price of their time, and tallies (upstage/2.7, 18.1).

COPY into a temporary table, one INSERT that passes over repeats, rates, and tallies what is new by member and hour. It
only adds rows, so batches never wait for each other, but for the same event in both. All locks are taken in one order
everywhere: months, events, accounts, sums (docs/adr/0010-usage-is-settled.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from psycopg.types.json import Jsonb

from billing.models import UsageBatch
from billing.services import months
from billing.services.intake import Staged
from upstage_console.kernel.calendars import month_of
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.db import require_transaction

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
# In the order of members and ids, so that two batches with the same events wait for each other in one order only.
STORE = """
WITH stored AS (
    INSERT INTO billing_usageevent (
        occurred_at, member_id, event_id, meter_id, price_id, api_key_id, batch_id, quantity, amount, dimensions
    )
    SELECT one.occurred_at, one.member_id, one.event_id, one.meter_id, one.price_id, one.api_key_id, %(batch)s,
        one.quantity, div(one.quantity * price.unit_price * 1000000, price.per) * 0.000001, one.dimensions
    FROM billing_staged AS one JOIN billing_price AS price ON price.id = one.price_id
    ORDER BY one.member_id, one.event_id, one.index
    ON CONFLICT DO NOTHING
    RETURNING occurred_at, member_id, meter_id, price_id, api_key_id, quantity, amount
), tally AS (
    INSERT INTO billing_usagetally (
        batch_id, number, member_id, hour, billing_month, meter_id, price_id, api_key_id, events, quantity, amount,
        latest
    )
    SELECT %(batch)s, row_number() OVER (), member_id, date_trunc('hour', occurred_at), billed.month, meter_id,
        price_id, api_key_id, count(*), sum(quantity), sum(amount), max(occurred_at)
    FROM stored
    JOIN unnest(%(used)s::date[], %(billed)s::date[]) AS billed (month_of_use, month)
        ON billed.month_of_use = date_trunc('month', occurred_at AT TIME ZONE 'Asia/Seoul')
    GROUP BY member_id, date_trunc('hour', occurred_at), billed.month, meter_id, price_id, api_key_id
    RETURNING price_id, events, amount
)
SELECT price.currency, sum(tally.events), sum(tally.amount)
FROM tally JOIN billing_price AS price ON price.id = tally.price_id GROUP BY price.currency
"""

# What is stored already and says something else: the same id at another instant (by a narrow hash, in the partitions
# concerned alone), or at the same one with other contents.
CONFLICTS = """
SELECT DISTINCT one.index
FROM billing_staged AS one
JOIN billing_usageevent AS other ON other.member_id = one.member_id
    AND hashtextextended(other.event_id, 0) = hashtextextended(one.event_id, 0) AND other.event_id = one.event_id
    AND (other.occurred_at, other.meter_id, other.quantity, other.api_key_id, other.dimensions)
        IS DISTINCT FROM (one.occurred_at, one.meter_id, one.quantity, one.api_key_id, one.dimensions)
WHERE other.occurred_at >= %(first)s AND other.occurred_at < %(last)s
"""

BATCH = "SELECT nextval(pg_get_serial_sequence('billing_usagebatch', 'id'))"


@dataclass(frozen=True, slots=True)
class Stored:
    """What is new of a batch: its row, and what it costs by currency. `batch` is None where nothing is new."""

    batch: UsageBatch | None
    amounts: Mapping[str, Decimal]

    @property
    def events(self) -> int:
        """How many events are new."""
        return self.batch.events if self.batch else 0


@enforces("upstage/2.7", "upstage/18.1")
def store(staged: Sequence[Staged], *, key: str, at: datetime) -> Stored:
    """Store and rate in the caller's transaction; repeats of stored events are passed over. Nothing is burned yet."""
    require_transaction()
    billed = months.open_for(month_of(one.day) for one in staged)
    batch_id = _stage(staged)
    with connection.cursor() as cursor:
        cursor.execute(STORE, {"batch": batch_id, "used": list(billed), "billed": list(billed.values())})
        rows = cursor.fetchall()
    amounts = {currency: amount for currency, _events, amount in rows}
    return Stored(_keep_batch(batch_id, key, sum(events for _, events, _ in rows), amounts, billed, at), amounts)


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


def _keep_batch(
    batch_id: int, key: str, events: int, amounts: Mapping[str, Decimal], billed: Mapping[date, date], at: datetime
) -> UsageBatch | None:
    """The row of a batch with its sums; None where all of it had been taken before."""
    if not events:
        return None
    shown = {currency: f"{amount:f}" for currency, amount in amounts.items()}
    moved = " ".join(f"{used:%Y-%m}→{month:%Y-%m}" for used, month in billed.items() if used != month)
    return UsageBatch.objects.create(id=batch_id, key=key[:200], at=at, events=events, amount=shown, moved=moved)


def conflicts(first: datetime, last: datetime) -> set[int]:
    """The places of the staged events that contradict what is stored in [first, last): two batches cannot both pass."""
    with connection.cursor() as cursor:
        cursor.execute(CONFLICTS, {"first": first, "last": last})
        return {index for (index,) in cursor.fetchall()}
