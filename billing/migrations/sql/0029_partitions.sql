-- The months that have a partition of usage events, the oldest first. The name is read only where it is one of a month:
-- the server may try a condition on the month on every table there is before it joins.
CREATE OR REPLACE FUNCTION billing_partitions() RETURNS SETOF date LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN part.relname ~ '^billing_usageevent_[0-9]{6}$' THEN to_date(right(part.relname, 6), 'YYYYMM') END
    FROM pg_inherits AS link JOIN pg_class AS part ON part.oid = link.inhrelid
    WHERE link.inhparent = 'billing_usageevent'::regclass
    ORDER BY 1
$$;
