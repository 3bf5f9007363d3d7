-- As 0022_rate.sql and 0006_charge.sql, and a use at a price with steps is told by step.
ALTER TYPE billing_rated ADD ATTRIBUTE steps numeric[];

-- Rate a use at the price of its KST day (upstage/17.1, 18.1), and look whether the member may use the service now.
-- The member is named by either id. `must_be_open` is false where what was reserved before is used (upstage/11.3).
-- Refusals: not_found, no_price, closed (not active, or restricted; accounts.queries.standing says by what),
-- unknown_add_on, and not_agreed where a free trial is over and the member has not agreed to pay (upstage/17.3).
-- Where the price has steps its member stays locked, so that no other use takes the same places (0030_steps.sql).
-- No price is added until the transaction ends: `catalogue.set_price` waits for it, and it for that.
CREATE OR REPLACE FUNCTION billing_rate(
    of_member bigint, named uuid, service text, meter text, quantity numeric, api_key uuid, must_be_open boolean,
    at timestamptz, add_ons text[]
) RETURNS billing_rated LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    day date := (billing_rate.at AT TIME ZONE 'Asia/Seoul')::date;
    seen record;
    rated billing_rated;
    own_price bigint;
    own record;
BEGIN
    LOCK TABLE billing_price IN ROW SHARE MODE;
    SELECT member.id, member.public_id, member.status, member.currency,
        coalesce(member.last_used_on < day, true) AS is_news, price.id AS price_id, price.meter_id, price.unit_price,
        price.per, price.own_service,
        (SELECT key.id FROM accounts_apikey AS key
            WHERE key.public_id = billing_rate.api_key AND key.member_id = member.id) AS api_key_id,
        EXISTS (
            SELECT FROM accounts_restriction AS restriction
            WHERE restriction.member_id = member.id AND restriction.starts_at <= billing_rate.at
                AND (restriction.lifted_at IS NULL OR restriction.lifted_at > billing_rate.at)
                AND (restriction.ends_at IS NULL OR restriction.ends_at > billing_rate.at)
                AND (restriction.scope = 'all' OR price.unit_price > 0 OR price.has_steps)
        ) AS is_restricted,
        EXISTS (
            SELECT FROM billing_paymentagreement AS agreement
            WHERE agreement.member_id = member.id AND agreement.ended_at IS NULL AND agreement.mode = 'postpaid'
        ) AS is_postpaid
    INTO seen
    FROM accounts_member AS member
    LEFT JOIN LATERAL (
        SELECT price.id, price.meter_id, price.unit_price, price.per,
            CASE WHEN service.has_own_prices THEN service.id END AS own_service, service.has_steps
        FROM billing_service AS service
        JOIN billing_meter AS meter ON meter.service_id = service.id
        JOIN billing_price AS price ON price.meter_id = meter.id
        WHERE service.code = billing_rate.service AND meter.code = billing_rate.meter
            AND price.currency = member.currency AND price.effective_on <= day AND price.base_id IS NULL
        ORDER BY price.effective_on DESC LIMIT 1
    ) AS price ON true
    WHERE member.id = coalesce(
        of_member, (SELECT one.id FROM accounts_member AS one WHERE one.public_id = billing_rate.named)
    );
    IF seen.price_id IS NOT NULL AND (seen.own_service IS NOT NULL OR add_ons <> '{}') THEN
        own_price := billing_own_price(seen.price_id, seen.id, billing_rate.at, add_ons, seen.own_service);
        SELECT price.id, price.unit_price, price.per, price.is_trial, price.step_starts, price.step_prices INTO own
        FROM billing_price AS price
        WHERE price.id = own_price;
        rated.refusal := CASE
            WHEN own.id IS NULL THEN 'unknown_add_on'
            WHEN must_be_open AND own.is_trial
                AND billing_trial_state(seen.own_service, seen.id, billing_rate.at) = 'over' THEN 'not_agreed'
        END;
        IF own.step_starts IS NOT NULL THEN
            PERFORM FROM accounts_member AS member WHERE member.id = seen.id FOR NO KEY UPDATE;
            rated.steps := billing_fill_steps(
                own.step_starts, billing_used_steps(seen.id, seen.price_id, date_trunc('month', day)::date),
                billing_rate.quantity
            );
            rated.amount := billing_steps_cost(own.step_prices, rated.steps, own.per);
        END IF;
        seen.price_id := own.id;
        seen.unit_price := own.unit_price;
        seen.per := own.per;
        -- what costs nothing is closed only to whom everything is
        seen.is_restricted := seen.is_restricted AND (coalesce(rated.amount, own.unit_price) > 0 OR EXISTS (
            SELECT FROM accounts_restriction AS restriction
            WHERE restriction.member_id = seen.id AND restriction.starts_at <= billing_rate.at
                AND (restriction.lifted_at IS NULL OR restriction.lifted_at > billing_rate.at)
                AND (restriction.ends_at IS NULL OR restriction.ends_at > billing_rate.at) AND restriction.scope = 'all'
        ));
    END IF;
    rated.refusal := CASE
        WHEN seen.id IS NULL OR billing_rate.api_key IS NOT NULL AND seen.api_key_id IS NULL THEN 'not_found'
        WHEN must_be_open AND (seen.status <> 'active' OR seen.is_restricted) THEN 'closed'
        WHEN rated.refusal IS NOT NULL THEN rated.refusal
        WHEN seen.price_id IS NULL THEN 'no_price'
    END;
    rated.member_id := seen.id;
    rated.member := seen.public_id;
    rated.currency := seen.currency;
    rated.meter_id := seen.meter_id;
    rated.price_id := seen.price_id;
    rated.api_key_id := seen.api_key_id;
    rated.quantity := billing_rate.quantity;
    IF rated.steps IS NULL THEN
        -- cut after 6 decimals exactly: div() is whole-number division, whatever the digits (rules/rating.py)
        rated.amount := div(billing_rate.quantity * seen.unit_price * 1000000, seen.per) * 0.000001;
    END IF;
    rated.is_postpaid := seen.is_postpaid;
    rated.is_news := seen.is_news;
    RETURN rated;
END
$$;

-- Write down one use that was charged by itself: the event, its charge, and the sums by hour and day (upstage/2.7, 8.3);
-- and at a price with steps, by step.
CREATE OR REPLACE FUNCTION billing_write_charge(
    rated billing_rated, charge uuid, name text, burned numeric, billing_month date, at timestamptz
) RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    day date := (billing_write_charge.at AT TIME ZONE 'Asia/Seoul')::date;
    settlement bigint;
    batch bigint;
BEGIN
    INSERT INTO billing_settlement (public_id, at, batches, events)
    VALUES (kernel_new_id(), billing_write_charge.at, 1, 1) RETURNING id INTO settlement;
    INSERT INTO billing_usagebatch (public_id, key, at, events, amount, moved, settlement_id)
    VALUES (kernel_new_id(), 'charge:' || name, billing_write_charge.at, 1,
        jsonb_build_object(rated.currency, rated.amount::text), '', settlement) RETURNING id INTO batch;
    INSERT INTO billing_usageevent (
        occurred_at, member_id, event_id, meter_id, price_id, api_key_id, batch_id, quantity, amount, steps
    ) VALUES (
        billing_write_charge.at, rated.member_id, name, rated.meter_id, rated.price_id, rated.api_key_id, batch,
        rated.quantity, rated.amount, rated.steps
    );
    IF rated.steps IS NOT NULL THEN
        PERFORM billing_count_steps(
            rated.member_id, rated.price_id, date_trunc('month', day)::date, billing_write_charge.billing_month,
            rated.steps
        );
    END IF;
    INSERT INTO billing_charge (
        public_id, member_id, settlement_id, meter_id, price_id, api_key_id, day, billing_month, events, quantity,
        amount, burned, owed, currency, at
    ) VALUES (
        charge, rated.member_id, settlement, rated.meter_id, rated.price_id, rated.api_key_id, day,
        billing_write_charge.billing_month, 1, rated.quantity, rated.amount, billing_write_charge.burned,
        rated.amount - billing_write_charge.burned, rated.currency, billing_write_charge.at
    );
    INSERT INTO billing_usagehour AS total (
        member_id, hour, meter_id, price_id, api_key_id, events, quantity, amount
    ) VALUES (
        rated.member_id, date_trunc('hour', billing_write_charge.at), rated.meter_id, rated.price_id, rated.api_key_id,
        1, rated.quantity, rated.amount
    )
    ON CONFLICT (member_id, hour, meter_id, price_id, api_key_id) DO UPDATE SET
        events = total.events + 1, quantity = total.quantity + excluded.quantity,
        amount = total.amount + excluded.amount;
    INSERT INTO billing_usageday AS total (
        member_id, day, meter_id, price_id, api_key_id, billing_month, currency, events, quantity, amount, burned, owed
    ) VALUES (
        rated.member_id, day, rated.meter_id, rated.price_id, rated.api_key_id, billing_write_charge.billing_month,
        rated.currency, 1, rated.quantity, rated.amount, billing_write_charge.burned,
        rated.amount - billing_write_charge.burned
    )
    ON CONFLICT (member_id, day, meter_id, price_id, api_key_id, billing_month) DO UPDATE SET
        events = total.events + 1, quantity = total.quantity + excluded.quantity,
        amount = total.amount + excluded.amount, burned = total.burned + excluded.burned,
        owed = total.owed + excluded.owed;
END
$$;
