"""A member's calls: what each cost, and which lots paid for it (upstage/8.3, 15.3)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import connection
from psycopg import sql

from billing.models import Charge
from billing.queries.sums import KEY, NARROWED, Scope
from billing.rules.rating import Part, PartAmount, Rate, amounts, explain, parts_of
from billing.rules.steps import Step, steps_of
from upstage_console.kernel.clauses import Reason, enforces

# From the event to its charge by the charge's own key, and on to the ledger's entries, which name the lots.
CALLS: Final = """
SELECT part.occurred_at, part.event_id, part.service, part.service_ko, part.service_en, part.meter, part.unit_ko,
    part.unit_en, part.key, part.key_name, part.quantity, part.amount, part.unit_price, part.per, part.currency,
    part.price_since, part.parts::text, charge.public_id, charge.amount - undone.amount,
    charge.burned - undone.restored, charge.owed - undone.lowered, paid.lots, corrected.quantity, corrected.amount,
    coalesce(corrected.steps, part.steps), part.step_starts, part.step_prices
FROM (
    SELECT part.*, service.code AS service, service.name_ko AS service_ko, service.name_en AS service_en,
        meter.code AS meter, meter.unit_ko, meter.unit_en, {key} AS key, key.name AS key_name, price.unit_price,
        price.per, price.currency, price.effective_on AS price_since, price.parts, price.step_starts, price.step_prices
    FROM billing_usageevent AS part
    JOIN billing_price AS price ON price.id = part.price_id
    JOIN billing_meter AS meter ON meter.id = part.meter_id
    JOIN billing_service AS service ON service.id = meter.service_id
    LEFT JOIN accounts_apikey AS key ON key.id = part.api_key_id
    WHERE part.member_id = %(member)s AND part.occurred_at >= %(start)s AND part.occurred_at < %(end)s
        AND (%(before)s::timestamptz IS NULL OR (part.occurred_at, part.event_id) < (%(before)s, %(before_id)s))
        AND {narrowed}
    ORDER BY part.occurred_at DESC, part.event_id DESC LIMIT %(limit)s
) AS part
JOIN billing_usagebatch AS batch ON batch.id = part.batch_id
LEFT JOIN billing_charge AS charge ON charge.member_id = part.member_id AND charge.settlement_id = batch.settlement_id
    AND charge.meter_id = part.meter_id AND charge.price_id = part.price_id
    AND charge.api_key_id IS NOT DISTINCT FROM part.api_key_id
    AND charge.day = (part.occurred_at AT TIME ZONE 'Asia/Seoul')::date
LEFT JOIN LATERAL (
    SELECT coalesce(sum(amount_before - amount), 0) AS amount, coalesce(sum(restored), 0) AS restored,
        coalesce(sum(lowered), 0) AS lowered
    FROM billing_usagecorrection WHERE charge_id = charge.id AND status = 'applied'
) AS undone ON true
LEFT JOIN LATERAL (
    SELECT quantity, amount, steps FROM billing_usagecorrection
    WHERE member_id = part.member_id AND occurred_at = part.occurred_at AND event_id = part.event_id
        AND status = 'applied'
    ORDER BY id DESC LIMIT 1
) AS corrected ON true
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT 'lot_' || replace(lot.public_id::text, '-', '')) AS lots
    FROM credits_entry AS entry JOIN credits_lot AS lot ON lot.id = entry.lot_id
    WHERE entry.member_id = charge.member_id AND entry.charge = charge.public_id
) AS paid ON true
ORDER BY part.occurred_at DESC, part.event_id DESC
"""
A_BLOCK: Final = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of calls ends; the next one begins after it."""

    at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its rated amount, and the charge it is part of with what credits paid of that charge.

    A call that is not settled yet has no charge; one that was corrected says how much was `reported` at first. Where
    its price has `steps`, the `places` say how much of it lies in which.
    """

    at: datetime
    id: str
    service: str
    service_ko: str
    service_en: str
    meter: str
    unit_ko: str
    unit_en: str
    key: str | None
    key_name: str | None
    quantity: Decimal
    amount: Decimal
    unit_price: Decimal
    per: int
    currency: str
    price_since: Any
    parts: tuple[Part, ...]
    charge: str | None
    charge_amount: Decimal | None
    charge_burned: Decimal | None
    charge_owed: Decimal | None
    lots: tuple[str, ...]
    reported: Decimal | None = None
    places: tuple[Decimal, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def place(self) -> Place:
        """Where it stands in the list."""
        return Place(self.at, self.id)

    @property
    def part_amounts(self) -> list[PartAmount]:
        """What each part of its price comes to; nothing where it is the list alone."""
        return amounts(self.quantity, self.amount, self.per, self.parts, self.places)

    @property
    def why(self) -> Reason:
        """How it was rated: quantity × the price of its time."""
        rate = Rate(self.unit_price, self.per, self.currency, self.price_since, self.parts, self.steps)
        return explain(self.quantity, rate, unit_ko=self.unit_ko, unit_en=self.unit_en, places=self.places)


@enforces("upstage/8.3")
def calls(scope: Scope, *, before: Place | None = None, limit: int = 20) -> list[Call]:
    """The calls of a scope, the newest first, each with the lots that paid its charge; one query.

    From `before` on the key is read where the page before it ended, not from the end of the scope again.
    """
    values = {"before": before and before.at, "before_id": before and before.id, "limit": limit}
    if before is not None:
        values["end"] = min(scope.values()["end"], before.at + timedelta(microseconds=1))
    statement = sql.SQL(CALLS).format(key=sql.SQL(KEY), narrowed=sql.SQL(NARROWED))
    with connection.cursor() as cursor:
        cursor.execute(statement, scope.values() | values)
        return [_call(row) for row in cursor.fetchall()]


def every_call(scope: Scope) -> Iterator[Call]:
    """All calls of a scope, the newest first, a block at a time, so that memory does not grow with them."""
    block = calls(scope, limit=A_BLOCK)
    while block:
        yield from block
        block = calls(scope, before=block[-1].place, limit=A_BLOCK) if len(block) == A_BLOCK else []


def _call(row: tuple[Any, ...]) -> Call:
    quantity, amount = row[10:12] if row[22] is None else row[22:24]
    reported = None if row[22] in (None, row[10]) else row[10]
    parts = parts_of(json.loads(row[16]) if row[16] else None)
    values = (
        *row[:10], quantity, amount, *row[12:16], parts, _name(row[17]), *row[18:21], tuple(row[21] or ()), reported,
        tuple(row[24] or ()), steps_of(row[25], row[26]),
    )  # fmt: skip
    return Call(*values)


def _name(charge: UUID | None) -> str | None:
    field: Any = Charge._meta.get_field("public_id")
    return field.from_db_value(charge)
