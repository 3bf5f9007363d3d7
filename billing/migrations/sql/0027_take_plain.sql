-- As billing_take_plain_usage of before, and the caller's key is looked at by the same call: `caller` is the hash of its
-- secret, and must be live at `at` and open `caller_scope`; where it is not nothing is taken, and the one code is
-- `caller`. Without a caller nobody is looked at.
--
-- The month is held open by the lock of its table that a close waits for, as a charge holds it (0014_charge.sql), and not
-- by a lock of its row, which every batch of the month would write.
DROP FUNCTION billing_take_plain_usage(
    text[], timestamptz[], numeric[], int[], text[], text[], uuid[], uuid[], bytea[], jsonb[], text, timestamptz, interval
);
CREATE FUNCTION billing_take_plain_usage(
    ids text[], instants timestamptz[], quantities numeric[], uses int[], services text[], meters text[], named uuid[],
    keys uuid[], secrets bytea[], dimensions jsonb[], batch_key text, at timestamptz, late_limit interval,
    caller bytea, caller_scope text, OUT batch uuid, OUT events bigint, OUT places bigint[], OUT codes text[]
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    first_instant timestamptz;
    last_instant timestamptz;
    used_month date;
    billed_month date;
    month_starts timestamptz;
    month_ends timestamptz;
    since timestamptz;
    until timestamptz;
    has_before boolean;
    has_after boolean;
    is_plain boolean;
    this_batch bigint;
BEGIN
    IF caller IS NOT NULL AND NOT EXISTS (
        SELECT FROM accounts_apikey AS one
        WHERE one.sha256 = caller AND one.revoked_at IS NULL AND caller_scope = ANY (one.scopes)
            AND (one.expires_at IS NULL OR one.expires_at > billing_take_plain_usage.at)
    ) THEN
        codes := '{caller}';
        RETURN;
    END IF;
    SELECT min(one), max(one), NOT EXISTS (
        SELECT FROM billing_service AS service WHERE service.code = ANY (services) AND service.has_own_prices
    ) INTO first_instant, last_instant, is_plain FROM unnest(instants) AS one;
    used_month := date_trunc('month', first_instant AT TIME ZONE 'Asia/Seoul')::date;
    month_starts := used_month::timestamp AT TIME ZONE 'Asia/Seoul';
    month_ends := (used_month + interval '1 month') AT TIME ZONE 'Asia/Seoul';
    -- an id is looked for in the months near by, where they hold any: nothing lies later than five minutes from now
    since := first_instant - late_limit;
    until := least(
        last_instant + late_limit,
        greatest(billing_take_plain_usage.at + interval '5 minutes', last_instant) + interval '1 microsecond'
    );
    IF is_plain AND last_instant < month_ends AND NOT EXISTS (SELECT FROM billing_usagearchive WHERE month = used_month) THEN
        -- no price is added while events are rated: whoever sets one waits for this transaction, and it for that
        LOCK TABLE billing_price IN ROW SHARE MODE;
        IF to_regclass('billing_usageevent_' || to_char(used_month, 'YYYYMM')) IS NULL THEN
            PERFORM billing_make_partition(used_month);
        END IF;
        LOCK TABLE billing_billingmonth IN ROW SHARE MODE;
        billed_month := used_month;
        IF NOT EXISTS (
            SELECT FROM billing_billingmonth AS one WHERE one.month = used_month AND one.closing_at IS NULL
        ) THEN
            billed_month := billing_hold_open(used_month);
        END IF;
        has_before := EXISTS (
            SELECT FROM billing_usageevent AS one WHERE one.occurred_at >= since AND one.occurred_at < month_starts
        );
        has_after := EXISTS (
            SELECT FROM billing_usageevent AS one WHERE one.occurred_at >= month_ends AND one.occurred_at < until
        );
        this_batch := nextval('billing_usagebatch_id_seq');
        BEGIN
            WITH known AS MATERIALIZED (
                SELECT asked.use, meter.id AS meter_id, price.id AS price_id, price.currency,
                    price.unit_price * 1000000 AS cost, price.per, price.effective_on AS starts,
                    lead(price.effective_on, 1, 'infinity') OVER (
                        PARTITION BY asked.use, price.currency ORDER BY price.effective_on
                    ) AS ends
                FROM unnest(services, meters) WITH ORDINALITY AS asked (service, meter, use)
                JOIN billing_service AS service ON service.code = asked.service
                JOIN billing_meter AS meter ON meter.service_id = service.id AND meter.code = asked.meter
                JOIN billing_price AS price ON price.meter_id = meter.id AND price.base_id IS NULL
            ), found AS MATERIALIZED (
                SELECT one.place, one.id, one.instant, one.quantity, one.dimensions, member.id AS member_id,
                    coalesce(by_id.id, by_hash.id) AS key_id, known.meter_id, known.price_id, known.currency,
                    -- cut after 6 decimals exactly: div() is whole-number division (rules/rating.py)
                    div(one.quantity * known.cost, known.per) * 0.000001 AS amount,
                    CASE
                        WHEN coalesce(by_id.id, by_hash.id) IS NULL AND (one.key IS NOT NULL OR one.secret IS NOT NULL)
                            THEN 'unknown_key'
                        WHEN member.id IS NULL THEN 'unknown_member'
                        WHEN coalesce(by_id.member_id, by_hash.member_id) <> member.id THEN 'unknown_key'
                        WHEN known.price_id IS NULL THEN (
                            SELECT CASE
                                WHEN bool_or(meter.code = meters[one.use]) THEN 'no_price'
                                WHEN count(*) > 0 THEN 'unknown_meter'
                                ELSE 'unknown_service'
                            END
                            FROM billing_service AS service JOIN billing_meter AS meter ON meter.service_id = service.id
                            WHERE service.code = services[one.use]
                        )
                        WHEN has_before AND EXISTS (
                            SELECT FROM billing_usageevent AS other
                            WHERE other.occurred_at >= since AND other.occurred_at < month_starts
                                AND other.member_id = member.id AND other.event_id = one.id
                                AND hashtextextended(other.event_id, 0) = hashtextextended(one.id, 0)
                        ) OR has_after AND EXISTS (
                            SELECT FROM billing_usageevent AS other
                            WHERE other.occurred_at >= month_ends AND other.occurred_at < until
                                AND other.member_id = member.id AND other.event_id = one.id
                                AND hashtextextended(other.event_id, 0) = hashtextextended(one.id, 0)
                        ) THEN 'id_conflict'
                    END AS refusal
                FROM unnest(ids, instants, quantities, uses, named, keys, secrets, dimensions)
                    WITH ORDINALITY AS one (id, instant, quantity, use, named, key, secret, dimensions, place)
                LEFT JOIN accounts_apikey AS by_id
                    ON keys IS NOT NULL AND by_id.public_id = one.key AND by_id.member_id IS NOT NULL
                LEFT JOIN accounts_apikey AS by_hash
                    ON secrets IS NOT NULL AND by_hash.sha256 = one.secret AND by_hash.member_id IS NOT NULL
                LEFT JOIN accounts_member AS owner ON (keys IS NOT NULL OR secrets IS NOT NULL)
                    AND owner.id = coalesce(by_id.member_id, by_hash.member_id) AND one.named IS NULL
                LEFT JOIN accounts_member AS by_name ON by_name.public_id = one.named
                CROSS JOIN LATERAL (
                    SELECT coalesce(by_name.id, owner.id) AS id, coalesce(by_name.currency, owner.currency) AS currency
                ) AS member
                LEFT JOIN known ON known.use = one.use AND known.currency = member.currency
                    AND (one.instant AT TIME ZONE 'Asia/Seoul')::date >= known.starts
                    AND (one.instant AT TIME ZONE 'Asia/Seoul')::date < known.ends
            ), stored AS (
                INSERT INTO billing_usageevent (
                    occurred_at, member_id, event_id, meter_id, price_id, api_key_id, batch_id, quantity, amount,
                    dimensions
                )
                SELECT instant, member_id, id, meter_id, price_id, key_id, this_batch, quantity, amount, dimensions
                FROM found WHERE refusal IS NULL ORDER BY member_id, id, place
            ), tally AS (
                INSERT INTO billing_usagetally (
                    batch_id, number, member_id, hour, billing_month, meter_id, price_id, api_key_id, events, quantity,
                    amount, latest
                )
                SELECT this_batch, row_number() OVER (), member_id, hour, billed_month, meter_id, price_id, key_id,
                    count(*), sum(quantity), sum(amount), max(instant)
                FROM (SELECT *, date_trunc('hour', instant) AS hour FROM found WHERE refusal IS NULL) AS one
                GROUP BY member_id, hour, meter_id, price_id, key_id
            ), cost AS (
                SELECT currency, count(*) AS events, sum(amount) AS amount
                FROM found WHERE refusal IS NULL GROUP BY currency
            ), made AS (
                INSERT INTO billing_usagebatch (id, public_id, key, at, events, amount, moved)
                SELECT this_batch, kernel_new_id(), left(batch_key, 200), billing_take_plain_usage.at, sum(cost.events),
                    jsonb_object_agg(cost.currency, cost.amount::text), CASE
                        WHEN used_month = billed_month THEN ''
                        ELSE format('%s→%s', to_char(used_month, 'YYYY-MM'), to_char(billed_month, 'YYYY-MM'))
                    END
                FROM cost HAVING count(*) > 0
                RETURNING public_id, billing_usagebatch.events
            ), told AS (
                SELECT array_agg(place ORDER BY place) AS places, array_agg(refusal ORDER BY place) AS codes
                FROM found WHERE refusal IS NOT NULL
            )
            SELECT made.public_id, coalesce(made.events, 0), told.places, told.codes INTO batch, events, places, codes
            FROM told LEFT JOIN made ON true;
            RETURN;
        EXCEPTION WHEN unique_violation THEN
            NULL;  -- an id is there already
        END;
    END IF;
    SELECT taken.batch, taken.events, taken.places, taken.codes INTO batch, events, places, codes
    FROM billing_take_usage(
        ids, instants, quantities,
        ARRAY(SELECT services[one.use] FROM unnest(uses) WITH ORDINALITY AS one (use, place) ORDER BY one.place),
        ARRAY(SELECT meters[one.use] FROM unnest(uses) WITH ORDINALITY AS one (use, place) ORDER BY one.place),
        named, keys, secrets, dimensions, NULL, batch_key, billing_take_plain_usage.at, late_limit
    ) AS taken;
END
$$;
