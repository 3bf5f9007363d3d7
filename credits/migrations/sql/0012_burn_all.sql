-- As credits_burn_all of before; the charges come as columns, one array each, which costs less to read than JSON. `members`
-- names the member of each charge, `clauses` the clauses of each as an array's text. Where all charges of a member are
-- covered together none is refused, whatever their order: then what is left after each is a sum, and only for the others
-- it is walked. Lots are looked up member by member: all at once, the server looked through those of everybody.
DROP FUNCTION credits_burn_all(bigint[], json, timestamptz, bigint);
CREATE FUNCTION credits_burn_all(
    charges uuid[], members bigint[], amounts numeric[], may_owe boolean[], claimed numeric[], clauses text[], notes text[],
    at timestamptz, by_id bigint
) RETURNS TABLE (
    "position" bigint, taken numeric, owed numeric, refused boolean, available numeric, balance numeric,
    lot uuid, lot_kind text, amount numeric
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    all_members bigint[] := ARRAY(SELECT DISTINCT one FROM unnest(members) AS one);
    holding bigint[];
BEGIN
    SELECT array_agg(locked.member_id) FILTER (WHERE locked.held > 0) INTO holding FROM (
        SELECT account.member_id, account.held FROM credits_account AS account
        WHERE account.member_id = ANY (all_members) ORDER BY account.member_id FOR NO KEY UPDATE
    ) AS locked;
    IF holding IS NOT NULL THEN
        PERFORM credits_let_go(holding, credits_burn_all.at);
    END IF;
    RETURN QUERY
    WITH line AS MATERIALIZED (
        SELECT lot.member_id, lot.id, lot.public_id, lot.kind, lot.held,
            sum(lot.remaining - lot.held) OVER in_order - (lot.remaining - lot.held) AS starts,
            sum(lot.remaining - lot.held) OVER in_order AS ends
        FROM unnest(all_members) AS one (member_id) JOIN credits_lot AS lot ON lot.member_id = one.member_id
        WHERE NOT lot.spent AND lot.expires_at > credits_burn_all.at AND lot.remaining > lot.held
        WINDOW in_order AS (
            PARTITION BY lot.member_id ORDER BY lot.kind = 'paid', lot.expires_at, lot.granted_at, lot.id
            ROWS UNBOUNDED PRECEDING
        )
    ), holder AS MATERIALIZED (
        SELECT account.member_id, account.sequence, account.balance, account.held, coalesce(max(line.ends), 0) AS available
        FROM credits_account AS account LEFT JOIN line ON line.member_id = account.member_id
        WHERE account.member_id = ANY (all_members)
        GROUP BY account.member_id
    ), charge AS (
        SELECT charge.*, coalesce(holder.available, 0) AS available, holder.held, sum(charge.amount) OVER in_order AS upto,
            sum(charge.amount) OVER of_member + max(charge.claimed) OVER of_member
                <= coalesce(holder.available, 0) AS is_covered
        FROM unnest(charges, members, amounts, may_owe, claimed, clauses, notes)
            WITH ORDINALITY AS charge (id, member_id, amount, may_owe, claimed, clauses, note, "position")
        LEFT JOIN holder ON holder.member_id = charge.member_id
        WINDOW of_member AS (PARTITION BY charge.member_id),
            in_order AS (PARTITION BY charge.member_id ORDER BY charge."position" ROWS UNBOUNDED PRECEDING)
    ), walk AS (
        SELECT charge.*, CASE WHEN charge.is_covered THEN charge.available - charge.upto ELSE
            credits_left_after(charge.available, charge.amount, charge.may_owe, charge.claimed)
                FILTER (WHERE NOT charge.is_covered) OVER in_order
        END AS after
        FROM charge
        WINDOW in_order AS (PARTITION BY charge.member_id ORDER BY charge."position" ROWS UNBOUNDED PRECEDING)
    ), span AS MATERIALIZED (
        SELECT walk.*, coalesce(lag(walk.after) OVER in_order, walk.available) AS before
        FROM walk WINDOW in_order AS (PARTITION BY walk.member_id ORDER BY walk."position")
    ), part AS MATERIALIZED (
        SELECT span."position", span.id, span.member_id, span.clauses, span.note, line.id AS lot_id, line.public_id, line.kind,
            greatest(line.starts, span.available - span.before) AS starts,
            least(line.ends, span.available - span.after) AS ends,
            line.ends + line.held AS lot_ends,
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
        SELECT kernel_new_id(), part.member_id, holder.sequence + part.step, part.lot_id, 'use',
            part.starts - part.ends, holder.balance - part.starts, holder.balance - part.ends, part.lot_ends - part.ends,
            part.id, credits_burn_all.at, credits_burn_all.by_id, part.clauses::text[], part.note
        FROM part JOIN holder ON holder.member_id = part.member_id
    ), owing AS (
        INSERT INTO credits_debt (member_id, charge, amount, at, by_id, clauses, note)
        SELECT span.member_id, span.id, span.amount - (span.before - span.after), credits_burn_all.at,
            credits_burn_all.by_id, span.clauses::text[], span.note
        FROM span WHERE span.may_owe AND span.amount > span.before - span.after
        ORDER BY span."position"
    )
    SELECT span."position", span.before - span.after,
        CASE WHEN span.may_owe THEN span.amount - (span.before - span.after) ELSE 0 END,
        NOT span.may_owe AND span.amount > 0 AND span.amount > span.before - span.claimed,
        span.after, span.after + coalesce(span.held, 0), part.public_id, part.kind::text, part.ends - part.starts
    FROM span LEFT JOIN part ON part."position" = span."position"
    ORDER BY span."position", part.step;
END
$$;
