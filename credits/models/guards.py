"""What the database refuses, whoever asks (docs/adr/0002-ledger-guards.md).

An entry is the only way to move credits: the trigger on entries checks that the new rows continue the chain of their
member and of their lots, and applies them to the lots and to the account. Whatever else would change a remainder or a
balance is refused at once. What holds reserve moves in the same way, by reservations alone.
"""

import pgtrigger

from upstage_console.kernel.clauses import enforces

# Inside the triggers on entries and reservations the depth is 1: only there may remainder, balance and held move.
NOT_BY_AN_ENTRY = "pg_trigger_depth() = 0"

# Most statements write one entry, a charge that one lot covers: its chain is checked by the rows it moves.
APPLY_ENTRIES = """
SELECT written.*, count(*) OVER () AS together INTO one FROM written LIMIT 1;
IF NOT FOUND THEN
    RETURN NULL;
ELSIF one.together = 1 THEN
    UPDATE credits_account SET balance = one.balance, sequence = one.sequence
    WHERE member_id = one.member_id AND sequence = one.sequence - 1 AND balance = one.balance_before;
    sound := FOUND;
    UPDATE credits_lot SET remaining = one.lot_remaining
    WHERE id = one.lot_id AND member_id = one.member_id AND remaining = one.lot_remaining - one.amount;
    sound := sound AND FOUND;
ELSE
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
END IF;
IF NOT sound THEN
    RAISE EXCEPTION 'entries that do not add up' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
"""

# What a hold reserves is written while it is open, what it frees once it has ended, and then exactly what it reserved.
APPLY_RESERVATIONS = """
WITH for_lot AS (
    SELECT lot_id, member_id, sum(amount) AS amount FROM written GROUP BY lot_id, member_id
), moved_lot AS (
    UPDATE credits_lot AS lot SET held = lot.held + for_lot.amount
    FROM for_lot WHERE lot.id = for_lot.lot_id AND lot.member_id = for_lot.member_id
    RETURNING 1
), for_account AS (
    SELECT member_id, sum(amount) AS amount FROM written GROUP BY member_id
), moved_account AS (
    UPDATE credits_account AS account SET held = account.held + for_account.amount
    FROM for_account WHERE account.member_id = for_account.member_id
    RETURNING 1
), wrong AS (
    SELECT FROM written LEFT JOIN credits_hold AS hold ON hold.id = written.hold_id
    WHERE hold.member_id IS DISTINCT FROM written.member_id OR (written.amount > 0) <> (hold.state = 'open')
        OR written.amount < 0 AND NOT EXISTS (
            SELECT FROM credits_reservation AS reserved
            WHERE reserved.hold_id = written.hold_id AND reserved.lot_id = written.lot_id
                AND reserved.amount = -written.amount
        )
)
SELECT NOT EXISTS (SELECT FROM wrong)
   AND (SELECT count(*) FROM moved_lot) = (SELECT count(*) FROM for_lot)
   AND (SELECT count(*) FROM moved_account) = (SELECT count(*) FROM for_account)
INTO sound;
IF NOT sound THEN
    RAISE EXCEPTION 'reservations that do not add up' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NULL;
"""

LOWER_A_DEBT = """
IF NEW.amount + coalesce((
    SELECT sum(amount) FROM credits_debt WHERE member_id = NEW.member_id AND charge = NEW.charge
), 0) < 0 THEN
    RAISE EXCEPTION 'more than the charge left owing' USING ERRCODE = 'integrity_constraint_violation';
END IF;
RETURN NEW;
"""


def entries_move_the_books() -> pgtrigger.Trigger:
    """Check new entries against the books and apply them, in the statement that writes them."""
    return pgtrigger.Trigger(
        name="move_the_books",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="written"),  # type: ignore[no-untyped-call]
        declare=[("sound", "boolean"), ("one", "record")],
        func=APPLY_ENTRIES,
    )


def reservations_move_what_is_held() -> pgtrigger.Trigger:
    """Check new reservations against holds and lots and apply them, in the statement that writes them."""
    return pgtrigger.Trigger(
        name="move_what_is_held",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="written"),  # type: ignore[no-untyped-call]
        declare=[("sound", "boolean")],
        func=APPLY_RESERVATIONS,
    )


def lowered_to_nothing_at_most() -> pgtrigger.Trigger:
    """A row below zero takes at most what its charge still owes. Rows above zero, nearly all, pay nothing for it."""
    return pgtrigger.Trigger(
        name="lowered_to_nothing_at_most",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("NEW.amount < 0"),
        func=LOWER_A_DEBT,
    )


def ended_once() -> list[pgtrigger.Trigger]:
    """Holds begin open, end once, and are kept; what they hold, whose and until when never changes."""
    fixed = ("id", "public_id", "member_id", "key", "amount", "reserved", "at", "expires_at", "by_id", "note")
    return [
        pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        pgtrigger.Protect(name="fixed", operation=_update_of(*fixed)),
        pgtrigger.Protect(
            name="begins_open", operation=pgtrigger.Insert, condition=pgtrigger.Condition("NEW.state <> 'open'")
        ),
        pgtrigger.Protect(
            name="ended_once", operation=pgtrigger.Update, condition=pgtrigger.Condition("OLD.state <> 'open'")
        ),
    ]


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
