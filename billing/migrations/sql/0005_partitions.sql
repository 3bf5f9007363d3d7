-- A month's partition, with an index of its own: one id of a member once in a month, whatever the instant. An index over
-- all months could not be unique without the instant; this one is narrow, and refuses also what two batches bring at once.
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
    PERFORM billing_one_id_a_month(part);
    EXECUTE format('ALTER TABLE billing_usageevent ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', part, starts, ends);
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT in_month', part);
    RETURN true;
END $$;

-- Ids are told apart by 64 bits within a member: two of a member's ten million ids of a month fall together once in
-- some hundred thousand months, and then one event is refused as a conflict.
CREATE FUNCTION billing_one_id_a_month(part text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE UNIQUE INDEX %I ON %I (member_id, hashtextextended(event_id, 0))', part || '_id_once', part);
END $$;

SELECT billing_one_id_a_month(relid::text) FROM pg_partition_tree('billing_usageevent') WHERE isleaf AND level = 1;
DROP INDEX usage_event_id_hash;
