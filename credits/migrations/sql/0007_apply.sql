-- What statements that write entries or reservations run at their end: check what was written against the books, and apply
-- it. Functions of our own: those that the trigger library wraps ask for a setting first, which costs more than the rest.

-- Whether an entry adds up, and has the sign and the charge that its kind asks for.
CREATE FUNCTION credits_is_sound(kind text, amount numeric, balance_before numeric, balance numeric, charge uuid)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(balance = balance_before + amount AND CASE
        WHEN kind = 'use' THEN amount < 0 AND charge IS NOT NULL
        WHEN kind = 'correction' THEN amount <> 0 AND (amount > 0) = (charge IS NOT NULL)
        WHEN kind IN ('purchase', 'bonus', 'grant') THEN amount > 0 AND charge IS NULL
        WHEN kind IN ('expiry', 'void', 'refund', 'bonus_end') THEN amount < 0 AND charge IS NULL
    END, false)
$$;

-- Entries continue the chain of their member and of their lots, and are all that moves remainders and balances. Most
-- statements write one, of a charge that one lot covers: its chain is checked by the rows it moves.
CREATE FUNCTION credits_apply_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sound boolean;
    one record;
BEGIN
    SELECT written.*, count(*) OVER () AS together INTO one FROM written LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    ELSIF one.together = 1 THEN
        sound := credits_is_sound(one.kind, one.amount, one.balance_before, one.balance, one.charge);
        IF sound THEN
            UPDATE credits_account SET balance = one.balance, sequence = one.sequence
            WHERE member_id = one.member_id AND sequence = one.sequence - 1 AND balance = one.balance_before;
            sound := FOUND;
            UPDATE credits_lot SET remaining = one.lot_remaining
            WHERE id = one.lot_id AND member_id = one.member_id AND remaining = one.lot_remaining - one.amount;
            sound := sound AND FOUND;
        END IF;
    ELSE
        WITH step AS MATERIALIZED (
            SELECT member_id, lot_id, sequence, amount, balance_before, lot_remaining - amount AS lot_before,
                credits_is_sound(kind, amount, balance_before, balance, charge)
                AND coalesce(sequence = lag(sequence) OVER of_member + 1 AND balance_before = lag(balance) OVER of_member, true)
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
END
$$;

-- What a hold reserves is written while it is open; what it frees once it has ended, and then exactly what it reserved.
CREATE FUNCTION credits_apply_reservations() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sound boolean;
BEGIN
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
END
$$;
