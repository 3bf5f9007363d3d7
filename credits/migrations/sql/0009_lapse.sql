-- What comes back to a lot whose time is over – freed by a hold's end, or restored by a correction – is gone at that
-- instant, with an entry of its own. What else is left of such a lot stays until the job writes it: use of before its end
-- that is not settled yet is paid by it (upstage/15.3, 15.4).
CREATE FUNCTION credits_lapse(lots bigint[], amounts numeric[], instants timestamptz[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO credits_entry (
        public_id, member_id, sequence, lot_id, kind, amount, balance_before, balance, lot_remaining, at, clauses, note
    )
    SELECT kernel_new_id(), step.member_id, account.sequence + step.number, step.lot_id, 'expiry', -step.amount,
        account.balance - step.ends + step.amount, account.balance - step.ends, step.lot_remaining, step.at,
        ARRAY['upstage/15.4'], ''
    FROM (
        SELECT part.*, lot.member_id, row_number() OVER of_member AS number, sum(part.amount) OVER of_member AS ends,
            lot.remaining - sum(part.amount) OVER of_lot AS lot_remaining
        FROM unnest(lots, amounts, instants) AS part (lot_id, amount, at) JOIN credits_lot AS lot ON lot.id = part.lot_id
        WINDOW of_member AS (PARTITION BY lot.member_id ORDER BY part.at, lot.id ROWS UNBOUNDED PRECEDING),
            of_lot AS (PARTITION BY lot.id ORDER BY part.at ROWS UNBOUNDED PRECEDING)
    ) AS step JOIN credits_account AS account ON account.member_id = step.member_id
$$;

-- The same for what these holds, which have ended, had reserved of lots that were over by then and did not use.
CREATE FUNCTION credits_lapse_freed(holds bigint[]) RETURNS void LANGUAGE sql AS $$
    SELECT credits_lapse(array_agg(part.lot_id), array_agg(part.amount), array_agg(part.at))
    FROM (
        SELECT freed.lot_id, freed.at, -sum(freed.amount + coalesce(-used.amount, 0)) AS amount
        FROM credits_reservation AS freed
        JOIN credits_lot AS lot ON lot.id = freed.lot_id AND lot.expires_at <= freed.at
        JOIN credits_hold AS hold ON hold.id = freed.hold_id
        LEFT JOIN credits_entry AS used ON used.member_id = freed.member_id AND used.charge = hold.charge
            AND used.lot_id = freed.lot_id AND used.kind = 'use'
        WHERE freed.hold_id = ANY (holds) AND freed.amount < 0
        GROUP BY freed.lot_id, freed.at
    ) AS part WHERE part.amount > 0
$$;

-- Free what these holds reserve, which have ended just now and whose members' accounts are locked.
DROP FUNCTION credits_free(bigint[], timestamptz);
CREATE FUNCTION credits_free(holds bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO credits_reservation (hold_id, member_id, lot_id, amount, at)
    SELECT hold.id, hold.member_id, reservation.lot_id, -reservation.amount, hold.ended_at
    FROM credits_hold AS hold JOIN credits_reservation AS reservation ON reservation.hold_id = hold.id
    WHERE hold.id = ANY (holds) AND reservation.amount > 0
    ORDER BY hold.id, reservation.lot_id;
    SELECT credits_lapse_freed(holds);
$$;

-- Write the entries of lots of these members, whose accounts are locked, that are over by `at`, for what no hold reserves of
-- them; returns how many (upstage/15.4). The instant of such an entry is the lot's last, not that of a job.
DROP FUNCTION credits_post_expired(timestamptz, integer);
DROP FUNCTION credits_post_expired_of(bigint[], timestamptz, bigint[], timestamptz);
CREATE FUNCTION credits_post_expired_of(members bigint[], at timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    posted bigint;
BEGIN
    WITH line AS (
        SELECT lot.id, lot.member_id, lot.held, lot.remaining - lot.held AS over, lot.expires_at,
            row_number() OVER in_order AS step, sum(lot.remaining - lot.held) OVER in_order AS ends
        FROM credits_lot AS lot
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
        line.expires_at, ARRAY['upstage/15.4'], ''
    FROM line JOIN credits_account AS account ON account.member_id = line.member_id;
    GET DIAGNOSTICS posted = ROW_COUNT;
    RETURN posted;
END
$$;

-- End the holds of these members, whose accounts are locked, that are over by `at`; returns how many. A hold ended at its
-- expiry, whenever that is noticed.
CREATE OR REPLACE FUNCTION credits_let_go(members bigint[], at timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    ended bigint[];
BEGIN
    WITH over AS (
        UPDATE credits_hold AS hold SET state = 'expired', ended_at = hold.expires_at
        WHERE hold.member_id = ANY (members) AND hold.state = 'open' AND hold.expires_at <= credits_let_go.at
        RETURNING hold.id
    )
    SELECT array_agg(over.id) INTO ended FROM over;
    IF ended IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM credits_free(ended);
    RETURN cardinality(ended);
END
$$;

-- Burn what was really used of a hold, at most its amount, and free the rest (upstage/15.3). Its own lots pay first, in
-- burn order, those too whose time is over meanwhile; only where it had reserved less than its amount may other lots pay
-- for the rest, and what they do not cover is owed.
CREATE OR REPLACE FUNCTION credits_capture(
    hold uuid, member bigint, charge uuid, amount numeric, clauses text[], note text, at timestamptz, by_id bigint
) RETURNS TABLE (
    outcome text, owed numeric, held numeric, balance numeric, available numeric, lots uuid[], kinds text[],
    amounts numeric[]
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    wanted credits_hold;
    paid record;
BEGIN
    PERFORM FROM credits_account AS account WHERE account.member_id = member FOR NO KEY UPDATE;
    PERFORM credits_let_go(ARRAY[member], credits_capture.at);
    SELECT one.* INTO wanted FROM credits_hold AS one WHERE one.public_id = hold AND one.member_id = member
        FOR NO KEY UPDATE;
    outcome := CASE
        WHEN wanted.id IS NULL THEN 'not found'
        WHEN wanted.state <> 'open' THEN 'ended before'
        WHEN credits_capture.amount > wanted.amount THEN 'exceeded'
    END;
    IF outcome IS NOT NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;
    UPDATE credits_hold AS one
    SET state = 'captured', ended_at = credits_capture.at, ended_by_id = credits_capture.by_id,
        charge = credits_capture.charge, captured = credits_capture.amount
    WHERE one.id = wanted.id;
    INSERT INTO credits_reservation (hold_id, member_id, lot_id, amount, at)
    SELECT wanted.id, member, reservation.lot_id, -reservation.amount, credits_capture.at
    FROM credits_reservation AS reservation WHERE reservation.hold_id = wanted.id AND reservation.amount > 0;
    WITH own AS (
        SELECT reservation.lot_id, reservation.amount FROM credits_reservation AS reservation
        WHERE reservation.hold_id = wanted.id AND reservation.amount > 0
    ), segment AS (
        SELECT own.lot_id, false AS is_other, own.amount AS width FROM own
        UNION ALL
        SELECT lot.id, true, lot.remaining - lot.held - coalesce(own.amount, 0)
        FROM credits_lot AS lot LEFT JOIN own ON own.lot_id = lot.id
        WHERE wanted.reserved < credits_capture.amount AND lot.member_id = member AND NOT lot.spent
            AND lot.expires_at > credits_capture.at AND lot.remaining - lot.held > coalesce(own.amount, 0)
    ), line AS (
        SELECT lot.id, lot.public_id, lot.kind, lot.remaining,
            sum(segment.width) OVER in_order AS ends, sum(segment.width) OVER in_order - segment.width AS starts
        FROM segment JOIN credits_lot AS lot ON lot.id = segment.lot_id
        WINDOW in_order AS (
            ORDER BY segment.is_other, lot.kind = 'paid', lot.expires_at, lot.granted_at, lot.id
            ROWS UNBOUNDED PRECEDING
        )
    ), part AS (
        SELECT line.id, line.public_id, line.kind, line.remaining,
            sum(least(line.ends, credits_capture.amount) - line.starts) AS amount, min(line.starts) AS starts
        FROM line WHERE line.starts < credits_capture.amount GROUP BY 1, 2, 3, 4
    ), step AS (
        SELECT part.*, row_number() OVER in_order AS number, sum(part.amount) OVER in_order AS ends
        FROM part WINDOW in_order AS (ORDER BY part.starts ROWS UNBOUNDED PRECEDING)
    ), written AS (
        INSERT INTO credits_entry (
            public_id, member_id, sequence, lot_id, kind, amount, balance_before, balance, lot_remaining,
            charge, at, by_id, clauses, note
        )
        SELECT kernel_new_id(), member, account.sequence + step.number, step.id, 'use', -step.amount,
            account.balance - step.ends + step.amount, account.balance - step.ends, step.remaining - step.amount,
            credits_capture.charge, credits_capture.at, credits_capture.by_id, credits_capture.clauses,
            credits_capture.note
        FROM step JOIN credits_account AS account ON account.member_id = member
    )
    SELECT coalesce(sum(step.amount), 0) AS taken, coalesce(array_agg(step.public_id ORDER BY step.number), '{}') AS lots,
        coalesce(array_agg(step.kind::text ORDER BY step.number), '{}') AS kinds,
        coalesce(array_agg(step.amount ORDER BY step.number), '{}') AS amounts
    INTO paid FROM step;
    IF paid.taken < credits_capture.amount THEN
        INSERT INTO credits_debt (member_id, charge, amount, at, by_id, clauses, note)
        VALUES (member, credits_capture.charge, credits_capture.amount - paid.taken, credits_capture.at,
            credits_capture.by_id, credits_capture.clauses, credits_capture.note);
    END IF;
    PERFORM credits_lapse_freed(ARRAY[wanted.id]);
    RETURN QUERY SELECT 'captured', credits_capture.amount - paid.taken, standing.*, paid.lots, paid.kinds, paid.amounts
        FROM credits_standing(member, credits_capture.at) AS standing;
END
$$;

-- Give back what a hold reserves (upstage/15.3).
CREATE OR REPLACE FUNCTION credits_release(hold uuid, at timestamptz, by_id bigint)
RETURNS TABLE (outcome text, held numeric, balance numeric, available numeric) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    wanted credits_hold;
    member bigint := (SELECT one.member_id FROM credits_hold AS one WHERE one.public_id = hold);
BEGIN
    PERFORM FROM credits_account AS account WHERE account.member_id = member FOR NO KEY UPDATE;
    PERFORM credits_let_go(ARRAY[member], credits_release.at);
    SELECT one.* INTO wanted FROM credits_hold AS one WHERE one.public_id = hold FOR NO KEY UPDATE;
    IF wanted.state = 'open' THEN
        UPDATE credits_hold AS one
        SET state = 'released', ended_at = credits_release.at, ended_by_id = credits_release.by_id
        WHERE one.id = wanted.id;
        PERFORM credits_free(ARRAY[wanted.id]);
    END IF;
    RETURN QUERY SELECT CASE wanted.state WHEN 'open' THEN 'released' ELSE 'ended before' END, standing.*
        FROM credits_standing(member, credits_release.at) AS standing;
END
$$;

-- Undo part of a charge (upstage/20.3): first what it left owing, then what it burned, the lot burned last restored first.
-- At most what earlier corrections have left of it; what is restored of a lot whose time is over expires at once. The
-- account is locked as by a burn; who never had credits has none, and the debt itself is locked. Returns what is left to undo and, unless that is too little, how it was undone.
CREATE OR REPLACE FUNCTION credits_correct(
    charge uuid, member bigint, amount numeric, clauses text[], note text, at timestamptz, by_id bigint
) RETURNS TABLE (
    outcome text, undoable numeric, forgiven numeric, lots uuid[], kinds text[], amounts numeric[], lapsed numeric,
    held numeric, balance numeric, available numeric
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    owing numeric;
    burned numeric;
BEGIN
    PERFORM FROM credits_account AS account WHERE account.member_id = member FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM FROM credits_debt AS debt
            WHERE debt.member_id = member AND debt.charge = credits_correct.charge AND debt.amount > 0 FOR NO KEY UPDATE;
    END IF;
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
            PERFORM credits_lapse(array_agg(lot.id), array_agg(back.amount), array_agg(credits_correct.at))
            FROM unnest(credits_correct.lots, credits_correct.amounts) AS back (lot, amount)
            JOIN credits_lot AS lot ON lot.public_id = back.lot
            WHERE lot.expires_at <= credits_correct.at;
        END IF;
    END IF;
    SELECT standing.* INTO held, balance, available FROM credits_standing(member, credits_correct.at) AS standing;
    RETURN NEXT;
END
$$;

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
        PERFORM credits_free(ended);
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
