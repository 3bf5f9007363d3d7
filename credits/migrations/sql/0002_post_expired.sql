-- Write the entries of lots whose time is over, for at most so many members; returns how many lots (upstage/15.4).
-- The instant of such an entry is the lot's last, not that of the job.
CREATE FUNCTION credits_post_expired(at timestamptz, most_members integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    members bigint[] := ARRAY(
        SELECT DISTINCT member_id FROM credits_lot WHERE NOT spent AND expires_at <= credits_post_expired.at
        ORDER BY member_id LIMIT most_members
    );
    posted bigint;
BEGIN
    PERFORM FROM credits_account WHERE member_id = ANY (members) ORDER BY member_id FOR NO KEY UPDATE;
    WITH line AS (
        SELECT lot.id, lot.member_id, lot.remaining, lot.expires_at,
            row_number() OVER in_order AS step, sum(lot.remaining) OVER in_order AS ends
        FROM credits_lot AS lot
        WHERE lot.member_id = ANY (members) AND NOT lot.spent AND lot.expires_at <= credits_post_expired.at
        WINDOW in_order AS (
            PARTITION BY lot.member_id ORDER BY lot.expires_at, lot.kind = 'paid', lot.granted_at, lot.id
            ROWS UNBOUNDED PRECEDING
        )
    )
    INSERT INTO credits_entry (
        public_id, member_id, sequence, lot_id, kind, amount, balance_before, balance, lot_remaining, at, clauses, note
    )
    SELECT credits_new_id(), line.member_id, account.sequence + line.step, line.id, 'expiry',
        -line.remaining, account.balance - line.ends + line.remaining, account.balance - line.ends, 0,
        line.expires_at, ARRAY['upstage/15.4'], ''
    FROM line JOIN credits_account AS account ON account.member_id = line.member_id;
    GET DIAGNOSTICS posted = ROW_COUNT;
    RETURN posted;
END
$$;
