"""What a new price would have made of last month's use (upstage/17.1): before it is set, by one statement."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from billing.models import Price
from upstage_console.kernel.calendars import month_of, months_later

# Use with add-ons, in a promotion or in a trial is taken to keep its share of the price of the list.
EFFECT = """
SELECT count(*), coalesce(sum(quantity), 0), coalesce(sum(before), 0), coalesce(sum(after), 0),
    count(*) FILTER (WHERE after > before), count(*) FILTER (WHERE after < before),
    coalesce(max(after - before), 0)
FROM (
    SELECT member_id, sum(quantity) AS quantity, sum(amount) AS before, CASE
        WHEN %(starts)s::numeric[] IS NULL
            THEN sum(div(quantity * %(unit_price)s * 1000000 * share, %(per)s) * 0.000001)
        WHEN sum(quantity) = 0 THEN 0
        ELSE billing_steps_cost(
            %(prices)s::numeric[], billing_fill_steps(%(starts)s::numeric[], NULL, sum(quantity)), %(per)s
        ) * sum(quantity * share) / sum(quantity)
    END AS after
    FROM billing_usageday AS used JOIN billing_price AS price ON price.id = used.price_id
    JOIN billing_price AS listed ON listed.id = coalesce(price.base_id, price.id)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN listed.unit_price > 0 THEN price.unit_price / listed.unit_price ELSE 1 END AS share
    ) AS kept
    WHERE used.billing_month >= %(first)s AND used.day BETWEEN %(first)s AND %(last)s AND used.meter_id = %(meter)s
        AND used.currency = %(currency)s
    GROUP BY member_id
) AS of_member
"""


@dataclass(frozen=True)
class Effect:
    """Last month's use of a meter in one currency: what it cost, and what it would have cost; for how many members."""

    month: date
    members: int
    quantity: Decimal
    before: Decimal
    after: Decimal
    dearer: int
    cheaper: int
    most: Decimal

    @property
    def percent(self) -> Decimal | None:
        """How much more or less in percent, to one decimal; None where it cost nothing."""
        if not self.before:
            return None
        return ((self.after - self.before) * 100 / self.before).quantize(Decimal("0.1"))


def effect(price: Price, today: date) -> Effect:
    """What the price would have made of the use of the month before; one statement over the sums by day."""
    first = months_later(month_of(today), -1)
    values: dict[str, Any] = {
        "unit_price": price.unit_price, "per": price.per, "meter": price.meter_id, "currency": price.currency,
        "starts": price.step_starts, "prices": price.step_prices, "first": first,
        "last": month_of(today) - timedelta(days=1),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(EFFECT, values)
        return Effect(first, *cursor.fetchone())
