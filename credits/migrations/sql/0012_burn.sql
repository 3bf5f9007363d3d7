-- As credits_burn of before; each entry is written as its lot is come to, and what is left is added up by the statement
-- that finds the lots.
CREATE OR REPLACE FUNCTION credits_burn(
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
BEGIN
    SELECT one.sequence, one.balance, one.held INTO account FROM credits_account AS one
        WHERE one.member_id = member FOR NO KEY UPDATE;
    IF account.held > 0 AND credits_let_go(ARRAY[member], credits_burn.at) > 0 THEN
        SELECT one.sequence, one.balance, one.held INTO account FROM credits_account AS one
            WHERE one.member_id = member;
    END IF;
    taken := 0;
    owed := 0;
    available := 0;
    refused := NULL;
    FOR line IN
        SELECT lot.id, lot.public_id, lot.kind::text AS kind, lot.remaining, lot.remaining - lot.held AS spare,
            sum(lot.remaining - lot.held) OVER () AS available
        FROM credits_lot AS lot
        WHERE lot.member_id = member AND NOT lot.spent AND lot.expires_at > credits_burn.at AND lot.remaining > lot.held
        ORDER BY lot.kind = 'paid', lot.expires_at, lot.granted_at, lot.id
    LOOP
        IF refused IS NULL THEN
            available := line.available;
            refused := NOT may_owe AND credits_burn.amount > 0 AND credits_burn.amount > available - claimed;
        END IF;
        EXIT WHEN refused OR taken = credits_burn.amount;
        part := least(line.spare, credits_burn.amount - taken);
        INSERT INTO credits_entry (
            public_id, member_id, sequence, lot_id, kind, amount, balance_before, balance, lot_remaining,
            charge, at, by_id, clauses, note
        ) VALUES (
            kernel_new_id(), member, account.sequence + 1, line.id, 'use', -part, account.balance, account.balance - part,
            line.remaining - part, credits_burn.charge, credits_burn.at, credits_burn.by_id, credits_burn.clauses,
            credits_burn.note
        );
        account.sequence := account.sequence + 1;
        account.balance := account.balance - part;
        taken := taken + part;
        lots := lots || line.public_id;
        kinds := kinds || line.kind;
        amounts := amounts || part;
    END LOOP;
    IF refused IS NULL THEN
        refused := NOT may_owe AND credits_burn.amount > 0;
    END IF;
    IF NOT refused AND taken < credits_burn.amount THEN
        owed := credits_burn.amount - taken;
        INSERT INTO credits_debt (member_id, charge, amount, at, by_id, clauses, note)
        VALUES (member, credits_burn.charge, owed, credits_burn.at, credits_burn.by_id, credits_burn.clauses,
            credits_burn.note);
    END IF;
    available := available - taken;
    balance := available + coalesce(account.held, 0);
END
$$;
