-- The months that have a partition of usage events, the oldest first.
CREATE FUNCTION billing_partitions() RETURNS SETOF date LANGUAGE sql STABLE AS $$
    SELECT to_date(right(part.relname, 6), 'YYYYMM')
    FROM pg_inherits AS link JOIN pg_class AS part ON part.oid = link.inhrelid
    WHERE link.inhparent = 'billing_usageevent'::regclass
    ORDER BY 1
$$;

-- Nothing new comes into the month: a constraint that no row meets and that those already there need not.
-- It waits for whoever is writing into the month just now.
CREATE FUNCTION billing_seal_partition(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    part text := 'billing_usageevent_' || to_char(month, 'YYYYMM');
BEGIN
    IF EXISTS (SELECT FROM pg_constraint WHERE conrelid = to_regclass(part) AND conname = 'sealed') THEN
        RETURN;
    END IF;
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT sealed CHECK (false) NOT VALID', part);
END $$;

-- The month leaves the table for good; nothing happens where it has left already.
CREATE FUNCTION billing_drop_partition(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    part text := 'billing_usageevent_' || to_char(month, 'YYYYMM');
BEGIN
    IF to_regclass(part) IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('ALTER TABLE billing_usageevent DETACH PARTITION %I', part);
    EXECUTE format('DROP TABLE %I', part);
    RETURN true;
END $$;

-- As before, but a month that is archived, or about to be, is never begun again.
CREATE OR REPLACE FUNCTION billing_make_partition(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    part text := 'billing_usageevent_' || to_char(month, 'YYYYMM');
    starts timestamptz := date_trunc('month', month::timestamp) AT TIME ZONE 'Asia/Seoul';
    ends timestamptz := (date_trunc('month', month::timestamp) + interval '1 month') AT TIME ZONE 'Asia/Seoul';
BEGIN
    IF EXISTS (SELECT FROM billing_usagearchive AS archive WHERE archive.month = billing_make_partition.month) THEN
        RAISE EXCEPTION 'the usage of % is archived', to_char(month, 'YYYY-MM')
            USING ERRCODE = 'UA001', DETAIL = to_char(month, 'YYYY-MM');
    END IF;
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    -- the lock that attaching takes; unlike an advisory lock it also shows what others have made meanwhile
    LOCK TABLE billing_usageevent IN SHARE UPDATE EXCLUSIVE MODE;
    IF to_regclass(part) IS NOT NULL THEN
        RETURN false;
    END IF;
    EXECUTE format(
        'CREATE TABLE %I (LIKE billing_usageevent INCLUDING DEFAULTS INCLUDING CONSTRAINTS, '
        'CONSTRAINT in_month CHECK (occurred_at >= %L AND occurred_at < %L))', part, starts, ends);
    EXECUTE format('ALTER TABLE billing_usageevent ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, starts, ends);
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT in_month', part);
    RETURN true;
END $$;
