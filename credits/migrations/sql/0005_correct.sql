-- Undo part of a charge (upstage/20.3): first what it left owing, then what it burned, the lot burned last restored first.
-- At most what earlier corrections have left of it; what is restored of a lot whose time is over expires at once. The
-- accounts are locked as by a burn. Returns what is left to undo and, unless that is too little, how it was undone.
CREATE FUNCTION credits_correct(
    charge uuid, member bigint, amount numeric, clauses text[], note text, at timestamptz, by_id bigint
) RETURNS TABLE (
    outcome text, undoable numeric, forgiven numeric, lots uuid[], kinds text[], amounts numeric[], lapsed numeric,
    held numeric, balance numeric, available numeric
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    owing numeric;
    burned numeric;
    late boolean;
BEGIN
    PERFORM FROM credits_account AS account WHERE account.member_id = member FOR NO KEY UPDATE;
    PERFORM credits_let_go(ARRAY[member], credits_correct.at);
    SELECT coalesce(sum(debt.amount), 0) INTO owing FROM credits_debt AS debt
        WHERE debt.member_id = member AND debt.charge = credits_correct.charge;
    SELECT coalesce(-sum(entry.amount), 0) INTO burned FROM credits_entry AS entry
        WHERE entry.member_id = member AND entry.charge = credits_correct.charge;
    undoable := owing + burned;
    forgiven := 0;
    lapsed := 0;
    IF credits_correct.amount > undoable THEN
        outcome := 'exceeded';
    ELSE
        outcome := 'corrected';
        forgiven := least(credits_correct.amount, owing);
        IF forgiven > 0 THEN
            INSERT INTO credits_debt (member_id, charge, amount, at, by_id, clauses, note)
            VALUES (member, credits_correct.charge, -forgiven, credits_correct.at, credits_correct.by_id,
                credits_correct.clauses, credits_correct.note);
        END IF;
        late := EXISTS (
            SELECT FROM credits_entry AS entry JOIN credits_lot AS lot ON lot.id = entry.lot_id
            WHERE entry.member_id = member AND entry.charge = credits_correct.charge
                AND lot.expires_at <= credits_correct.at
        );
        IF late THEN
            PERFORM credits_post_expired_of(ARRAY[member], credits_correct.at);
        END IF;
        WITH burn AS (
            SELECT entry.lot_id, -sum(entry.amount) AS width, max(entry.sequence) FILTER (WHERE entry.kind = 'use') AS last
            FROM credits_entry AS entry
            WHERE entry.member_id = member AND entry.charge = credits_correct.charge
            GROUP BY entry.lot_id HAVING sum(entry.amount) < 0
        ), line AS (
            SELECT burn.*, sum(burn.width) OVER in_order AS ends, sum(burn.width) OVER in_order - burn.width AS starts
            FROM burn WINDOW in_order AS (ORDER BY burn.last DESC ROWS UNBOUNDED PRECEDING)
        ), part AS (
            SELECT line.lot_id, row_number() OVER (ORDER BY line.starts) AS step, line.starts,
                least(line.ends, credits_correct.amount - forgiven) AS ends
            FROM line WHERE line.starts < credits_correct.amount - forgiven
        ), written AS (
            INSERT INTO credits_entry (
                public_id, member_id, sequence, lot_id, kind, amount, balance_before, balance, lot_remaining,
                charge, at, by_id, clauses, note
            )
            SELECT kernel_new_id(), member, account.sequence + part.step, part.lot_id, 'correction',
                part.ends - part.starts, account.balance + part.starts, account.balance + part.ends,
                lot.remaining + part.ends - part.starts, credits_correct.charge, credits_correct.at,
                credits_correct.by_id, credits_correct.clauses, credits_correct.note
            FROM part JOIN credits_lot AS lot ON lot.id = part.lot_id
            JOIN credits_account AS account ON account.member_id = member
        )
        SELECT array_agg(lot.public_id ORDER BY part.step), array_agg(lot.kind::text ORDER BY part.step),
            array_agg(part.ends - part.starts ORDER BY part.step),
            coalesce(sum(part.ends - part.starts) FILTER (WHERE lot.expires_at <= credits_correct.at), 0)
        INTO lots, kinds, amounts, lapsed
        FROM part JOIN credits_lot AS lot ON lot.id = part.lot_id;
        IF lapsed > 0 THEN
            PERFORM credits_post_expired_of(ARRAY[member], credits_correct.at, since => credits_correct.at);
        END IF;
    END IF;
    SELECT standing.* INTO held, balance, available FROM credits_standing(member, credits_correct.at) AS standing;
    RETURN NEXT;
END
$$;
