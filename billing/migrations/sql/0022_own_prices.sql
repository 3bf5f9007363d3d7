-- What a member's free trial of a service means for a use at an instant (upstage/17.2, 17.3): `free` while it lasts,
-- `over` after its end until the member has agreed to pay – whatever is used then is free, and new use is refused – and
-- null where there is none, or use is paid.
CREATE FUNCTION billing_trial_state(of_service bigint, of_member bigint, at timestamptz) RETURNS text LANGUAGE sql STABLE
AS $$
    SELECT CASE WHEN billing_trial_state.at < trial.ends_at THEN 'free' ELSE 'over' END
    FROM billing_trial AS trial
    WHERE trial.member_id = of_member AND trial.service_id = of_service AND trial.starts_at <= billing_trial_state.at
        AND (trial.paid_at IS NULL OR billing_trial_state.at < trial.paid_at)
$$;

-- The price that a use of a member is rated at (upstage/17.2, 18.1, 18.5): the price of the list, or that price with the
-- add-ons that were chosen, in a free trial, or less a promotion. Null where an add-on is not one of the price.
--
-- Looked for only where add-ons were chosen or the service has prices of members' own (`billing_service.has_own_prices`).
-- Such a price is a row of its own, made when it is first needed: whatever comes after – sums, charges, invoices,
-- corrections – goes by prices, and need not know of add-ons (docs/adr/0019-own-prices-are-prices.md).
-- `chosen` comes sorted, each once; `own_service` is the service where it has such prices.
CREATE FUNCTION billing_own_price(
    listed bigint, of_member bigint, at timestamptz, chosen text[], own_service bigint
) RETURNS bigint LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    day date := (billing_own_price.at AT TIME ZONE 'Asia/Seoul')::date;
    tried boolean := false;
    promoted bigint;
    found bigint;
BEGIN
    chosen := coalesce(chosen, '{}');
    IF own_service IS NOT NULL THEN
        tried := billing_trial_state(own_service, of_member, billing_own_price.at) IS NOT NULL;
        IF NOT tried THEN
            -- of several the one that gives most
            SELECT promotion.id INTO promoted
            FROM billing_promotionjoined AS joined JOIN billing_pricepromotion AS promotion
                ON promotion.id = joined.promotion_id
            WHERE joined.member_id = of_member AND joined.joined_at <= billing_own_price.at
                AND day BETWEEN promotion.starts_on AND promotion.ends_on AND EXISTS (
                    SELECT FROM billing_pricepromotion_services AS within
                    WHERE within.service_id = own_service AND within.pricepromotion_id = promotion.id
                )
            ORDER BY promotion.percent DESC, promotion.id LIMIT 1;
        END IF;
    END IF;
    IF chosen = '{}' AND NOT tried AND promoted IS NULL THEN
        RETURN listed;
    END IF;
    SELECT price.id INTO found FROM billing_price AS price
    WHERE price.base_id = listed AND price.chosen = billing_own_price.chosen AND price.is_trial = tried
        AND price.promotion_id IS NOT DISTINCT FROM promoted;
    IF found IS NULL AND (
        SELECT count(*) FROM billing_addon AS one WHERE one.price_id = listed AND one.code = ANY (chosen)
    ) = cardinality(chosen) THEN
        found := billing_make_own_price(listed, chosen, tried, promoted);
    END IF;
    RETURN found;
END
$$;

-- Make such a price with its parts, each with what it adds to the price of the list; one maker at a time, so that two
-- never wait for each other.
CREATE FUNCTION billing_make_own_price(listed bigint, chosen text[], tried boolean, promoted bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('billing_make_own_price', 0));
    WITH base AS (
        SELECT * FROM billing_price WHERE id = listed
    ), wanted AS (
        SELECT 1 AS place, one.code, 'add_on' AS kind, one.name_ko AS ko, one.name_en AS en,
            -- exact: no division
            CASE one.kind WHEN 'percent' THEN base.unit_price * one.value * 0.01 ELSE one.value END AS price,
            CASE one.kind WHEN 'percent' THEN one.value END AS percent
        FROM base JOIN billing_addon AS one ON one.price_id = base.id
        WHERE one.code = ANY (billing_make_own_price.chosen)
    ), subtotal AS (
        SELECT base.unit_price + (SELECT coalesce(sum(price), 0) FROM wanted) AS price FROM base
    ), part AS (
        SELECT 0 AS place, '' AS code, 'usage' AS kind, '단가' AS ko, 'Price' AS en, base.unit_price AS price,
            NULL::numeric AS percent FROM base
        UNION ALL SELECT * FROM wanted
        UNION ALL SELECT 2, promotion.code, 'promotion', promotion.name_ko, promotion.name_en,
            -subtotal.price * promotion.percent * 0.01, -promotion.percent
        FROM billing_pricepromotion AS promotion, subtotal WHERE promotion.id = promoted
        UNION ALL SELECT 3, '', 'trial', '무료 체험', 'Free trial', -subtotal.price, -100 FROM subtotal WHERE tried
    )
    INSERT INTO billing_price (
        meter_id, currency, unit_price, per, effective_on, set_at, set_by_id, reason, base_id, chosen, promotion_id,
        is_trial, parts, label_ko, label_en
    )
    SELECT base.meter_id, base.currency, whole.price, base.per, base.effective_on, base.set_at, base.set_by_id,
        base.reason, base.id, billing_make_own_price.chosen, promoted, tried, whole.parts, left(whole.ko, 100),
        left(whole.en, 100)
    FROM base, (
        SELECT sum(part.price) AS price, string_agg(part.ko, ', ' ORDER BY place, code) FILTER (WHERE place > 0) AS ko,
            string_agg(part.en, ', ' ORDER BY place, code) FILTER (WHERE place > 0) AS en,
            jsonb_agg(jsonb_build_object(
                'kind', part.kind, 'code', part.code, 'ko', part.ko, 'en', part.en,
                'price', trim_scale(part.price)::text, 'percent', trim_scale(part.percent)::text
            ) ORDER BY place, code) AS parts
        FROM part
    ) AS whole
    ON CONFLICT DO NOTHING;
    SELECT price.id INTO found FROM billing_price AS price
    WHERE price.base_id = listed AND price.chosen = billing_make_own_price.chosen AND price.is_trial = tried
        AND price.promotion_id IS NOT DISTINCT FROM promoted;
    RETURN found;
END
$$;
