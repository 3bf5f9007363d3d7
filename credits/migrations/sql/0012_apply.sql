-- As credits_apply_entries of before. Chains are checked by sums: where an entry adds up by itself, and what its balance
-- would have been without it and all before it in the statement is the same for all, each begins where the one before it
-- ended. That is one window where there were four. Numbers are there once by an index, so as many as they reach have no gap.
CREATE OR REPLACE FUNCTION credits_apply_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sound boolean;
    one record;
    line record;
BEGIN
    SELECT entry.member_id, entry.sequence, entry.lot_id, entry.kind, entry.amount, entry.balance_before, entry.balance,
        entry.lot_remaining, entry.charge, (SELECT count(*) FROM written) AS together
    INTO one FROM written AS entry LIMIT 1;
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
    ELSIF NOT EXISTS (SELECT FROM written WHERE lot_id <> one.lot_id OR member_id <> one.member_id) THEN
        SELECT bool_and(credits_is_sound(step.kind, step.amount, step.balance_before, step.balance, step.charge))
                AND max(step.sequence) - min(step.sequence) + 1 = count(*)
                AND min(step.balance - step.moved) = max(step.balance - step.moved)
                AND min(step.lot_remaining - step.moved) = max(step.lot_remaining - step.moved) AS follows,
            min(step.sequence) - 1 AS since, max(step.sequence) AS sequence, sum(step.amount) AS amount,
            min(step.balance - step.moved) AS balance, min(step.lot_remaining - step.moved) AS remaining
        INTO line
        FROM (
            SELECT kind, sequence, amount, balance_before, balance, charge, lot_remaining,
                sum(amount) OVER (ORDER BY sequence ROWS UNBOUNDED PRECEDING) AS moved
            FROM written
        ) AS step;
        sound := line.follows;
        IF sound THEN
            UPDATE credits_account SET balance = line.balance + line.amount, sequence = line.sequence
            WHERE member_id = one.member_id AND sequence = line.since AND balance = line.balance;
            sound := FOUND;
            UPDATE credits_lot SET remaining = line.remaining + line.amount
            WHERE id = one.lot_id AND member_id = one.member_id AND remaining = line.remaining;
            sound := sound AND FOUND;
        END IF;
    ELSE
        WITH step AS MATERIALIZED (
            SELECT member_id, lot_id, sequence, amount,
                credits_is_sound(kind, amount, balance_before, balance, charge) AS is_sound,
                balance - sum(amount) OVER of_member AS began, lot_remaining - sum(amount) OVER of_lot AS lot_began
            FROM written
            WINDOW of_member AS (PARTITION BY member_id ORDER BY sequence ROWS UNBOUNDED PRECEDING),
                of_lot AS (PARTITION BY member_id, lot_id ORDER BY sequence ROWS UNBOUNDED PRECEDING)
        ), for_account AS MATERIALIZED (
            SELECT member_id, min(sequence) - 1 AS since, max(sequence) AS sequence, sum(amount) AS amount,
                min(began) AS balance,
                bool_and(is_sound) AND max(sequence) - min(sequence) + 1 = count(*) AND min(began) = max(began) AS follows
            FROM step GROUP BY member_id
        ), for_lot AS MATERIALIZED (
            SELECT lot_id, member_id, sum(amount) AS amount, min(lot_began) AS remaining,
                min(lot_began) = max(lot_began) AS follows
            FROM step GROUP BY lot_id, member_id
        ), moved_account AS (
            UPDATE credits_account AS account
            SET balance = account.balance + for_account.amount, sequence = for_account.sequence
            FROM for_account
            WHERE account.member_id = ANY (ARRAY(SELECT member_id FROM for_account))
                AND account.member_id = for_account.member_id AND account.sequence = for_account.since
                AND account.balance = for_account.balance AND for_account.follows
            RETURNING 1
        ), moved_lot AS (
            UPDATE credits_lot AS lot
            SET remaining = lot.remaining + for_lot.amount
            FROM for_lot
            WHERE lot.id = ANY (ARRAY(SELECT lot_id FROM for_lot))
                AND lot.id = for_lot.lot_id AND lot.member_id = for_lot.member_id AND lot.remaining = for_lot.remaining
                AND for_lot.follows
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
