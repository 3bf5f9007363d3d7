"""What the database refuses, whoever asks (docs/adr/0002-ledger-guards.md).

An entry is the only way to move credits: the trigger on entries checks that the new rows continue the chain of their
member and of their lots, and applies them to the lots and to the account. Whatever else would change a remainder or a
balance is refused at once.
"""

import pgtrigger

from upstage_console.kernel.clauses import enforces

# Inside the trigger on entries the depth is 1: only there may a remainder or a balance move.
NOT_BY_AN_ENTRY = "pg_trigger_depth() = 0"

APPLY_ENTRIES = """
WITH step AS MATERIALIZED (
    SELECT member_id, lot_id, sequence, amount, balance_before, lot_remaining - amount AS lot_before,
        coalesce(sequence = lag(sequence) OVER of_member + 1 AND balance_before = lag(balance) OVER of_member, true)
        AND coalesce(lot_remaining - amount = lag(lot_remaining) OVER of_lot, true) AS follows
    FROM written
    WINDOW of_member AS (PARTITION BY member_id ORDER BY sequence), of_lot AS (PARTITION BY lot_id ORDER BY sequence)
), for_account AS (
    SELECT member_id, min(sequence) - 1 AS since, max(sequence) AS sequence, sum(amount) AS amount,
        (array_agg(balance_before ORDER BY sequence))[1] AS balance_before, bool_and(follows) AS follows
    FROM step GROUP BY member_id
), for_lot AS (
    SELECT lot_id, member_id, sum(amount) AS amount, (array_agg(lot_before ORDER BY sequence))[1] AS lot_before
    FROM step GROUP BY lot_id, member_id
), moved_account AS (
    UPDATE credits_account AS account
    SET balance = account.balance + for_account.amount, sequence = for_account.sequence
    FROM for_account
    WHERE account.member_id = for_account.member_id AND account.sequence = for_account.since
        AND account.balance = for_account.balance_before AND for_account.follows
    RETURNING 1
), moved_lot AS (
    UPDATE credits_lot AS lot
    SET remaining = lot.remaining + for_lot.amount
    FROM for_lot
    WHERE lot.id = for_lot.lot_id AND lot.member_id = for_lot.member_id AND lot.remaining = for_lot.lot_before
    RETURNING 1
)
SELECT (SELECT count(*) FROM moved_account) = (SELECT count(*) FROM for_account)
   AND (SELECT count(*) FROM moved_lot) = (SELECT count(*) FROM for_lot)
INTO sound;
IF NOT sound THEN
    RAISE EXCEPTION 'entries that do not add up' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
"""


def entries_move_the_books() -> pgtrigger.Trigger:
    """Check new entries against the books and apply them, in the statement that writes them."""
    return pgtrigger.Trigger(
        name="move_the_books",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="written"),  # type: ignore[no-untyped-call]
        declare=[("sound", "boolean")],
        func=APPLY_ENTRIES,
    )


@enforces("upstage/15.5")
def moved_only_by_entries(*moving: str, fixed: tuple[str, ...]) -> list[pgtrigger.Trigger]:
    """For a table that entries move: rows are kept, `fixed` columns never change, `moving` ones only by entries.

    Whose credits they are is fixed: nothing can be transferred, whoever asks.
    """
    starts_empty = pgtrigger.Condition(" OR ".join(f"NEW.{field} <> 0" for field in moving))
    return [
        pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        pgtrigger.Protect(name="fixed", operation=_update_of(*fixed)),
        pgtrigger.Protect(name="starts_empty", operation=pgtrigger.Insert, condition=starts_empty),
        pgtrigger.Protect(
            name="moved_by_entries",
            operation=_update_of(*moving),
            condition=pgtrigger.Condition(NOT_BY_AN_ENTRY),
        ),
    ]


def _update_of(*columns: str) -> pgtrigger.Operation:
    return pgtrigger.UpdateOf(*columns)  # type: ignore[no-untyped-call]
