-- One charge in one call: lock the member, burn lots in order, write lot, entry and balance. No clause, no idempotency,
-- no guards, nothing that explains: what PostgreSQL itself takes for it.
CREATE SCHEMA IF NOT EXISTS floor;

CREATE TABLE floor.account (member_id bigint PRIMARY KEY, balance numeric NOT NULL, sequence bigint NOT NULL);
CREATE TABLE floor.lot (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, member_id bigint NOT NULL, is_paid boolean NOT NULL,
    remaining numeric NOT NULL CHECK (remaining >= 0), granted_at timestamptz NOT NULL, expires_at timestamptz NOT NULL
);
CREATE TABLE floor.entry (
    member_id bigint NOT NULL, sequence bigint NOT NULL, lot_id bigint NOT NULL, amount numeric NOT NULL,
    balance numeric NOT NULL, at timestamptz NOT NULL, PRIMARY KEY (member_id, sequence)
);
CREATE INDEX ON floor.lot (member_id, expires_at);

CREATE FUNCTION floor.charge(member bigint, amount numeric) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    still numeric := charge.amount;
    part numeric;
    held floor.account;
    next floor.lot;
BEGIN
    SELECT * INTO held FROM floor.account WHERE member_id = member FOR NO KEY UPDATE;
    FOR next IN
        SELECT * FROM floor.lot AS one WHERE one.member_id = member AND one.expires_at > now() AND one.remaining > 0
        ORDER BY one.is_paid, one.expires_at, one.granted_at, one.id
    LOOP
        part := least(still, next.remaining);
        still := still - part;
        held.sequence := held.sequence + 1;
        held.balance := held.balance - part;
        UPDATE floor.lot SET remaining = remaining - part WHERE id = next.id;
        INSERT INTO floor.entry VALUES (member, held.sequence, next.id, -part, held.balance, now());
        EXIT WHEN still = 0;
    END LOOP;
    IF still > 0 THEN
        RAISE EXCEPTION 'not enough';
    END IF;
    UPDATE floor.account SET balance = held.balance, sequence = held.sequence WHERE member_id = member;
    RETURN held.balance;
END
$$;

-- Many charges in one transaction, coalesced: an entry for each, one movement of each lot and account. Plain: the first
-- lot of each member covers them.
CREATE FUNCTION floor.charges(members bigint[], amounts numeric[]) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM floor.account WHERE member_id = ANY (members) ORDER BY member_id FOR NO KEY UPDATE;
    WITH charge AS MATERIALIZED (
        SELECT wanted.member_id, wanted.amount, row_number() OVER in_order AS step, sum(wanted.amount) OVER in_order AS taken
        FROM unnest(members, amounts) WITH ORDINALITY AS wanted (member_id, amount, place)
        WINDOW in_order AS (PARTITION BY wanted.member_id ORDER BY wanted.place)
    ), total AS MATERIALIZED (
        SELECT member_id, sum(amount) AS amount, count(*) AS charges FROM charge GROUP BY member_id
    ), first_lot AS MATERIALIZED (
        SELECT total.member_id, total.amount, total.charges, lot.id
        FROM total CROSS JOIN LATERAL (
            SELECT one.id FROM floor.lot AS one
            WHERE one.member_id = total.member_id AND one.expires_at > now() AND one.remaining > 0
            ORDER BY one.is_paid, one.expires_at, one.granted_at, one.id LIMIT 1
        ) AS lot
    ), burned AS (
        UPDATE floor.lot SET remaining = lot.remaining - first_lot.amount FROM first_lot WHERE lot.id = first_lot.id
    ), moved AS (
        UPDATE floor.account
        SET balance = account.balance - total.amount, sequence = account.sequence + total.charges
        FROM total WHERE account.member_id = total.member_id
    )
    INSERT INTO floor.entry
    SELECT charge.member_id, account.sequence + charge.step, first_lot.id, -charge.amount,
        account.balance - charge.taken, now()
    FROM charge JOIN floor.account ON account.member_id = charge.member_id
    JOIN first_lot ON first_lot.member_id = charge.member_id;
    RETURN cardinality(members);
END
$$;
