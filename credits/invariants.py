"""What must hold in the ledger at every moment: each statement finds what breaks it, so it must find nothing."""

from credits.rules.expiry import YEARS_OF_PAID_CREDITS

CHECKS: dict[str, str] = {
    "An account holds what remains in its lots": """
        SELECT account.member_id, account.balance, coalesce(sum(lot.remaining), 0) AS remaining
        FROM credits_account AS account LEFT JOIN credits_lot AS lot USING (member_id)
        GROUP BY account.member_id HAVING account.balance <> coalesce(sum(lot.remaining), 0)
    """,
    "An account holds the sum of its entries": """
        SELECT account.member_id, account.balance, account.sequence, coalesce(sum(entry.amount), 0) AS entries
        FROM credits_account AS account LEFT JOIN credits_entry AS entry USING (member_id)
        GROUP BY account.member_id
        HAVING account.balance <> coalesce(sum(entry.amount), 0) OR account.sequence <> count(entry.public_id)
    """,
    "A lot has what its entries left": """
        SELECT lot.id, lot.member_id, lot.remaining, coalesce(sum(entry.amount), 0) AS entries
        FROM credits_lot AS lot LEFT JOIN credits_entry AS entry ON entry.lot_id = lot.id
        GROUP BY lot.id HAVING lot.remaining <> coalesce(sum(entry.amount), 0)
    """,
    "A lot begins with an entry of its whole amount": """
        SELECT lot.id, lot.member_id, lot.amount
        FROM credits_lot AS lot
        LEFT JOIN credits_entry AS entry ON entry.lot_id = lot.id AND entry.amount > 0
        GROUP BY lot.id
        HAVING count(entry.public_id) <> 1 OR min(entry.amount) <> lot.amount OR min(entry.kind) <> min(lot.source)
    """,
    "Every entry continues the one before it": """
        SELECT * FROM (
            SELECT member_id, sequence, balance_before,
                sequence - lag(sequence, 1, 0::bigint) OVER in_order AS step,
                lag(balance, 1, 0::numeric) OVER in_order AS balance_of_the_last
            FROM credits_entry WINDOW in_order AS (PARTITION BY member_id ORDER BY sequence)
        ) AS chain WHERE step <> 1 OR balance_before <> balance_of_the_last
    """,
    "Every entry says what is left in its lot": """
        SELECT * FROM (
            SELECT member_id, sequence, lot_id, lot_remaining,
                sum(amount) OVER (PARTITION BY lot_id ORDER BY sequence ROWS UNBOUNDED PRECEDING) AS left_by_entries
            FROM credits_entry
        ) AS chain WHERE lot_remaining <> left_by_entries
    """,
    "An entry and its lot belong to one member": """
        SELECT entry.member_id, entry.sequence, entry.lot_id, lot.member_id AS lot_member_id
        FROM credits_entry AS entry LEFT JOIN credits_lot AS lot ON lot.id = entry.lot_id
        WHERE lot.member_id IS DISTINCT FROM entry.member_id
    """,
    "Every lot and every entry has an account": """
        SELECT member_id FROM credits_lot UNION SELECT member_id FROM credits_entry
        EXCEPT SELECT member_id FROM credits_account
    """,
    "Nothing is below zero, and no lot above its amount": """
        SELECT member_id, id AS lot_id, remaining FROM credits_lot WHERE remaining < 0 OR remaining > amount
        UNION ALL SELECT member_id, NULL, balance FROM credits_account WHERE balance < 0
    """,
    "A lot ends at 24:00 of its last day in Korea": """
        SELECT member_id, id AS lot_id, expires_on, expires_at FROM credits_lot
        WHERE expires_at <> (expires_on + 1)::timestamp AT TIME ZONE 'Asia/Seoul'
    """,
    "Paid credits live five years from the day they were paid": f"""
        SELECT member_id, id AS lot_id, granted_at, expires_on FROM credits_lot
        WHERE kind = 'paid' AND expires_on NOT BETWEEN
            ((granted_at AT TIME ZONE 'Asia/Seoul')::date + interval '{YEARS_OF_PAID_CREDITS} years')::date
            AND ((granted_at AT TIME ZONE 'Asia/Seoul')::date + 1 + interval '{YEARS_OF_PAID_CREDITS} years')::date
    """,  # noqa: S608  a number of the rules, nothing from outside
    "Nothing burns from a lot whose time is over": """
        SELECT entry.member_id, entry.sequence, entry.at, lot.expires_at
        FROM credits_entry AS entry JOIN credits_lot AS lot ON lot.id = entry.lot_id
        WHERE entry.kind = 'use' AND entry.at >= lot.expires_at OR entry.kind = 'expiry' AND entry.at <> lot.expires_at
    """,
}
"""A sentence that holds → the statement that finds where it does not. Every row names its `member_id`."""
