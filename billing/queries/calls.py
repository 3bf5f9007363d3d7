"""A member's latest calls: what each cost, and which lots paid for it (upstage/8.3, 15.3)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from billing.models import Charge
from upstage_console.kernel.clauses import enforces

# From the event to its charge by the charge's own key, and on to the ledger's entries, which name the lots.
CALLS = """
SELECT event.occurred_at, event.event_id, service.code, meter.code, key.name, event.quantity, event.amount,
    price.currency, charge.public_id, charge.amount, charge.burned, charge.owed, paid.lots
FROM (
    SELECT * FROM billing_usageevent
    WHERE member_id = %(member)s AND occurred_at < %(before)s ORDER BY occurred_at DESC LIMIT %(limit)s
) AS event
JOIN billing_price AS price ON price.id = event.price_id
JOIN billing_meter AS meter ON meter.id = event.meter_id
JOIN billing_service AS service ON service.id = meter.service_id
LEFT JOIN accounts_apikey AS key ON key.id = event.api_key_id
JOIN billing_usagebatch AS batch ON batch.id = event.batch_id
LEFT JOIN billing_charge AS charge ON charge.member_id = event.member_id AND charge.settlement_id = batch.settlement_id
    AND charge.meter_id = event.meter_id AND charge.price_id = event.price_id
    AND charge.api_key_id IS NOT DISTINCT FROM event.api_key_id
    AND charge.day = (event.occurred_at AT TIME ZONE 'Asia/Seoul')::date
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT 'lot_' || replace(lot.public_id::text, '-', '')) AS lots
    FROM credits_entry AS entry JOIN credits_lot AS lot ON lot.id = entry.lot_id
    WHERE entry.member_id = charge.member_id AND entry.charge = charge.public_id
) AS paid ON true
ORDER BY event.occurred_at DESC, event.event_id
"""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its rated amount, and the charge it is part of with what credits paid of that charge."""

    at: datetime
    id: str
    service: str
    meter: str
    key: str | None
    quantity: Decimal
    amount: Decimal
    currency: str
    charge: str
    charge_amount: Decimal
    charge_burned: Decimal
    charge_owed: Decimal
    lots: tuple[str, ...]


@enforces("upstage/8.3")
def recent_calls(member_id: int, *, before: datetime, limit: int = 20) -> list[Call]:
    """The latest calls before an instant, the newest first, each with the lots that paid its charge; one query."""
    with connection.cursor() as cursor:
        cursor.execute(CALLS, {"member": member_id, "before": before, "limit": limit})
        return [_call(row) for row in cursor.fetchall()]


def _call(row: tuple[Any, ...]) -> Call:
    values = (*row[:8], _name(row[8]), *row[9:12], tuple(row[12] or ()))
    return Call(*values)


def _name(charge: UUID) -> str:
    return str(Charge._meta.get_field("public_id").from_db_value(charge))
