-- As 0022_own_prices.sql, and where the price of the list has steps each part says what it adds in each of them.
-- Make such a price with its parts, each with what it adds to the price of the list; one maker at a time, so that two
-- never wait for each other.
CREATE OR REPLACE FUNCTION billing_make_own_price(listed bigint, chosen text[], tried boolean, promoted bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('billing_make_own_price', 0));
    WITH base AS (
        SELECT *, coalesce(step_prices, ARRAY[unit_price]) AS prices FROM billing_price WHERE id = listed
    ), step AS (
        SELECT one.number, one.price FROM base, unnest(base.prices) WITH ORDINALITY AS one (price, number)
    ), wanted AS (
        SELECT step.number, 1 AS place, one.code, 'add_on' AS kind, one.name_ko AS ko, one.name_en AS en,
            -- exact: no division
            CASE one.kind WHEN 'percent' THEN step.price * one.value * 0.01 ELSE one.value END AS price,
            CASE one.kind WHEN 'percent' THEN one.value END AS percent
        FROM step, billing_addon AS one
        WHERE one.price_id = listed AND one.code = ANY (billing_make_own_price.chosen)
    ), subtotal AS (
        SELECT step.number, step.price + coalesce(sum(wanted.price), 0) AS price
        FROM step LEFT JOIN wanted ON wanted.number = step.number GROUP BY step.number, step.price
    ), part AS (
        SELECT number, 0 AS place, '' AS code, 'usage' AS kind, '단가' AS ko, 'Price' AS en, price,
            NULL::numeric AS percent FROM step
        UNION ALL SELECT * FROM wanted
        UNION ALL SELECT subtotal.number, 2, promotion.code, 'promotion', promotion.name_ko, promotion.name_en,
            -subtotal.price * promotion.percent * 0.01, -promotion.percent
        FROM billing_pricepromotion AS promotion, subtotal WHERE promotion.id = promoted
        UNION ALL SELECT number, 3, '', 'trial', '무료 체험', 'Free trial', -price, -100 FROM subtotal WHERE tried
    ), together AS (
        SELECT place, code, kind, ko, en, percent, array_agg(price ORDER BY number) AS prices FROM part
        GROUP BY place, code, kind, ko, en, percent
    ), whole AS (
        SELECT array_agg(price ORDER BY number) AS prices
        FROM (SELECT number, sum(price) AS price FROM part GROUP BY number) AS one
    )
    INSERT INTO billing_price (
        meter_id, currency, unit_price, per, effective_on, set_at, set_by_id, reason, base_id, chosen, promotion_id,
        is_trial, parts, label_ko, label_en, step_starts, step_prices
    )
    -- in a free trial every unit costs the same: nothing, and nothing is counted
    SELECT base.meter_id, base.currency, whole.prices[1], base.per, base.effective_on, base.set_at, base.set_by_id,
        base.reason, base.id, billing_make_own_price.chosen, promoted, tried, told.parts, left(told.ko, 100),
        left(told.en, 100), CASE WHEN NOT tried THEN base.step_starts END,
        CASE WHEN NOT tried AND base.step_starts IS NOT NULL THEN whole.prices END
    FROM base, whole, (
        SELECT string_agg(one.ko, ', ' ORDER BY place, code) FILTER (WHERE place > 0) AS ko,
            string_agg(one.en, ', ' ORDER BY place, code) FILTER (WHERE place > 0) AS en,
            jsonb_agg(jsonb_build_object(
                'kind', one.kind, 'code', one.code, 'ko', one.ko, 'en', one.en,
                'price', trim_scale(one.prices[1])::text, 'percent', trim_scale(one.percent)::text
            ) || CASE
                WHEN tried OR cardinality(one.prices) = 1 THEN '{}'
                ELSE jsonb_build_object('prices', (
                    SELECT jsonb_agg(trim_scale(price)::text ORDER BY number)
                    FROM unnest(one.prices) WITH ORDINALITY AS step (price, number)
                ))
            END ORDER BY place, code) AS parts
        FROM together AS one
    ) AS told
    ON CONFLICT DO NOTHING;
    SELECT price.id INTO found FROM billing_price AS price
    WHERE price.base_id = listed AND price.chosen = billing_make_own_price.chosen AND price.is_trial = tried
        AND price.promotion_id IS NOT DISTINCT FROM promoted;
    RETURN found;
END
$$;
