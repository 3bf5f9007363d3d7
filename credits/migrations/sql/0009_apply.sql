-- What a hold reserves is written while it is open; what it frees once it has ended, and then exactly what it reserved.
CREATE OR REPLACE FUNCTION credits_apply_reservations() RETURNS trigger LANGUAGE plpgsql AS $$
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
                    AND reserved.amount > 0 AND reserved.amount = -written.amount
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
