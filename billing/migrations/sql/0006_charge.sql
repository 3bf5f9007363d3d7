-- A use as it is rated: what it costs whom, or why it is not possible (`refusal`; then the rest may be empty).
CREATE TYPE billing_rated AS (
    refusal text, member_id bigint, member uuid, currency text, meter_id bigint, price_id bigint, api_key_id bigint,
    quantity numeric, amount numeric, is_postpaid boolean, is_news boolean
);

-- Rate a use at the price of its KST day (upstage/17.1, 18.1), and look whether the member may use the service now.
-- The member is named by either id. `must_be_open` is false where what was reserved before is used (upstage/11.3).
-- Refusals: not_found, no_price, closed (not active, or restricted; accounts.queries.standing says by what).
-- No price is added until the transaction ends: `catalogue.set_price` waits for it, and it for that.
CREATE FUNCTION billing_rate(
    of_member bigint, named uuid, service text, meter text, quantity numeric, api_key uuid, must_be_open boolean,
    at timestamptz
) RETURNS billing_rated LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    day date := (billing_rate.at AT TIME ZONE 'Asia/Seoul')::date;
    seen record;
    rated billing_rated;
BEGIN
    LOCK TABLE billing_price IN ROW SHARE MODE;
    SELECT member.id, member.public_id, member.status, member.currency,
        coalesce(member.last_used_on < day, true) AS is_news, price.id AS price_id, price.meter_id, price.unit_price,
        price.per,
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
        SELECT price.id, price.meter_id, price.unit_price, price.per
        FROM billing_service AS service
        JOIN billing_meter AS meter ON meter.service_id = service.id
        JOIN billing_price AS price ON price.meter_id = meter.id
        WHERE service.code = billing_rate.service AND meter.code = billing_rate.meter
            AND price.currency = member.currency AND price.effective_on <= day
        ORDER BY price.effective_on DESC LIMIT 1
    ) AS price ON true
    WHERE member.id = coalesce(
        of_member, (SELECT one.id FROM accounts_member AS one WHERE one.public_id = billing_rate.named)
    );
    rated.refusal := CASE
        WHEN seen.id IS NULL OR billing_rate.api_key IS NOT NULL AND seen.api_key_id IS NULL THEN 'not_found'
        WHEN must_be_open AND (seen.status <> 'active' OR seen.is_restricted) THEN 'closed'
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

-- The open month that the use of a KST day goes on, held open until the transaction ends (services/months.py).
CREATE FUNCTION billing_hold_open(day date) RETURNS date LANGUAGE plpgsql AS $$
DECLARE
    wanted date := date_trunc('month', day)::date;
    seen record;
BEGIN
    LOOP
        SELECT one.month, one.closing_at INTO seen FROM billing_billingmonth AS one WHERE one.month = wanted FOR KEY SHARE;
        IF NOT FOUND THEN
            INSERT INTO billing_billingmonth (month) VALUES (wanted) ON CONFLICT DO NOTHING;
        ELSIF seen.closing_at IS NULL THEN
            RETURN wanted;
        ELSE
            wanted := (wanted + interval '1 month')::date;
        END IF;
    END LOOP;
END
$$;

-- Write down one use that was charged by itself: the event, its charge, and the sums by hour and day (upstage/2.7, 8.3).
CREATE FUNCTION billing_write_charge(
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
        occurred_at, member_id, event_id, meter_id, price_id, api_key_id, batch_id, quantity, amount
    ) VALUES (
        billing_write_charge.at, rated.member_id, name, rated.meter_id, rated.price_id, rated.api_key_id, batch,
        rated.quantity, rated.amount
    );
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

-- Whether the member has a use of this name since then: an index of each month finds it (0005_partitions.sql).
CREATE FUNCTION billing_has_use(of_member bigint, name text, since timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM billing_usageevent AS event
        WHERE event.member_id = of_member AND hashtextextended(event.event_id, 0) = hashtextextended(name, 0)
            AND event.event_id = name AND event.occurred_at >= since
    )
$$;

-- What of a member's credits is used already and not burned yet. The account is locked first: a settlement that is under
-- way is waited for, and then its usage is burned and no longer claimed.
CREATE FUNCTION billing_claimed(of_member bigint) RETURNS numeric LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM credits_account AS account WHERE account.member_id = of_member FOR NO KEY UPDATE;
    RETURN (
        SELECT coalesce(sum(tally.amount), 0) FROM billing_usagetally AS tally WHERE tally.member_id = of_member
    );
END
$$;

-- Charge one use at once, in one round trip: an answer given before, or the use rated, burned and written down, and the
-- answer kept with it (upstage/2.7, 15.3, 18.1).
--
-- Outcomes: `charged` and `first` (facts: what was charged now, or at first with this key), `other` and `running` (of
-- kernel_first_answer), those of billing_rate, `taken` (the member has a use of this name since `since`), `limited` (the member has set
-- a limit of their own: ask, and say `limit_asked`; facts: member_id, amount), `no_partition` (make it, and ask again),
-- `insufficient` (facts: amount, available). Of all but the first
-- nothing is kept. Locks are taken in the order of the house: members, months, accounts, sums.
CREATE FUNCTION billing_charge(
    scope text, key text, fingerprint text, kept_since timestamptz, of_member bigint, named uuid, service text,
    meter text, quantity numeric, api_key uuid, name text, since timestamptz, charge uuid, clauses text[],
    at timestamptz, by_id bigint, limit_asked boolean, OUT outcome text, OUT facts jsonb
) LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    before record;
    rated billing_rated;
    claimed numeric;
    burned record;
    month date;
BEGIN
    IF key IS NOT NULL THEN
        SELECT * INTO before FROM kernel_first_answer(scope, key, fingerprint, kept_since);
        IF before.state <> 'new' THEN
            outcome := before.state;
            facts := before.body;
            RETURN;
        END IF;
    END IF;
    IF to_regclass('billing_usageevent_' || to_char(billing_charge.at AT TIME ZONE 'Asia/Seoul', 'YYYYMM')) IS NULL THEN
        outcome := 'no_partition';
        RETURN;
    END IF;
    rated := billing_rate(of_member, named, service, meter, quantity, api_key, true, billing_charge.at);
    IF rated.refusal IS NOT NULL THEN
        outcome := rated.refusal;
        RETURN;
    ELSIF name IS NOT NULL AND billing_has_use(rated.member_id, name, since) THEN
        outcome := 'taken';
        RETURN;
    ELSIF NOT limit_asked AND EXISTS (
        SELECT FROM billing_ownlimits AS own WHERE own.member_id = rated.member_id AND own.hard IS NOT NULL
    ) THEN
        outcome := 'limited';
        facts := jsonb_build_object('member_id', rated.member_id, 'amount', rated.amount::text);
        RETURN;
    END IF;
    IF rated.is_news THEN
        UPDATE accounts_member SET last_used_on = (billing_charge.at AT TIME ZONE 'Asia/Seoul')::date
        WHERE id = rated.member_id;
    END IF;
    month := billing_hold_open((billing_charge.at AT TIME ZONE 'Asia/Seoul')::date);
    claimed := billing_claimed(rated.member_id);
    SELECT * INTO burned FROM credits_burn(
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
