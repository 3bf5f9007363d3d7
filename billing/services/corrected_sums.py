"""The sums that fall where a use is corrected: of its hour, its day and the steps of its month (upstage/8.3)."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import connection

from billing.models import UsageCorrection
from upstage_console.kernel.calendars import day_end, day_start, month_of

# A row of sums falls; where the month of the invoice is another one now, it begins with what is taken off.
LOWER_DAY: Final = """
INSERT INTO billing_usageday AS total (
    member_id, day, meter_id, price_id, api_key_id, billing_month, currency, events, quantity, amount, burned, owed
) VALUES (
    %(member)s, %(day)s, %(meter)s, %(price)s, %(key)s, %(month)s, %(currency)s, 0, -%(quantity)s, -%(amount)s,
    -%(restored)s, -%(lowered)s
) ON CONFLICT (member_id, day, meter_id, price_id, api_key_id, billing_month) DO UPDATE SET
    quantity = total.quantity + excluded.quantity, amount = total.amount + excluded.amount,
    burned = total.burned + excluded.burned, owed = total.owed + excluded.owed
"""
# The hour of the use falls; what an objection has taken off it before falls in the day's other hours, the last first.
LOWER_HOURS: Final = """
WITH day AS (
    SELECT id, hour, amount, hour = date_trunc('hour', %(used_at)s::timestamptz) AS is_own FROM billing_usagehour
    WHERE member_id = %(member)s AND hour >= %(starts)s AND hour < %(ends)s AND meter_id = %(meter)s
        AND price_id = %(price)s AND api_key_id IS NOT DISTINCT FROM %(key)s
), own AS (
    UPDATE billing_usagehour AS total SET quantity = total.quantity - %(quantity)s,
        amount = total.amount - least(total.amount, %(amount)s)
    FROM day WHERE total.id = day.id AND day.is_own AND total.member_id = %(member)s
), before AS (
    SELECT id, hour, amount, sum(amount) OVER (ORDER BY hour DESC) - amount AS sooner,
        %(amount)s - (SELECT least(amount, %(amount)s) FROM day WHERE is_own) AS missing
    FROM day WHERE NOT is_own
), taken AS (
    SELECT id, hour, least(amount, missing - sooner) AS amount FROM before WHERE sooner < missing AND amount > 0
), other AS (
    UPDATE billing_usagehour AS total SET amount = total.amount - taken.amount
    FROM taken WHERE total.id = taken.id AND total.member_id = %(member)s
)
INSERT INTO billing_usagehourshift (member_id, correction_id, hour, amount)
SELECT %(member)s, %(correction)s, hour, amount FROM taken
"""
LOWER_STEPS: Final = "SELECT billing_count_steps(%s, %s, %s, %s, %s::numeric[])"


def lower(row: UsageCorrection) -> None:
    """Take an applied correction off its hour and its day and, of a price with steps, off the steps of its month."""
    charge = row.charge
    values: Mapping[str, Any] = {
        "member": row.member_id, "day": charge.day, "meter": charge.meter_id, "price": charge.price_id,
        "key": charge.api_key_id, "month": row.billing_month, "currency": charge.currency,
        "quantity": row.quantity_before - row.quantity, "amount": row.amount_before - row.amount,
        "restored": row.restored, "lowered": row.lowered, "used_at": row.occurred_at,
        "starts": day_start(charge.day), "ends": day_end(charge.day), "correction": row.pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(LOWER_HOURS, values)
        cursor.execute(LOWER_DAY, values)
        if row.steps is not None:
            off = [kept - before for kept, before in zip(row.steps, row.steps_before or (), strict=True)]
            cursor.execute(LOWER_STEPS, [row.member_id, charge.price_id, month_of(charge.day), row.billing_month, off])
