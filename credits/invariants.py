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
        LEFT JOIN credits_entry AS entry
            ON entry.lot_id = lot.id AND entry.amount > 0 AND entry.kind <> 'correction'
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
    "Every entry adds up, with the sign and the charge of its kind": """
        SELECT member_id, sequence, kind, amount, balance_before, balance, charge FROM credits_entry
        WHERE NOT credits_is_sound(kind, amount, balance_before, balance, charge)
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
    "Whoever an entry is by is there": """
        SELECT entry.member_id, entry.sequence, entry.by_id
        FROM credits_entry AS entry LEFT JOIN accounts_user AS person ON person.id = entry.by_id
        WHERE entry.by_id IS NOT NULL AND person.id IS NULL
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
    "What staff restored or took back, the ledger has": """
        SELECT done.member_id, done.charge, done.lot_id, done.amount, coalesce(sum(abs(entry.amount)), 0) AS moved
        FROM (
            SELECT member_id, charge, lot_id, sum(amount) AS amount FROM credits_correction WHERE status = 'done'
            GROUP BY member_id, charge, lot_id
        ) AS done
        LEFT JOIN credits_entry AS entry ON entry.member_id = done.member_id AND entry.kind = 'correction'
            AND (entry.charge = done.charge OR entry.charge IS NULL AND entry.lot_id = done.lot_id)
        GROUP BY done.member_id, done.charge, done.lot_id, done.amount
        HAVING coalesce(sum(abs(entry.amount)), 0) < done.amount
    """,
    "What a promotion gave is what its members have": """
        SELECT NULL::bigint AS member_id, promotion.id AS promotion_id, promotion.granted,
            coalesce(sum(had.amount), 0) AS grants
        FROM credits_promotion AS promotion
        LEFT JOIN credits_promotiongrant AS had ON had.promotion_id = promotion.id
        GROUP BY promotion.id HAVING promotion.granted <> coalesce(sum(had.amount), 0)
    """,
    "What a member had of a promotion is a lot of theirs": """
        SELECT had.member_id, had.promotion_id, had.amount
        FROM credits_promotiongrant AS had LEFT JOIN credits_lot AS lot ON lot.id = had.lot_id
        WHERE (lot.member_id, lot.amount, lot.kind) IS DISTINCT FROM (had.member_id, had.amount, 'free')
    """,
    "Nothing burns from a lot whose time is over": """
        SELECT entry.member_id, entry.sequence, entry.at, lot.expires_at
        FROM credits_entry AS entry JOIN credits_lot AS lot ON lot.id = entry.lot_id
        WHERE entry.kind = 'expiry' AND entry.at < lot.expires_at
            OR entry.kind = 'use' AND entry.at >= lot.expires_at AND NOT EXISTS (
                SELECT FROM credits_hold AS hold JOIN credits_reservation AS reserved ON reserved.hold_id = hold.id
                WHERE hold.member_id = entry.member_id AND hold.charge = entry.charge
                    AND reserved.lot_id = entry.lot_id AND reserved.amount >= -entry.amount AND hold.at < lot.expires_at
            )
    """,
    "What is held is what open holds reserve": """
        SELECT lot.member_id, lot.id AS lot_id, lot.held, coalesce(sum(reserved.amount), 0) AS reserved
        FROM credits_lot AS lot LEFT JOIN credits_reservation AS reserved ON reserved.lot_id = lot.id
        GROUP BY lot.id
        HAVING lot.held <> coalesce(sum(reserved.amount), 0) OR lot.held < 0 OR lot.held > lot.remaining
        UNION ALL
        SELECT account.member_id, NULL, account.held, coalesce(sum(lot.held), 0)
        FROM credits_account AS account LEFT JOIN credits_lot AS lot USING (member_id)
        GROUP BY account.member_id HAVING account.held <> coalesce(sum(lot.held), 0)
    """,
    "A hold reserves what it says while it is open, and nothing after": """
        SELECT hold.member_id, hold.id AS hold_id, hold.state, hold.reserved, coalesce(sum(one.amount), 0) AS held
        FROM credits_hold AS hold LEFT JOIN credits_reservation AS one ON one.hold_id = hold.id
        GROUP BY hold.id
        HAVING coalesce(sum(one.amount), 0) <> CASE hold.state WHEN 'open' THEN hold.reserved ELSE 0 END
            OR coalesce(sum(one.amount) FILTER (WHERE one.amount > 0), 0) <> hold.reserved
            OR count(*) FILTER (WHERE one.member_id <> hold.member_id) > 0
    """,
    "What captured a hold was burned or is owed": """
        SELECT hold.member_id, hold.id AS hold_id, hold.captured, paid.burned, paid.owed
        FROM credits_hold AS hold CROSS JOIN LATERAL (
            SELECT (
                SELECT coalesce(-sum(entry.amount), 0) FROM credits_entry AS entry
                WHERE entry.member_id = hold.member_id AND entry.charge = hold.charge AND entry.kind = 'use'
            ) AS burned, (
                SELECT coalesce(sum(debt.amount), 0) FROM credits_debt AS debt
                WHERE debt.member_id = hold.member_id AND debt.charge = hold.charge AND debt.amount > 0
            ) AS owed
        ) AS paid
        WHERE hold.state = 'captured' AND hold.captured <> paid.burned + paid.owed
    """,
    "No more of a charge is undone than it burned and left owing": """
        SELECT member_id, charge, lot_id, sum(amount) AS amount FROM credits_entry
        WHERE charge IS NOT NULL GROUP BY member_id, charge, lot_id HAVING sum(amount) > 0
        UNION ALL
        SELECT member_id, charge, NULL, sum(amount) FROM credits_debt GROUP BY member_id, charge HAVING sum(amount) < 0
    """,
}
"""A sentence that holds → the statement that finds where it does not. Every row names its `member_id`."""
