-- Write the entries of lots of these members, whose accounts are locked, that are over by `at`, for what no hold
-- reserves of them; returns how many (upstage/15.4). The instant of such an entry is the lot's last, not that of a job; of
-- what one of the holds `freed` had reserved until after that, the instant it was freed; and never before `since`.
CREATE FUNCTION credits_post_expired_of(
    members bigint[], at timestamptz, freed bigint[] DEFAULT '{}', since timestamptz DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    posted bigint;
BEGIN
    WITH late AS (
        SELECT reservation.lot_id, max(reservation.at) AS freed_at FROM credits_reservation AS reservation
        WHERE reservation.hold_id = ANY (freed) AND reservation.amount < 0 GROUP BY reservation.lot_id
    ), line AS (
        SELECT lot.id, lot.member_id, lot.held, lot.remaining - lot.held AS over,
            greatest(lot.expires_at, late.freed_at, since) AS expired_at,
            row_number() OVER in_order AS step, sum(lot.remaining - lot.held) OVER in_order AS ends
        FROM credits_lot AS lot LEFT JOIN late ON late.lot_id = lot.id
        WHERE lot.member_id = ANY (members) AND NOT lot.spent AND lot.remaining > lot.held
            AND lot.expires_at <= credits_post_expired_of.at
        WINDOW in_order AS (
            PARTITION BY lot.member_id ORDER BY lot.expires_at, lot.kind = 'paid', lot.granted_at, lot.id
            ROWS UNBOUNDED PRECEDING
        )
    )
    INSERT INTO credits_entry (
        public_id, member_id, sequence, lot_id, kind, amount, balance_before, balance, lot_remaining, at, clauses, note
    )
    SELECT kernel_new_id(), line.member_id, account.sequence + line.step, line.id, 'expiry', -line.over,
        account.balance - line.ends + line.over, account.balance - line.ends, line.held,
        line.expired_at, ARRAY['upstage/15.4'], ''
    FROM line JOIN credits_account AS account ON account.member_id = line.member_id;
    GET DIAGNOSTICS posted = ROW_COUNT;
    RETURN posted;
END
$$;

-- The same for at most so many members that have something to write; what open holds reserve stays.
CREATE OR REPLACE FUNCTION credits_post_expired(at timestamptz, most_members integer) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    members bigint[] := ARRAY(
        SELECT DISTINCT member_id FROM credits_lot
        WHERE NOT spent AND expires_at <= credits_post_expired.at AND remaining > held
        ORDER BY member_id LIMIT most_members
    );
BEGIN
    PERFORM FROM credits_account WHERE member_id = ANY (members) ORDER BY member_id FOR NO KEY UPDATE;
    RETURN credits_post_expired_of(members, credits_post_expired.at);
END
$$;
