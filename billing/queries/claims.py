"""What billing knows of a member's credits that the ledger cannot: use that is not burned yet, and debts not invoiced.

The same expressions serve pages, the API, the gate's one statement and every refusal (credits/queries/claims.py).
"""

from typing import Final

from credits.queries import claims

UNSETTLED: Final = "SELECT coalesce(sum(amount), 0) FROM billing_usagetally WHERE member_id = {member}"

# A month whose closing has begun may have some of its invoices already.
DEBT: Final = """
    SELECT coalesce(sum(day.owed), 0) FROM billing_billingmonth AS open
    JOIN billing_usageday AS day ON day.billing_month = open.month AND day.member_id = {member}
    WHERE open.closed_at IS NULL AND NOT EXISTS (
        SELECT FROM billing_invoice AS made
        WHERE made.member_id = day.member_id AND made.month = day.billing_month AND made.currency = day.currency
            AND made.kind = 'monthly'
    )
"""

claims.register("unsettled", UNSETTLED)
claims.register("debt", DEBT)
