-- Free what these holds reserve, which have ended just now and whose members' accounts are locked; what that frees of a
-- lot whose time is over expires at once (upstage/15.4).
CREATE FUNCTION credits_free(holds bigint[], at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    late bigint[] := ARRAY(
        SELECT DISTINCT reservation.member_id
        FROM credits_reservation AS reservation JOIN credits_lot AS lot ON lot.id = reservation.lot_id
        WHERE reservation.hold_id = ANY (holds) AND reservation.amount > 0 AND lot.expires_at <= credits_free.at
    );
BEGIN
    IF late <> '{}' THEN
        PERFORM credits_post_expired_of(late, credits_free.at);
    END IF;
    INSERT INTO credits_reservation (hold_id, member_id, lot_id, amount, at)
    SELECT hold.id, hold.member_id, reservation.lot_id, -reservation.amount, hold.ended_at
    FROM credits_hold AS hold JOIN credits_reservation AS reservation ON reservation.hold_id = hold.id
    WHERE hold.id = ANY (holds) AND reservation.amount > 0
    ORDER BY hold.id, reservation.lot_id;
    IF late <> '{}' THEN
        PERFORM credits_post_expired_of(late, credits_free.at, freed => holds);
    END IF;
END
$$;

-- End the holds of these members, whose accounts are locked, that are over by `at`; returns how many. A hold ended at its
-- expiry, whenever that is noticed.
CREATE FUNCTION credits_let_go(members bigint[], at timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
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
    PERFORM credits_free(ended, credits_let_go.at);
    RETURN cardinality(ended);
END
$$;

-- The same for at most so many members that have a hold to end.
CREATE FUNCTION credits_expire_holds(at timestamptz, most_members integer) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    members bigint[] := ARRAY(
        SELECT DISTINCT member_id FROM credits_hold WHERE state = 'open' AND expires_at <= credits_expire_holds.at
        ORDER BY member_id LIMIT most_members
    );
BEGIN
    PERFORM FROM credits_account WHERE member_id = ANY (members) ORDER BY member_id FOR NO KEY UPDATE;
    RETURN credits_let_go(members, credits_expire_holds.at);
END
$$;

-- What a member whose account is locked, and whose holds that are over have been let go of, has now: what is held, what
-- is there (with what holds reserve of lots whose time is over), and what can be used otherwise.
CREATE FUNCTION credits_standing(member bigint, at timestamptz)
RETURNS TABLE (held numeric, balance numeric, available numeric) LANGUAGE sql STABLE AS $$
    SELECT account.held, account.held + free.available, free.available
    FROM (
        SELECT coalesce(sum(lot.remaining - lot.held), 0) AS available FROM credits_lot AS lot
        WHERE lot.member_id = credits_standing.member AND NOT lot.spent AND lot.expires_at > credits_standing.at
    ) AS free, (
        SELECT coalesce(max(one.held), 0) AS held FROM credits_account AS one
        WHERE one.member_id = credits_standing.member
    ) AS account
$$;

-- Reserve credits of a member in burn order (upstage/15.3). Of what is there, `claimed` is left alone. A hold larger than
-- the rest is refused or, where the member may owe, reserves the rest. The same key answers with the hold it has placed.
CREATE FUNCTION credits_place(
    hold uuid, member bigint, amount numeric, expires_at timestamptz, at timestamptz, by_id bigint, key text, note text,
    claimed numeric, may_owe boolean
) RETURNS TABLE (
    outcome text, placed bigint, reserved numeric, held numeric, balance numeric, available numeric
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    now record;
    rest numeric(20, 6);
BEGIN
    PERFORM FROM credits_account AS account WHERE account.member_id = member FOR NO KEY UPDATE;
    PERFORM credits_let_go(ARRAY[member], credits_place.at);
    SELECT standing.* INTO now FROM credits_standing(member, credits_place.at) AS standing;
    IF credits_place.key IS NOT NULL THEN
        RETURN QUERY SELECT 'placed before', one.id, one.reserved, now.held, now.balance, now.available
        FROM credits_hold AS one WHERE one.member_id = member AND one.key = credits_place.key;
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;
    rest := least(credits_place.amount, greatest(now.available - claimed, 0));
    IF rest < credits_place.amount AND NOT may_owe THEN
        RETURN QUERY SELECT 'refused', NULL::bigint, 0::numeric, now.held, now.balance, now.available;
        RETURN;
    END IF;
    INSERT INTO credits_hold (public_id, member_id, key, amount, reserved, state, at, expires_at, by_id, note)
    VALUES (hold, member, credits_place.key, credits_place.amount, rest, 'open', credits_place.at,
        credits_place.expires_at, credits_place.by_id, credits_place.note)
    RETURNING id INTO placed;
    IF rest > 0 THEN
        INSERT INTO credits_reservation (hold_id, member_id, lot_id, amount, at)
        SELECT placed, member, line.id, least(line.ends, rest) - line.starts, credits_place.at
        FROM (
            SELECT lot.id, sum(lot.remaining - lot.held) OVER in_order AS ends,
                sum(lot.remaining - lot.held) OVER in_order - (lot.remaining - lot.held) AS starts
            FROM credits_lot AS lot
            WHERE lot.member_id = member AND NOT lot.spent AND lot.expires_at > credits_place.at
                AND lot.remaining > lot.held
            WINDOW in_order AS (
                ORDER BY lot.kind = 'paid', lot.expires_at, lot.granted_at, lot.id ROWS UNBOUNDED PRECEDING
            )
        ) AS line WHERE line.starts < rest;
    END IF;
    RETURN QUERY SELECT 'placed', placed, rest, now.held + rest, now.balance, now.available - rest;
END
$$;

-- Burn what was really used of a hold, at most its amount, and free the rest (upstage/15.3). Its own lots pay first, in
-- burn order, those too whose time is over meanwhile; only where it had reserved less than its amount may other lots pay
-- for the rest, and what they do not cover is owed.
CREATE FUNCTION credits_capture(
    hold uuid, member bigint, charge uuid, amount numeric, clauses text[], note text, at timestamptz, by_id bigint
) RETURNS TABLE (
    outcome text, owed numeric, held numeric, balance numeric, available numeric, lots uuid[], kinds text[],
    amounts numeric[]
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    wanted credits_hold;
    late boolean;
    paid record;
BEGIN
    PERFORM FROM credits_account AS account WHERE account.member_id = member FOR NO KEY UPDATE;
    PERFORM credits_let_go(ARRAY[member], credits_capture.at);
    SELECT one.* INTO wanted FROM credits_hold AS one WHERE one.public_id = hold AND one.member_id = member;
    outcome := CASE
        WHEN wanted.id IS NULL THEN 'not found'
        WHEN wanted.state <> 'open' THEN 'ended before'
        WHEN credits_capture.amount > wanted.amount THEN 'exceeded'
    END;
    IF outcome IS NOT NULL THEN
        RETURN NEXT;
        RETURN;
    END IF;
    late := EXISTS (
        SELECT FROM credits_reservation AS reservation JOIN credits_lot AS lot ON lot.id = reservation.lot_id
        WHERE reservation.hold_id = wanted.id AND lot.expires_at <= credits_capture.at
    );
    IF late THEN
        PERFORM credits_post_expired_of(ARRAY[member], credits_capture.at);
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
    IF late THEN
        PERFORM credits_post_expired_of(ARRAY[member], credits_capture.at, freed => ARRAY[wanted.id]);
    END IF;
    RETURN QUERY SELECT 'captured', credits_capture.amount - paid.taken, standing.*, paid.lots, paid.kinds, paid.amounts
        FROM credits_standing(member, credits_capture.at) AS standing;
END
$$;

-- Give back what a hold reserves (upstage/15.3).
CREATE FUNCTION credits_release(hold uuid, at timestamptz, by_id bigint)
RETURNS TABLE (outcome text, held numeric, balance numeric, available numeric) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    wanted credits_hold;
    member bigint := (SELECT one.member_id FROM credits_hold AS one WHERE one.public_id = hold);
BEGIN
    PERFORM FROM credits_account AS account WHERE account.member_id = member FOR NO KEY UPDATE;
    PERFORM credits_let_go(ARRAY[member], credits_release.at);
    SELECT one.* INTO wanted FROM credits_hold AS one WHERE one.public_id = hold;
    IF wanted.state = 'open' THEN
        UPDATE credits_hold AS one
        SET state = 'released', ended_at = credits_release.at, ended_by_id = credits_release.by_id
        WHERE one.id = wanted.id;
        PERFORM credits_free(ARRAY[wanted.id], credits_release.at);
    END IF;
    RETURN QUERY SELECT CASE wanted.state WHEN 'open' THEN 'released' ELSE 'ended before' END, standing.*
        FROM credits_standing(member, credits_release.at) AS standing;
END
$$;
