-- Whether the next unit of any meter of a service costs a member something: of a price with steps, in the month's next free
-- place (0030_steps.sql). It is a question of the gate, and asked of services that have such prices alone.
CREATE FUNCTION billing_next_costs(of_service bigint, of_member bigint, of_currency text, day date) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT bool_or(CASE
        WHEN newest.step_starts IS NULL THEN newest.unit_price > 0
        ELSE 0 < (
            SELECT sum(price) FROM unnest(newest.step_prices, billing_fill_steps(
                newest.step_starts, billing_used_steps(of_member, newest.id, date_trunc('month', day)::date), 0.000001
            )) AS step (price, quantity) WHERE quantity > 0
        )
    END)
    FROM billing_meter AS meter CROSS JOIN LATERAL (
        SELECT price.* FROM billing_price AS price
        WHERE price.meter_id = meter.id AND price.currency = of_currency AND price.effective_on <= day
            AND price.base_id IS NULL
        ORDER BY price.effective_on DESC LIMIT 1
    ) AS newest
    WHERE meter.service_id = of_service
$$;

-- May a key call a service at an instant? Caller, key, membership, restrictions, terms, price and balance by one call, and
-- all from one snapshot (billing/queries/access.py, which says what each field is). What nearly nobody has – a restriction,
-- an open hold, a hard limit of one's own, a trial – is looked into only where it is there: a relation costs more to open than to
-- find empty. Null unless the caller's key is live; `member` and all after it are null unless the key that is asked about is.
--
-- Which restriction closes the service, and which is the weightiest, has to come out as Standing.closing says it does.
-- Agreement is to a document in any version (accounts.queries.missing_consents): silence extends it to the next (4.4).
-- What is available is balance(...).available (credits/queries/balances.py), what was spent billing/queries/limits.py.
CREATE OR REPLACE FUNCTION billing_access(
    caller bytea, secret bytea, service text, scope text, noted_since timestamptz, at timestamptz
) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_variable
DECLARE
    day date := (at AT TIME ZONE 'Asia/Seoul')::date;
    month date;
    seen record;
    costs_credits boolean;
    tried text;
    closed jsonb;
    available numeric;
    is_at_limit boolean := false;
BEGIN
    SELECT asking.public_id AS caller, asking.last_used_at > noted_since AND scope = ANY (asking.scopes) AS may_ask,
        member.id, member.public_id, member.status, member.currency,
        offered.id AS service_id, offered.has_own_prices, offered.has_steps,
        coalesce(offered.is_listed AND coalesce(offered.offered_until >= day, true), false) AS is_offered, (
            SELECT bool_or(newest.unit_price > 0) FROM billing_meter AS meter CROSS JOIN LATERAL (
                SELECT price.unit_price FROM billing_price AS price
                WHERE price.meter_id = meter.id AND price.currency = member.currency AND price.effective_on <= day
                    AND price.base_id IS NULL
                ORDER BY price.effective_on DESC LIMIT 1
            ) AS newest
            WHERE meter.service_id = offered.id
        ) AS costs_credits, EXISTS (
            SELECT FROM accounts_version AS version JOIN accounts_document AS document ON document.id = version.document_id
            WHERE document.required_of = 'member' AND version.published_at <= at AND version.effective_on <= day
                AND NOT EXISTS (
                    SELECT FROM accounts_consent AS consent
                    JOIN accounts_version AS agreed ON agreed.id = consent.version_id
                    WHERE consent.member_id = member.id AND agreed.document_id = document.id
                        AND consent.mode IN ('explicit', 'deemed') AND consent.at <= at
                )
        ) AS lacks_consent, EXISTS (
            SELECT FROM billing_paymentagreement AS agreement
            WHERE agreement.member_id = member.id AND agreement.ended_at IS NULL AND agreement.mode = 'postpaid'
        ) AS is_postpaid, EXISTS (
            SELECT FROM accounts_restriction AS restriction WHERE restriction.member_id = member.id
        ) AS has_restrictions, EXISTS (
            SELECT FROM credits_hold AS hold
            WHERE hold.member_id = member.id AND hold.state = 'open' AND hold.expires_at > at
        ) AS has_holds, (
            SELECT own.hard FROM billing_ownlimits AS own WHERE own.member_id = member.id
        ) AS hard, (
            SELECT coalesce(sum(lot.remaining), 0) FROM credits_lot AS lot
            WHERE lot.member_id = member.id AND NOT lot.spent AND lot.expires_at > at
        ) - (
            SELECT coalesce(sum(tally.amount), 0) FROM billing_usagetally AS tally WHERE tally.member_id = member.id
        ) AS unheld
    INTO seen
    FROM accounts_apikey AS asking
    LEFT JOIN (accounts_apikey AS key JOIN accounts_member AS member ON member.id = key.member_id)
        ON key.sha256 = secret AND key.revoked_at IS NULL AND (key.expires_at IS NULL OR key.expires_at > at)
    LEFT JOIN billing_service AS offered ON offered.code = service
    WHERE asking.sha256 = caller AND asking.revoked_at IS NULL AND (asking.expires_at IS NULL OR asking.expires_at > at);
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    available := seen.unheld;
    costs_credits := seen.costs_credits;
    IF seen.has_own_prices THEN
        tried := billing_trial_state(seen.service_id, seen.id, at);
        IF seen.has_steps AND costs_credits IS NOT NULL AND tried IS NULL THEN
            costs_credits := billing_next_costs(seen.service_id, seen.id, seen.currency, day);
        END IF;
        costs_credits := CASE WHEN costs_credits IS NOT NULL THEN costs_credits AND tried IS NULL END;
    END IF;
    IF seen.has_restrictions THEN
        SELECT jsonb_build_object('clauses', restriction.clauses, 'until', restriction.ends_at) INTO closed
        FROM accounts_restriction AS restriction
        WHERE restriction.member_id = seen.id AND restriction.starts_at <= at
            AND (restriction.lifted_at IS NULL OR restriction.lifted_at > at)
            AND (restriction.ends_at IS NULL OR restriction.ends_at > at)
            AND (restriction.scope = 'all' OR costs_credits)
        ORDER BY restriction.ends_at DESC NULLS FIRST, restriction.id DESC LIMIT 1;
    END IF;
    IF seen.has_holds THEN
        available := available - (
            SELECT coalesce(sum(reserved.amount), 0) FROM credits_hold AS hold
            JOIN credits_reservation AS reserved ON reserved.hold_id = hold.id AND reserved.amount > 0
            JOIN credits_lot AS lot ON lot.id = reserved.lot_id AND lot.expires_at > at
            WHERE hold.member_id = seen.id AND hold.state = 'open' AND hold.expires_at > at
        );
    END IF;
    IF seen.hard IS NOT NULL THEN
        month := date_trunc('month', day)::date;
        is_at_limit := seen.hard <= (
            SELECT coalesce(sum(used.amount), 0) FROM (
                SELECT sums.amount FROM billing_usageday AS sums
                WHERE sums.member_id = seen.id AND sums.day >= month AND sums.day < month + interval '1 month'
                UNION ALL
                SELECT tally.amount FROM billing_usagetally AS tally
                WHERE tally.member_id = seen.id AND tally.hour >= month::timestamp AT TIME ZONE 'Asia/Seoul'
                    AND tally.hour < (month + interval '1 month') AT TIME ZONE 'Asia/Seoul'
            ) AS used
        ) + (
            SELECT coalesce(sum(hold.amount), 0) FROM credits_hold AS hold
            WHERE hold.member_id = seen.id AND hold.state = 'open' AND hold.expires_at > at
        );
    END IF;
    RETURN ARRAY[
        'key_' || replace(seen.caller::text, '-', ''), seen.may_ask::text,
        'mem_' || replace(seen.public_id::text, '-', ''), seen.status, seen.currency, seen.lacks_consent::text,
        seen.is_offered::text, costs_credits::text, (tried = 'over')::text, (NOT seen.is_postpaid)::text,
        available::text, is_at_limit::text, closed::text
    ];
END
$$;
