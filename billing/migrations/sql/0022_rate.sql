-- As 0006_charge.sql, by the price that the member has with the add-ons that were chosen.
DROP FUNCTION billing_rate(bigint, uuid, text, text, numeric, uuid, boolean, timestamptz);
-- Rate a use at the price of its KST day (upstage/17.1, 18.1), and look whether the member may use the service now.
-- The member is named by either id. `must_be_open` is false where what was reserved before is used (upstage/11.3).
-- Refusals: not_found, no_price, closed (not active, or restricted; accounts.queries.standing says by what),
-- unknown_add_on, and not_agreed where a free trial is over and the member has not agreed to pay (upstage/17.3).
-- No price is added until the transaction ends: `catalogue.set_price` waits for it, and it for that.
CREATE FUNCTION billing_rate(
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
                AND (restriction.scope = 'all' OR price.unit_price > 0)
        ) AS is_restricted,
        EXISTS (
            SELECT FROM billing_paymentagreement AS agreement
            WHERE agreement.member_id = member.id AND agreement.ended_at IS NULL AND agreement.mode = 'postpaid'
        ) AS is_postpaid
    INTO seen
    FROM accounts_member AS member
    LEFT JOIN LATERAL (
        SELECT price.id, price.meter_id, price.unit_price, price.per,
            CASE WHEN service.has_own_prices THEN service.id END AS own_service
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
        SELECT price.id, price.unit_price, price.per, price.is_trial INTO own FROM billing_price AS price
        WHERE price.id = own_price;
        rated.refusal := CASE
            WHEN own.id IS NULL THEN 'unknown_add_on'
            WHEN must_be_open AND own.is_trial
                AND billing_trial_state(seen.own_service, seen.id, billing_rate.at) = 'over' THEN 'not_agreed'
        END;
        seen.price_id := own.id;
        seen.unit_price := own.unit_price;
        seen.per := own.per;
        -- what costs nothing is closed only to whom everything is
        seen.is_restricted := seen.is_restricted AND (own.unit_price > 0 OR EXISTS (
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
    -- cut after 6 decimals exactly: div() is whole-number division, whatever the digits (rules/rating.py)
    rated.amount := div(billing_rate.quantity * seen.unit_price * 1000000, seen.per) * 0.000001;
    rated.is_postpaid := seen.is_postpaid;
    rated.is_news := seen.is_news;
    RETURN rated;
END
$$;

-- As 0014_charge.sql, with the add-ons of the use.
DROP FUNCTION billing_charge(
    bytea, text, text, text, text, timestamptz, bigint, uuid, text, text, numeric, uuid, text, timestamptz, uuid, text[],
    timestamptz, bigint, boolean
);
CREATE FUNCTION billing_charge(
    caller bytea, caller_scope text, scope text, key text, fingerprint text, kept_since timestamptz, of_member bigint,
    named uuid, service text, meter text, quantity numeric, api_key uuid, name text, since timestamptz, charge uuid,
    clauses text[], at timestamptz, by_id bigint, limit_asked boolean, add_ons text[], OUT outcome text, OUT facts jsonb
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    day date := (billing_charge.at AT TIME ZONE 'Asia/Seoul')::date;
    wanted date := date_trunc('month', day)::date;
    month date;
    before record;
    rated billing_rated;
    seen record;
    claimed numeric;
    burned record;
BEGIN
    IF caller IS NOT NULL THEN
        PERFORM FROM accounts_apikey AS one
        WHERE one.sha256 = caller AND one.revoked_at IS NULL AND caller_scope = ANY (one.scopes)
            AND (one.expires_at IS NULL OR one.expires_at > billing_charge.at);
        IF NOT FOUND THEN
            outcome := 'caller';
            RETURN;
        END IF;
    END IF;
    IF key IS NOT NULL THEN
        before := kernel_first_answer(scope, key, fingerprint, kept_since);
        IF before.state <> 'new' THEN
            outcome := before.state;
            facts := before.body;
            RETURN;
        END IF;
    END IF;
    IF to_regclass('billing_usageevent_' || to_char(wanted, 'YYYYMM')) IS NULL THEN
        outcome := 'no_partition';
        RETURN;
    END IF;
    rated := billing_rate(of_member, named, service, meter, quantity, api_key, true, billing_charge.at, add_ons);
    IF rated.refusal IS NOT NULL THEN
        outcome := rated.refusal;
        RETURN;
    END IF;
    LOCK TABLE billing_billingmonth IN ROW SHARE MODE;
    SELECT name IS NOT NULL AND billing_has_use(rated.member_id, name, since) AS has_use,
        NOT limit_asked AND EXISTS (
            SELECT FROM billing_ownlimits AS own WHERE own.member_id = rated.member_id AND own.hard IS NOT NULL
        ) AS has_limit,
        EXISTS (
            SELECT FROM billing_billingmonth AS one WHERE one.month = wanted AND one.closing_at IS NULL
        ) AS is_open
    INTO seen;
    IF seen.has_use THEN
        outcome := 'taken';
        RETURN;
    ELSIF seen.has_limit THEN
        outcome := 'limited';
        facts := jsonb_build_object('member_id', rated.member_id, 'amount', rated.amount::text);
        RETURN;
    END IF;
    IF rated.is_news THEN
        UPDATE accounts_member SET last_used_on = day WHERE id = rated.member_id;
    END IF;
    month := CASE WHEN seen.is_open THEN wanted ELSE billing_hold_open(day) END;
    claimed := billing_claimed(rated.member_id);
    burned := credits_burn(
        charge, rated.member_id, rated.amount, rated.is_postpaid, claimed, clauses, '', billing_charge.at, by_id
    );
    IF burned.refused THEN
        outcome := 'insufficient';
        facts := jsonb_build_object('amount', rated.amount::text, 'available', (burned.available - claimed)::text);
        RETURN;
    END IF;
    PERFORM billing_write_charge(rated, charge, coalesce(name, charge::text), burned.taken, month, billing_charge.at);
    outcome := 'charged';
    facts := jsonb_build_object(
        'charge', charge, 'member', rated.member, 'currency', rated.currency, 'quantity', rated.quantity::text,
        'amount', rated.amount::text, 'burned', burned.taken::text, 'owed', burned.owed::text,
        'balance', burned.balance::text, 'available', (burned.available - claimed)::text,
        'lots', to_jsonb(coalesce(burned.lots, '{}')), 'kinds', to_jsonb(coalesce(burned.kinds, '{}')),
        'amounts', to_jsonb(coalesce(burned.amounts, '{}')::text[]), 'at', billing_charge.at
    );
    IF key IS NOT NULL THEN
        INSERT INTO kernel_idempotencyrecord (scope, key, fingerprint, status, body, at)
        VALUES (scope, key, fingerprint, 201, facts, billing_charge.at);
    END IF;
END
$$;
