"""How much of what was charged lies in which step of its price (upstage/17.1, 18.1)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from django.db import connection

from billing.models import Charge

# A charge names its events by settlement, member, meter, price, key and day (models/charges.py).
OF_CHARGES: Final = """
SELECT charge.id, billing_sum_steps(event.steps)
FROM billing_charge AS charge
JOIN billing_usageevent AS event ON event.member_id = charge.member_id
    AND event.occurred_at >= charge.day::timestamp AT TIME ZONE 'Asia/Seoul'
    AND event.occurred_at < (charge.day + 1)::timestamp AT TIME ZONE 'Asia/Seoul'
    AND event.meter_id = charge.meter_id AND event.price_id = charge.price_id
    AND event.api_key_id IS NOT DISTINCT FROM charge.api_key_id
JOIN billing_usagebatch AS batch ON batch.id = event.batch_id AND batch.settlement_id = charge.settlement_id
WHERE charge.id = ANY (%s) GROUP BY charge.id
"""


def of_charges(charges: Iterable[Charge]) -> dict[int, tuple[Decimal, ...]]:
    """The quantity by step of those whose price has steps, by their keys; nothing of uses that lie in files by now.

    One query, or none where no price has steps. The charges come with their prices.
    """
    asked = [charge.pk for charge in charges if charge.price.steps]
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(OF_CHARGES, [asked])
        return {pk: tuple(quantities) for pk, quantities in cursor.fetchall()}
