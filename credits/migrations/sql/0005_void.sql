-- Write the entries of what is left of some members' credits, each at its member's instant (upstage/3.5.1): the grace
-- period after a withdrawal is over. Holds still open then end with it. What has expired is posted before. Returns the
-- members that had something left.
CREATE OR REPLACE FUNCTION credits_void(members bigint[], ends timestamptz[]) RETURNS SETOF bigint LANGUAGE plpgsql AS $$
DECLARE
    ended bigint[];
BEGIN
    PERFORM FROM credits_account WHERE member_id = ANY (members) ORDER BY member_id FOR NO KEY UPDATE;
    WITH over AS (
        UPDATE credits_hold AS hold
        SET state = CASE WHEN hold.expires_at <= wanted.ends THEN 'expired' ELSE 'void' END,
            ended_at = least(hold.expires_at, wanted.ends)
        FROM unnest(credits_void.members, credits_void.ends) AS wanted (member_id, ends)
        WHERE hold.member_id = wanted.member_id AND hold.state = 'open'
        RETURNING hold.id
    )
    SELECT array_agg(over.id) INTO ended FROM over;
    IF ended IS NOT NULL THEN
        PERFORM credits_free(ended, (SELECT max(instant) FROM unnest(credits_void.ends) AS instant));
    END IF;
    RETURN QUERY
    WITH line AS (
        SELECT lot.id, lot.member_id, lot.remaining, wanted.ends,
            row_number() OVER in_order AS step, sum(lot.remaining) OVER in_order AS taken
        FROM unnest(credits_void.members, credits_void.ends) AS wanted (member_id, ends)
        JOIN credits_lot AS lot ON lot.member_id = wanted.member_id
        WHERE NOT lot.spent
        WINDOW in_order AS (
            PARTITION BY lot.member_id ORDER BY lot.expires_at, lot.kind = 'paid', lot.granted_at, lot.id
            ROWS UNBOUNDED PRECEDING
        )
    ), posted AS (
        INSERT INTO credits_entry (
            public_id, member_id, sequence, lot_id, kind, amount, balance_before, balance, lot_remaining, at, clauses,
            note
        )
        SELECT kernel_new_id(), line.member_id, account.sequence + line.step, line.id, 'void',
            -line.remaining, account.balance - line.taken + line.remaining, account.balance - line.taken, 0,
            line.ends, ARRAY['upstage/3.5.1'], ''
        FROM line JOIN credits_account AS account ON account.member_id = line.member_id
        RETURNING member_id
    )
    SELECT DISTINCT posted.member_id FROM posted;
END
$$;
