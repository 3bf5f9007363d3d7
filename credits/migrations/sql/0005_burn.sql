-- As credits_left_after of before; of what is left, `claimed` is left alone by a charge that may not owe.
CREATE FUNCTION credits_left_after(
    still numeric, available numeric, amount numeric, may_owe boolean, claimed numeric
) RETURNS numeric LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    still := coalesce(still, available);
    IF may_owe THEN
        RETURN greatest(still - amount, 0);
    END IF;
    RETURN CASE WHEN amount <= still - claimed THEN still - amount ELSE still END;
END
$$;

CREATE AGGREGATE credits_left_after(available numeric, amount numeric, may_owe boolean, claimed numeric) (
    SFUNC = credits_left_after, STYPE = numeric
);

-- Burn charges of the members named, one or thousands (upstage/15.3).
--
-- Each member's live lots stand on a line in burn order, each with what no hold reserves of it, from where the one before
-- it ends; the charges that are taken stand on the same line one after the other. Where a charge and a lot overlap, the
-- charge burns that lot, and the end of the overlap says what is left in the lot and in the account. One statement
-- writes the entries, and for what is not covered the debts; the trigger on entries applies them.
--
-- The accounts are locked by a statement before it, so that the burn sees what the transactions it waited for have left.
-- Only where an account says that something is held are holds looked at: those that are over are let go of first.
-- The plan is made once for a session: it is the same for few charges and for thousands, and making it costs more than
-- burning one.
CREATE FUNCTION credits_burn_all(members bigint[], charges json, at timestamptz, by_id bigint)
RETURNS TABLE (
    "position" bigint, taken numeric, owed numeric, refused boolean, available numeric, balance numeric,
    lot uuid, lot_kind text, amount numeric
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    holding bigint[];
BEGIN
    SELECT array_agg(locked.member_id) FILTER (WHERE locked.held > 0) INTO holding FROM (
        SELECT account.member_id, account.held FROM credits_account AS account
        WHERE account.member_id = ANY (members) ORDER BY account.member_id FOR NO KEY UPDATE
    ) AS locked;
    IF holding IS NOT NULL THEN
        PERFORM credits_let_go(holding, credits_burn_all.at);
    END IF;
    RETURN QUERY
    WITH line AS MATERIALIZED (
        SELECT lot.member_id, lot.id, lot.public_id, lot.kind, lot.held,
            sum(lot.remaining - lot.held) OVER in_order - (lot.remaining - lot.held) AS starts,
            sum(lot.remaining - lot.held) OVER in_order AS ends
        FROM credits_lot AS lot
        WHERE lot.member_id = ANY (members) AND NOT lot.spent AND lot.expires_at > credits_burn_all.at
            AND lot.remaining > lot.held
        WINDOW in_order AS (
            PARTITION BY lot.member_id ORDER BY lot.kind = 'paid', lot.expires_at, lot.granted_at, lot.id
            ROWS UNBOUNDED PRECEDING
        )
    ), holder AS MATERIALIZED (
        SELECT account.member_id, account.sequence, account.balance, account.held, coalesce(max(line.ends), 0) AS available
        FROM credits_account AS account LEFT JOIN line ON line.member_id = account.member_id
        WHERE account.member_id = ANY (members)
        GROUP BY account.member_id
    ), walk AS (
        SELECT charge.*, holder.available, holder.held,
            credits_left_after(coalesce(holder.available, 0), charge.amount, charge.may_owe, charge.claimed)
                OVER in_order AS after
        FROM ROWS FROM (
            json_to_recordset(charges) AS (
                id uuid, member_id bigint, amount numeric, may_owe boolean, claimed numeric, clauses text[], note text
            )
        ) WITH ORDINALITY AS charge (id, member_id, amount, may_owe, claimed, clauses, note, "position")
        LEFT JOIN holder ON holder.member_id = charge.member_id
        WINDOW in_order AS (PARTITION BY charge.member_id ORDER BY charge."position")
    ), span AS MATERIALIZED (
        SELECT walk.*, coalesce(lag(walk.after) OVER in_order, walk.available, 0) AS before
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
            part.id, credits_burn_all.at, credits_burn_all.by_id, part.clauses, part.note
        FROM part JOIN holder ON holder.member_id = part.member_id
    ), owing AS (
        INSERT INTO credits_debt (member_id, charge, amount, at, by_id, clauses, note)
        SELECT span.member_id, span.id, span.amount - (span.before - span.after), credits_burn_all.at,
            credits_burn_all.by_id, span.clauses, span.note
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

-- Burn one charge: what credits_burn_all does for it, step by step and without its plan, which is made for many.
CREATE FUNCTION credits_burn(
    charge uuid, member bigint, amount numeric, may_owe boolean, claimed numeric, clauses text[], note text,
    at timestamptz, by_id bigint
) RETURNS TABLE (
    taken numeric, owed numeric, refused boolean, available numeric, balance numeric, lots uuid[], kinds text[],
    amounts numeric[]
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    account record;
    line record;
    part numeric(26, 6);
    ids bigint[];
    rest numeric[];
    number integer := 0;
BEGIN
    SELECT one.sequence, one.balance, one.held INTO account FROM credits_account AS one
        WHERE one.member_id = member FOR NO KEY UPDATE;
    IF account.held > 0 AND credits_let_go(ARRAY[member], credits_burn.at) > 0 THEN
        SELECT one.sequence, one.balance, one.held INTO account FROM credits_account AS one
            WHERE one.member_id = member;
    END IF;
    taken := 0;
    available := 0;
    FOR line IN
        SELECT lot.id, lot.public_id, lot.kind::text AS kind, lot.remaining, lot.remaining - lot.held AS spare
        FROM credits_lot AS lot
        WHERE lot.member_id = member AND NOT lot.spent AND lot.expires_at > credits_burn.at AND lot.remaining > lot.held
        ORDER BY lot.kind = 'paid', lot.expires_at, lot.granted_at, lot.id
    LOOP
        available := available + line.spare;
        part := least(line.spare, credits_burn.amount - taken);
        IF part > 0 THEN
            taken := taken + part;
            ids := array_append(ids, line.id);
            rest := array_append(rest, line.remaining - part);
            lots := array_append(lots, line.public_id);
            kinds := array_append(kinds, line.kind);
            amounts := array_append(amounts, part);
        END IF;
    END LOOP;
    refused := NOT may_owe AND credits_burn.amount > 0 AND credits_burn.amount > available - claimed;
    owed := 0;
    IF refused THEN
        taken := 0;
        lots := NULL;
    ELSE
        WHILE number < coalesce(array_length(ids, 1), 0) LOOP
            number := number + 1;
            INSERT INTO credits_entry (
                public_id, member_id, sequence, lot_id, kind, amount, balance_before, balance, lot_remaining,
                charge, at, by_id, clauses, note
            ) VALUES (
                kernel_new_id(), member, account.sequence + number, ids[number], 'use', -amounts[number], account.balance,
                account.balance - amounts[number], rest[number],
                credits_burn.charge, credits_burn.at, credits_burn.by_id, credits_burn.clauses, credits_burn.note
            );
            account.balance := account.balance - amounts[number];
        END LOOP;
        IF taken < credits_burn.amount THEN
            owed := credits_burn.amount - taken;
            INSERT INTO credits_debt (member_id, charge, amount, at, by_id, clauses, note)
            VALUES (member, credits_burn.charge, owed, credits_burn.at, credits_burn.by_id, credits_burn.clauses,
                credits_burn.note);
        END IF;
        available := available - taken;
    END IF;
    balance := available + coalesce(account.held, 0);
    RETURN NEXT;
END
$$;
