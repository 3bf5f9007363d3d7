-- The places that the uses of a batch take in the steps of their prices, as one array's text for each; null of those
-- that have none or are not new. In the order of the batch, by member, price of the list and month of use. The members are
-- locked.
CREATE FUNCTION billing_take_steps(
    ids text[], instants timestamptz[], members bigint[], quantities numeric[], price_ids bigint[], refusals text[],
    since timestamptz, until timestamptz
) RETURNS text[] LANGUAGE sql SET plan_cache_mode = force_generic_plan AS $$
    WITH one AS MATERIALIZED (
        SELECT one.*, price.step_starts, coalesce(price.base_id, price.id) AS listed_id,
            date_trunc('month', one.instant AT TIME ZONE 'Asia/Seoul')::date AS used,
            hashtextextended(one.id, 0) AS hash,
            row_number() OVER (PARTITION BY one.member_id, one.id, one.refusal IS NULL ORDER BY one.place) AS turn
        FROM unnest(ids, instants, members, quantities, price_ids, refusals)
            WITH ORDINALITY AS one (id, instant, member_id, quantity, price_id, refusal, place)
        LEFT JOIN billing_price AS price ON price.id = one.price_id
    ), new AS (
        SELECT one.*, sum(one.quantity) OVER (
            PARTITION BY one.member_id, one.listed_id, one.used ORDER BY one.place
        ) AS until_here
        FROM one
        WHERE one.step_starts IS NOT NULL AND one.refusal IS NULL AND one.turn = 1 AND NOT EXISTS (
            SELECT FROM billing_usageevent AS other
            WHERE other.occurred_at >= since AND other.occurred_at < until AND other.member_id = one.member_id
                AND hashtextextended(other.event_id, 0) = one.hash
                AND (other.event_id = one.id OR date_trunc('month', other.occurred_at AT TIME ZONE 'Asia/Seoul') = one.used)
        ) AND NOT EXISTS (
            -- within a month ids are told apart by their hash alone (0005_partitions.sql)
            SELECT FROM one AS earlier
            WHERE earlier.member_id = one.member_id AND earlier.hash = one.hash AND earlier.used = one.used
                AND earlier.place < one.place AND earlier.refusal IS NULL
        )
    ), month AS MATERIALIZED (
        SELECT asked.*, billing_used_steps(asked.member_id, asked.listed_id, asked.used) AS there
        FROM (SELECT DISTINCT member_id, listed_id, used FROM new) AS asked
    ), filled AS (
        SELECT new.place, billing_add_steps(
            billing_fill_steps(new.step_starts, month.there, new.until_here),
            ARRAY(
                SELECT -each FROM unnest(
                    billing_fill_steps(new.step_starts, month.there, new.until_here - new.quantity)
                ) WITH ORDINALITY AS step (each, number) ORDER BY number
            )
        )::text AS steps
        FROM new JOIN month USING (member_id, listed_id, used)
    )
    SELECT array_agg(filled.steps ORDER BY one.place) FROM one LEFT JOIN filled ON filled.place = one.place
$$;

-- Store a batch of usage: what it names is looked up, what is new is stored at the price of its own time and tallied by
-- member and hour, and what is not taken is told by its place (upstage/2.7, 17.1, 18.1; docs/adr/0010-usage-is-settled.md).
--
-- Each array has one element for each event; they have been read and checked (rules/events.py). `named` is the member,
-- `key` the id of a key and `secret` the hash of one; at least one of the three is there. It only adds rows. Two
-- batches wait for each other only where both bring the same id of a member, and in one order: by member and id.
--
-- `add_ons` are the codes of those that were chosen, sorted, as one array's text for each event; or null where no event
-- has any.
--
-- `codes` are those of billing's refusals, and `duplicate` for what has been taken before or earlier in this batch. Where
-- a month of the batch lies in a file nothing is taken: `events` is null, and `codes` are such months.
--
-- Where prices have steps, their members stay locked, and each use that is new takes the next places of its month in the
-- order of the batch (0030_steps.sql). Members are locked before months, as by charges.
CREATE OR REPLACE FUNCTION billing_take_usage(
    ids text[], instants timestamptz[], quantities numeric[], services text[], meters text[], named uuid[], keys uuid[],
    secrets bytea[], dimensions jsonb[], add_ons text[], batch_key text, at timestamptz, late_limit interval,
    OUT batch uuid, OUT events bigint, OUT places bigint[], OUT codes text[]
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    this_batch bigint := nextval(pg_get_serial_sequence('billing_usagebatch', 'id'));
    used_months date[];
    billed_months date[];
    members bigint[];
    meter_ids bigint[];
    price_ids bigint[];
    key_ids bigint[];
    amounts numeric[];
    refusals text[];
    own_services bigint[];
    since timestamptz;
    own_since timestamptz;
    own_until timestamptz;
    until timestamptz;
    costs jsonb;
    again bigint[] := '{}';
    steps text[];
    stepped bigint;
    stored_stepped bigint;
BEGIN
    -- no price is added while events are rated: whoever sets one waits for this transaction, and it for that
    LOCK TABLE billing_price IN ROW SHARE MODE;

    SELECT min(one.instant) - late_limit, max(one.instant) + late_limit,
        -- in order, as months are locked
        array_agg(DISTINCT date_trunc('month', one.instant AT TIME ZONE 'Asia/Seoul')::date)
    INTO since, until, used_months FROM unnest(instants) AS one (instant);
    codes := ARRAY(SELECT to_char(month, 'YYYY-MM') FROM billing_usagearchive WHERE month = ANY (used_months) ORDER BY month);
    IF cardinality(codes) > 0 THEN
        RETURN;
    END IF;
    PERFORM billing_make_partition(used.month) FROM unnest(used_months) AS used (month);

    WITH known AS MATERIALIZED (
        SELECT service.code AS service, meter.code AS meter, meter.id AS meter_id, price.currency, price.id AS price_id,
            price.unit_price, price.per, price.effective_on AS starts,
            CASE WHEN service.has_own_prices THEN service.id END AS own_service,
            lead(price.effective_on, 1, 'infinity') OVER (
                PARTITION BY price.meter_id, price.currency ORDER BY price.effective_on
            ) AS ends
        FROM billing_meter AS meter JOIN billing_service AS service ON service.id = meter.service_id
        LEFT JOIN billing_price AS price ON price.meter_id = meter.id AND price.base_id IS NULL
    ), found AS (
        SELECT one.*, coalesce(named.id, owner.id) AS member_id, coalesce(by_id.id, by_hash.id) AS key_id,
            coalesce(by_id.member_id, by_hash.member_id) AS key_member_id,
            coalesce(named.currency, owner.currency) AS currency
        FROM unnest(instants, quantities, services, meters, named, keys, secrets)
            WITH ORDINALITY AS one (instant, quantity, service, meter, named, key, secret, place)
        LEFT JOIN accounts_apikey AS by_id ON by_id.public_id = one.key AND by_id.member_id IS NOT NULL
        LEFT JOIN accounts_apikey AS by_hash ON by_hash.sha256 = one.secret AND by_hash.member_id IS NOT NULL
        LEFT JOIN accounts_member AS named ON named.public_id = one.named
        LEFT JOIN accounts_member AS owner
            ON owner.id = coalesce(by_id.member_id, by_hash.member_id) AND one.named IS NULL
    )
    SELECT array_agg(found.member_id ORDER BY found.place), array_agg(known.meter_id ORDER BY found.place),
        array_agg(known.price_id ORDER BY found.place), array_agg(found.key_id ORDER BY found.place),
        -- cut after 6 decimals exactly: div() is whole-number division, whatever the digits (rules/rating.py)
        array_agg(
            div(found.quantity * known.unit_price * 1000000, known.per) * 0.000001 ORDER BY found.place
        ),
        array_agg(
            CASE
                WHEN found.key_id IS NULL AND (found.key IS NOT NULL OR found.secret IS NOT NULL) THEN 'unknown_key'
                WHEN found.member_id IS NULL THEN 'unknown_member'
                WHEN found.key_member_id <> found.member_id THEN 'unknown_key'
                WHEN known.price_id IS NOT NULL THEN NULL
                WHEN EXISTS (SELECT FROM known WHERE (service, meter) = (found.service, found.meter)) THEN 'no_price'
                WHEN EXISTS (SELECT FROM known WHERE service = found.service) THEN 'unknown_meter'
                ELSE 'unknown_service'
            END ORDER BY found.place
        ),
        array_agg(known.own_service ORDER BY found.place)
    INTO members, meter_ids, price_ids, key_ids, amounts, refusals, own_services
    FROM found LEFT JOIN known ON known.service = found.service AND known.meter = found.meter
        AND known.currency = found.currency
        AND (found.instant AT TIME ZONE 'Asia/Seoul')::date >= known.starts
        AND (found.instant AT TIME ZONE 'Asia/Seoul')::date < known.ends;

    -- What members pay otherwise than the list says, and uses with add-ons, are rated one by one.
    IF add_ons IS NOT NULL OR num_nonnulls(VARIADIC own_services) > 0 THEN
        price_ids := ARRAY(
            SELECT CASE
                WHEN one.refusal IS NULL AND (one.own_service IS NOT NULL OR one.add_ons IS NOT NULL)
                    THEN billing_own_price(
                        one.price_id, one.member_id, one.instant, one.add_ons::text[], one.own_service
                    )
                WHEN one.refusal IS NULL THEN one.price_id
            END
            FROM unnest(price_ids, members, instants, refusals, own_services, add_ons)
                WITH ORDINALITY AS one (price_id, member_id, instant, refusal, own_service, add_ons, place)
            ORDER BY one.place
        );
        SELECT array_agg(div(one.quantity * price.unit_price * 1000000, price.per) * 0.000001 ORDER BY one.place),
            array_agg(
                CASE WHEN one.refusal IS NULL AND price.id IS NULL THEN 'unknown_add_on' ELSE one.refusal END
                ORDER BY one.place
            )
        INTO amounts, refusals
        FROM unnest(quantities, price_ids, refusals) WITH ORDINALITY AS one (quantity, price_id, refusal, place)
        LEFT JOIN billing_price AS price ON price.id = one.price_id;
        IF EXISTS (SELECT FROM billing_price AS price WHERE price.id = ANY (price_ids) AND price.step_starts IS NOT NULL) THEN
            PERFORM FROM accounts_member AS member
            WHERE member.id IN (
                SELECT one.member_id FROM unnest(members, price_ids, refusals) AS one (member_id, price_id, refusal)
                JOIN billing_price AS price ON price.id = one.price_id
                WHERE one.refusal IS NULL AND price.step_starts IS NOT NULL
            ) ORDER BY member.id FOR NO KEY UPDATE;
            steps := billing_take_steps(ids, instants, members, quantities, price_ids, refusals, since, until);
            stepped := num_nonnulls(VARIADIC steps);
            SELECT array_agg(
                CASE
                    WHEN one.steps IS NULL THEN one.amount
                    ELSE billing_steps_cost(price.step_prices, one.steps::numeric[], price.per)
                END ORDER BY one.place
            ) INTO amounts
            FROM unnest(amounts, price_ids, steps) WITH ORDINALITY AS one (amount, price_id, steps, place)
            LEFT JOIN billing_price AS price ON price.id = one.price_id;
        END IF;
    END IF;
    billed_months := ARRAY(SELECT billing_hold_open(used.month) FROM unnest(used_months) AS used (month));

    -- Within a month the partition's own index refuses the same id; it is looked for in the months near by. A batch of
    -- several months looks everywhere, and at itself: what bears an id of its own member once more is not stored. Nothing
    -- lies later than five minutes from now, so months to come are not asked.
    until := least(
        until, greatest(billing_take_usage.at + interval '5 minutes', until - late_limit) + interval '1 microsecond'
    );
    own_since := since;
    own_until := since;
    IF cardinality(used_months) = 1 THEN
        own_since := used_months[1]::timestamp AT TIME ZONE 'Asia/Seoul';
        own_until := (used_months[1] + interval '1 month') AT TIME ZONE 'Asia/Seoul';
    ELSE
        again := ARRAY(
            SELECT one.place FROM (
                SELECT place, row_number() OVER (PARTITION BY member_id, id ORDER BY place) AS turn
                FROM unnest(members, ids, refusals) WITH ORDINALITY AS one (member_id, id, refusal, place)
                WHERE refusal IS NULL
            ) AS one WHERE one.turn > 1
        );
    END IF;

    WITH stored AS (
        INSERT INTO billing_usageevent (
            occurred_at, member_id, event_id, meter_id, price_id, api_key_id, batch_id, quantity, amount, dimensions,
            steps
        )
        SELECT one.instant, one.member_id, one.id, one.meter_id, one.price_id, one.key_id, this_batch, one.quantity,
            one.amount, one.dimensions, one.steps::numeric[]
        FROM unnest(
            instants, members, ids, meter_ids, price_ids, key_ids, quantities, amounts, dimensions, refusals, steps
        ) WITH ORDINALITY AS one (
            instant, member_id, id, meter_id, price_id, key_id, quantity, amount, dimensions, refusal, steps, place
        )
        WHERE one.refusal IS NULL AND one.place <> ALL (again) AND NOT EXISTS (
            SELECT FROM billing_usageevent AS other
            WHERE other.occurred_at >= since AND other.occurred_at < own_since AND other.member_id = one.member_id
                AND hashtextextended(other.event_id, 0) = hashtextextended(one.id, 0) AND other.event_id = one.id
                AND other.occurred_at <> one.instant
        ) AND NOT EXISTS (
            SELECT FROM billing_usageevent AS other
            WHERE other.occurred_at >= own_until AND other.occurred_at < until AND other.member_id = one.member_id
                AND hashtextextended(other.event_id, 0) = hashtextextended(one.id, 0) AND other.event_id = one.id
                AND other.occurred_at <> one.instant
        )
        ORDER BY one.member_id, one.id, one.place
        ON CONFLICT DO NOTHING
        RETURNING occurred_at, member_id, meter_id, price_id, api_key_id, quantity, amount, billing_usageevent.steps
    ), tally AS (
        INSERT INTO billing_usagetally (
            batch_id, number, member_id, hour, billing_month, meter_id, price_id, api_key_id, events, quantity, amount,
            latest
        )
        SELECT this_batch, row_number() OVER (), stored.member_id, date_trunc('hour', stored.occurred_at), billed.month,
            stored.meter_id, stored.price_id, stored.api_key_id, count(*), sum(stored.quantity), sum(stored.amount),
            max(stored.occurred_at)
        FROM stored JOIN unnest(used_months, billed_months) AS billed (used, month)
            ON billed.used = date_trunc('month', stored.occurred_at AT TIME ZONE 'Asia/Seoul')
        GROUP BY stored.member_id, date_trunc('hour', stored.occurred_at), billed.month, stored.meter_id,
            stored.price_id, stored.api_key_id
        RETURNING price_id, billing_usagetally.events, amount
    ), counted AS (
        SELECT one.events, billing_count_steps(one.member_id, one.price_id, one.used, billed.month, one.quantities)
        FROM (
            SELECT stored.member_id, stored.price_id,
                date_trunc('month', stored.occurred_at AT TIME ZONE 'Asia/Seoul')::date AS used, count(*) AS events,
                billing_sum_steps(stored.steps) AS quantities
            FROM stored WHERE stored.steps IS NOT NULL GROUP BY 1, 2, 3
        ) AS one JOIN unnest(used_months, billed_months) AS billed (used, month) ON billed.used = one.used
    ), cost AS (
        SELECT price.currency, sum(tally.events) AS events, sum(tally.amount) AS amount
        FROM tally JOIN billing_price AS price ON price.id = tally.price_id GROUP BY price.currency
    )
    SELECT coalesce(sum(cost.events), 0), jsonb_object_agg(cost.currency, cost.amount::text),
        (SELECT sum(counted.events) FROM counted)
    INTO events, costs, stored_stepped FROM cost;
    -- somebody else has brought one of the ids this very moment for another use, and later ones would have left its places
    -- free: nothing is taken, and whoever asks again hears of the conflict
    IF stepped <> coalesce(stored_stepped, 0) THEN
        RAISE EXCEPTION 'an id of the batch is just being taken' USING ERRCODE = 'serialization_failure';
    END IF;

    IF events > 0 THEN
        INSERT INTO billing_usagebatch (id, public_id, key, at, events, amount, moved)
        VALUES (this_batch, kernel_new_id(), left(batch_key, 200), billing_take_usage.at, billing_take_usage.events, costs, (
            SELECT coalesce(string_agg(format('%s→%s', to_char(used, 'YYYY-MM'), to_char(month, 'YYYY-MM')), ' ' ORDER BY used), '')
            FROM unnest(used_months, billed_months) AS billed (used, month) WHERE used <> month
        ))
        RETURNING public_id INTO batch;
    END IF;

    -- Of what was not stored the reason is told; whatever is no repeat in every word contradicts what is there.
    SELECT array_agg(told.place ORDER BY told.place), array_agg(told.code ORDER BY told.place) INTO places, codes
    FROM (
        SELECT one.place, CASE
            WHEN one.refusal IS NOT NULL THEN one.refusal
            WHEN (there.occurred_at, there.meter_id, there.quantity, there.api_key_id, there.dimensions, there.chosen)
                IS DISTINCT FROM (
                    one.instant, one.meter_id, one.quantity, one.key_id, one.dimensions,
                    coalesce(one.add_ons::text[], '{}')
                ) THEN 'id_conflict'
            WHEN there.batch_id <> this_batch OR one.turn > 1 THEN 'duplicate'
        END AS code
        FROM (
            SELECT *, row_number() OVER (PARTITION BY member_id, id, refusal IS NULL ORDER BY place) AS turn
            FROM unnest(instants, members, ids, meter_ids, key_ids, quantities, dimensions, add_ons, refusals)
                WITH ORDINALITY AS one (
                    instant, member_id, id, meter_id, key_id, quantity, dimensions, add_ons, refusal, place
                )
        ) AS one
        LEFT JOIN LATERAL (
            SELECT other.*, price.chosen FROM billing_usageevent AS other
            JOIN billing_price AS price ON price.id = other.price_id
            WHERE one.refusal IS NULL AND other.occurred_at >= since AND other.occurred_at < until
                AND other.member_id = one.member_id
                AND hashtextextended(other.event_id, 0) = hashtextextended(one.id, 0) AND other.event_id = one.id
            ORDER BY other.occurred_at = one.instant DESC LIMIT 1
        ) AS there ON true
        WHERE events < cardinality(ids)
    ) AS told WHERE told.code IS NOT NULL;
END
$$;
