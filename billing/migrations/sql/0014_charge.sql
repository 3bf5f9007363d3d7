-- As billing_charge of before, and the caller's key is looked at by the same call: `caller` is the hash of its secret, and
-- must be live at `at` and open `caller_scope`; without one the caller is known already. Outcome `caller` where it is not.
--
-- The month is held open by the lock of its table that a close waits for (services/closing.py), and not by a lock of its
-- row, which every charge of the month would write; what is asked of the member is asked by few statements, for each
-- costs more to begin than to answer.
DROP FUNCTION billing_charge(
    text, text, text, timestamptz, bigint, uuid, text, text, numeric, uuid, text, timestamptz, uuid, text[], timestamptz,
    bigint, boolean
);
CREATE FUNCTION billing_charge(
    caller bytea, caller_scope text, scope text, key text, fingerprint text, kept_since timestamptz, of_member bigint,
    named uuid, service text, meter text, quantity numeric, api_key uuid, name text, since timestamptz, charge uuid,
    clauses text[], at timestamptz, by_id bigint, limit_asked boolean, OUT outcome text, OUT facts jsonb
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
    rated := billing_rate(of_member, named, service, meter, quantity, api_key, true, billing_charge.at);
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
