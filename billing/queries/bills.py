"""What the month's usage comes to for each member: one reckoning for its close and for what is shown before it."""

from datetime import date
from typing import Any

from billing.enums import InvoiceKind
from billing.rules import taxes
from upstage_console.kernel.calendars import months_later
from upstage_console.kernel.money import CURRENCIES, decimals_of

# What is charged of a line is rounded down to the currency's unit, once; so is the tax (rules/invoicing.py, taxes.py).
# Days are told by their month without a date_trunc for each: nearly all lie in the month that is closed.
BILLS = """
WITH unit (currency, digits) AS (SELECT * FROM unnest(%(currencies)s::text[], %(digits)s::int[])),
line AS MATERIALIZED (
    SELECT used.*, used.credits + used.owed AS amount, trunc(used.owed, unit.digits) AS charged, unit.digits
    FROM (
        SELECT member_id, currency, meter_id, price_id,
            CASE WHEN day >= %(month)s AND day < %(after_month)s THEN %(month)s
                ELSE date_trunc('month', day::timestamp)::date END AS month_of_use,
            sum(quantity) AS quantity, sum(burned) AS credits, sum(owed) AS owed
        FROM billing_usageday
        WHERE billing_month = %(month)s AND member_id BETWEEN %(first_member)s AND %(last_member)s
        GROUP BY 1, 2, 3, 4, 5
    ) AS used JOIN unit USING (currency)
    WHERE NOT EXISTS (
        SELECT FROM billing_invoice AS made
        WHERE made.member_id = used.member_id AND made.month = %(month)s AND made.currency = used.currency
            AND made.kind = %(kind)s AND made.member_id BETWEEN %(first_member)s AND %(last_member)s
    )
), bill AS (
    SELECT member_id, currency, sum(amount) AS amount, sum(credits) AS credits, sum(owed - charged) AS rounding,
        sum(charged) AS charged, trunc(sum(charged) * %(rate)s, digits) AS tax,
        row_number() OVER (ORDER BY member_id, currency) AS place
    FROM line GROUP BY member_id, currency, digits
)
"""


def values(month: date, members: tuple[int, int]) -> dict[str, Any]:
    """What `BILLS` is asked for: the month, and the members from the one up to the other."""
    return {
        "month": month,
        "after_month": months_later(month, 1),
        "first_member": members[0],
        "last_member": members[1],
        "currencies": list(CURRENCIES),
        "digits": [decimals_of(currency) for currency in CURRENCIES],
        "rate": taxes.VAT_RATE,
        "kind": InvoiceKind.MONTHLY,
    }
