-- Events as plain as they can be: by month, each once for its instant, member and id.
CREATE SCHEMA IF NOT EXISTS floor;

CREATE TABLE floor.event (
    at timestamptz NOT NULL, member uuid NOT NULL, id text NOT NULL, quantity numeric NOT NULL,
    PRIMARY KEY (at, member, id)
) PARTITION BY RANGE (at);

DO $$
DECLARE
    month timestamptz;
BEGIN
    FOR month IN SELECT date_trunc('month', now()) + number * interval '1 month' FROM generate_series(-2, 1) AS number LOOP
        EXECUTE format('CREATE TABLE floor.event_%s PARTITION OF floor.event FOR VALUES FROM (%L) TO (%L)',
            to_char(month, 'YYYYMM'), month, month + interval '1 month');
    END LOOP;
END $$;
