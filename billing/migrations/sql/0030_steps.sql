-- Steps of a price: the first units of a member's month at one price, the next at another (rules/steps.py, which says what
-- each of these does; docs/adr/0021-steps-are-filled-in-turn.md). Numbers by step are arrays in the order of the steps.

-- Which part of a quantity lies in which step, where `used` of each is taken: the lowest free places first.
CREATE FUNCTION billing_fill_steps(starts numeric[], used numeric[], quantity numeric) RETURNS numeric[]
LANGUAGE sql IMMUTABLE AS $$
    SELECT array_agg(greatest(least(room, quantity - coalesce(before, 0)), 0) ORDER BY place)
    FROM (
        SELECT place, room, sum(room) OVER (ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
        FROM (
            SELECT place, greatest(
                lead(start, 1, 'infinity') OVER (ORDER BY place) - start - coalesce(used[place], 0), 0
            ) AS room
            FROM unnest(starts) WITH ORDINALITY AS step (start, place)
        ) AS free
    ) AS free
$$;

-- Cut after 6 decimals exactly, once: div() is whole-number division, whatever the digits.
CREATE FUNCTION billing_steps_cost(prices numeric[], quantities numeric[], per int) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
    SELECT div(sum(price * quantity) * 1000000, per) * 0.000001 FROM unnest(prices, quantities) AS step (price, quantity)
$$;

CREATE FUNCTION billing_add_steps(first numeric[], second numeric[]) RETURNS numeric[] LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT array_agg(one + other ORDER BY place) FROM unnest(first, second) WITH ORDINALITY AS step (one, other, place)
$$;
CREATE AGGREGATE billing_sum_steps (numeric[]) (sfunc = billing_add_steps, stype = numeric[]);

-- What of a member's month is used of each step by now; null of none. Whoever writes by it holds the member locked.
CREATE FUNCTION billing_used_steps(of_member bigint, listed bigint, of_month date) RETURNS numeric[]
LANGUAGE sql STABLE AS $$
    SELECT billing_sum_steps(used.quantities) FROM billing_usagesteps AS used
    WHERE used.member_id = of_member AND used.listed_id = listed AND used.month = of_month
$$;

-- What a use at a price with steps adds to its month, or, below 0, a correction takes off it.
CREATE FUNCTION billing_count_steps(
    of_member bigint, rated_at bigint, of_month date, billed_on date, more numeric[]
) RETURNS void LANGUAGE sql AS $$
    INSERT INTO billing_usagesteps AS total (member_id, listed_id, month, price_id, billing_month, quantities)
    SELECT of_member, coalesce(price.base_id, price.id), of_month, price.id, billed_on, more
    FROM billing_price AS price WHERE price.id = rated_at
    ON CONFLICT (member_id, listed_id, month, price_id, billing_month) DO UPDATE SET
        quantities = billing_add_steps(total.quantities, excluded.quantities)
$$;
