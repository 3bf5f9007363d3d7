-- What is left after each of a member's charges, in their order: a charge larger than what is left takes nothing, or,
-- where the member may owe, all of it. A running aggregate, so that a thousand charges of one member are one pass.
CREATE FUNCTION credits_left_after(still numeric, available numeric, amount numeric, may_owe boolean) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    still := coalesce(still, available);
    RETURN CASE WHEN amount <= still THEN still - amount WHEN may_owe THEN 0 ELSE still END;
END
$$;

CREATE AGGREGATE credits_left_after(available numeric, amount numeric, may_owe boolean) (
    SFUNC = credits_left_after, STYPE = numeric
);

-- Burn charges, one or thousands, of the members named (upstage/15.3).
--
-- Each member's live lots stand on a line in burn order, each from where the one before it ends; the charges that are
-- taken stand on the same line one after the other. Where a charge and a lot overlap, the charge burns that lot, and the
-- end of the overlap says what is left in the lot and in the account. One statement writes the entries; the trigger on
-- entries applies them.
--
-- The accounts are locked by a statement before it, so that the burn sees what the transactions it waited for have left.
-- The plan is made once for a session: it is the same for one charge and for thousands, and making it costs more than
-- burning one.
CREATE FUNCTION credits_burn(members bigint[], charges json, at timestamptz, by_id bigint)
RETURNS TABLE (
    "position" bigint, taken numeric, owed numeric, refused boolean, available numeric,
    lot uuid, lot_kind text, amount numeric
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    PERFORM FROM credits_account AS account WHERE account.member_id = ANY (members)
        ORDER BY account.member_id FOR NO KEY UPDATE;
    RETURN QUERY
    WITH line AS MATERIALIZED (
        SELECT lot.member_id, lot.id, lot.public_id, lot.kind,
            sum(lot.remaining) OVER in_order - lot.remaining AS starts, sum(lot.remaining) OVER in_order AS ends
        FROM credits_lot AS lot
        WHERE lot.member_id = ANY (members) AND NOT lot.spent AND lot.expires_at > credits_burn.at
        WINDOW in_order AS (
            PARTITION BY lot.member_id ORDER BY lot.kind = 'paid', lot.expires_at, lot.granted_at, lot.id
            ROWS UNBOUNDED PRECEDING
        )
    ), holder AS MATERIALIZED (
        SELECT account.member_id, account.sequence, account.balance, coalesce(max(line.ends), 0) AS available
        FROM credits_account AS account LEFT JOIN line ON line.member_id = account.member_id
        WHERE account.member_id = ANY (members)
        GROUP BY account.member_id
    ), walk AS (
        SELECT charge.*, holder.available,
            credits_left_after(coalesce(holder.available, 0), charge.amount, charge.may_owe) OVER in_order AS after
        FROM ROWS FROM (
            json_to_recordset(charges)
                AS (id uuid, member_id bigint, amount numeric, may_owe boolean, clauses text[], note text)
        ) WITH ORDINALITY AS charge (id, member_id, amount, may_owe, clauses, note, "position")
        LEFT JOIN holder ON holder.member_id = charge.member_id
        WINDOW in_order AS (PARTITION BY charge.member_id ORDER BY charge."position")
    ), span AS MATERIALIZED (
        SELECT walk.*, coalesce(lag(walk.after) OVER in_order, walk.available, 0) AS before
        FROM walk WINDOW in_order AS (PARTITION BY walk.member_id ORDER BY walk."position")
    ), part AS MATERIALIZED (
        SELECT span."position", span.id, span.member_id, span.clauses, span.note, line.id AS lot_id, line.public_id, line.kind,
            greatest(line.starts, span.available - span.before) AS starts,
            least(line.ends, span.available - span.after) AS ends,
            line.ends AS lot_ends,
            row_number() OVER (PARTITION BY span.member_id ORDER BY span."position", line.starts) AS step
        FROM span
        JOIN line ON line.member_id = span.member_id
            AND line.starts < span.available - span.after AND line.ends > span.available - span.before
        WHERE span.after < span.before
    ), written AS (
        INSERT INTO credits_entry (
            public_id, member_id, sequence, lot_id, kind, amount, balance_before, balance, lot_remaining,
            charge, at, by_id, clauses, note
        )
        SELECT credits_new_id(), part.member_id, holder.sequence + part.step, part.lot_id, 'use',
            part.starts - part.ends, holder.balance - part.starts, holder.balance - part.ends, part.lot_ends - part.ends,
            part.id, credits_burn.at, credits_burn.by_id, part.clauses, part.note
        FROM part JOIN holder ON holder.member_id = part.member_id
    )
    SELECT span."position", span.before - span.after,
        CASE WHEN span.may_owe THEN span.amount - (span.before - span.after) ELSE 0 END,
        NOT span.may_owe AND span.amount > span.before, span.after,
        part.public_id, part.kind::text, part.ends - part.starts
    FROM span LEFT JOIN part ON part."position" = span."position"
    ORDER BY span."position", part.step;
END
$$;
