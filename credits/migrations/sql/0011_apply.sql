-- As credits_apply_entries of before. Where all entries are of one lot – a batch of one member's charges, as a rule – one
-- walk in the order of their numbers checks the chains of member and lot. Where they are not, accounts and lots are found
-- by their keys: how many others there are must not count.
CREATE OR REPLACE FUNCTION credits_apply_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sound boolean;
    one record;
    line record;
BEGIN
    SELECT written.*, count(*) OVER () AS together,
        min(lot_id) OVER () = max(lot_id) OVER () AND min(member_id) OVER () = max(member_id) OVER () AS of_one_lot
    INTO one FROM written LIMIT 1;
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
    ELSIF one.of_one_lot THEN
        SELECT bool_and(step.follows) AS follows, min(step.sequence) AS first, max(step.sequence) AS last,
            sum(step.amount) AS amount, min(step.balance_before) FILTER (WHERE step.is_first) AS balance,
            min(step.lot_before) FILTER (WHERE step.is_first) AS remaining
        INTO line
        FROM (
            SELECT sequence, amount, balance_before, lot_remaining - amount AS lot_before,
                lag(sequence) OVER in_order IS NULL AS is_first,
                credits_is_sound(kind, amount, balance_before, balance, charge) AND coalesce(
                    sequence = lag(sequence) OVER in_order + 1 AND balance_before = lag(balance) OVER in_order
                    AND lot_remaining - amount = lag(lot_remaining) OVER in_order, true
                ) AS follows
            FROM written WINDOW in_order AS (ORDER BY sequence)
        ) AS step;
        sound := line.follows;
        IF sound THEN
            UPDATE credits_account SET balance = line.balance + line.amount, sequence = line.last
            WHERE member_id = one.member_id AND sequence = line.first - 1 AND balance = line.balance;
            sound := FOUND;
            UPDATE credits_lot SET remaining = line.remaining + line.amount
            WHERE id = one.lot_id AND member_id = one.member_id AND remaining = line.remaining;
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
            WHERE account.member_id = ANY (ARRAY(SELECT member_id FROM for_account))
                AND account.member_id = for_account.member_id AND account.sequence = for_account.since
                AND account.balance = for_account.balance_before AND for_account.follows
            RETURNING 1
        ), moved_lot AS (
            UPDATE credits_lot AS lot
            SET remaining = lot.remaining + for_lot.amount
            FROM for_lot
            WHERE lot.id = ANY (ARRAY(SELECT lot_id FROM for_lot))
                AND lot.id = for_lot.lot_id AND lot.member_id = for_lot.member_id AND lot.remaining = for_lot.lot_before
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM moved_account) = (SELECT count(*) FROM for_account)
           AND (SELECT count(*) FROM moved_lot) = (SELECT count(*) FROM for_lot)
        INTO sound;
    END IF;
    IF sound IS NOT TRUE THEN
        RAISE EXCEPTION 'entries that do not add up' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$;
