-- As credits_burn of before; it answers with one row instead of a set of one, which costs its caller less.
DROP FUNCTION credits_burn(uuid, bigint, numeric, boolean, numeric, text[], text, timestamptz, bigint);
CREATE FUNCTION credits_burn(
    charge uuid, member bigint, amount numeric, may_owe boolean, claimed numeric, clauses text[], note text,
    at timestamptz, by_id bigint,
    OUT taken numeric, OUT owed numeric, OUT refused boolean, OUT available numeric, OUT balance numeric,
    OUT lots uuid[], OUT kinds text[], OUT amounts numeric[]
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
END
$$;
