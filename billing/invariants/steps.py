"""What must hold of prices with steps (upstage/18.1)."""

CHECKS: dict[str, str] = {
    "A use lies in steps with all of its quantity": """
        SELECT event.member_id, event.event_id, event.quantity, event.steps
        FROM billing_usageevent AS event
        WHERE event.steps IS NOT NULL AND (
            event.quantity <> (SELECT sum(each) FROM unnest(event.steps) AS each)
            OR 0 > ANY (event.steps)
            OR cardinality(event.steps) <> (
                SELECT cardinality(price.step_starts) FROM billing_price AS price WHERE price.id = event.price_id
            )
        )
    """,
    "A month has in each step what its uses and their corrections have": """
        WITH used AS (
            SELECT part.member_id, coalesce(price.base_id, price.id) AS listed_id, part.price_id,
                date_trunc('month', part.at AT TIME ZONE 'Asia/Seoul')::date AS month,
                billing_sum_steps(part.steps) AS quantities
            FROM (
                SELECT member_id, price_id, occurred_at AS at, steps FROM billing_usageevent WHERE steps IS NOT NULL
                UNION ALL
                SELECT made.member_id, charge.price_id, made.occurred_at, billing_add_steps(
                    made.steps, ARRAY(SELECT -each FROM unnest(made.steps_before) WITH ORDINALITY AS one (each, place)
                        ORDER BY place)
                )
                FROM billing_usagecorrection AS made JOIN billing_charge AS charge ON charge.id = made.charge_id
                WHERE made.status = 'applied' AND made.steps IS NOT NULL
            ) AS part JOIN billing_price AS price ON price.id = part.price_id
            GROUP BY 1, 2, 3, 4
        ), told AS (
            SELECT member_id, listed_id, price_id, month, billing_sum_steps(quantities) AS quantities
            FROM billing_usagesteps GROUP BY 1, 2, 3, 4
        )
        SELECT * FROM used FULL JOIN told USING (member_id, listed_id, price_id, month)
        WHERE used.quantities IS DISTINCT FROM told.quantities
            AND month NOT IN (SELECT month FROM billing_usagearchive WHERE archived_at IS NOT NULL)
    """,
    "No step of a month holds more than it can": """
        SELECT used.member_id, used.listed_id, used.month, used.quantities, price.step_starts
        FROM (
            SELECT member_id, listed_id, month, billing_sum_steps(quantities) AS quantities
            FROM billing_usagesteps GROUP BY 1, 2, 3
        ) AS used JOIN billing_price AS price ON price.id = used.listed_id
        WHERE EXISTS (
            SELECT FROM (
                SELECT quantity, lead(start, 1, 'infinity') OVER (ORDER BY place) - start AS width
                FROM unnest(used.quantities, price.step_starts) WITH ORDINALITY AS step (quantity, start, place)
            ) AS step WHERE quantity < 0 OR quantity > width
        )
    """,
    "A price with steps counts whole months": """
        SELECT listed.id, listed.effective_on, following.effective_on AS ends
        FROM billing_price AS listed LEFT JOIN LATERAL (
            SELECT other.effective_on FROM billing_price AS other
            WHERE other.meter_id = listed.meter_id AND other.currency = listed.currency AND other.base_id IS NULL
                AND other.effective_on > listed.effective_on
            ORDER BY other.effective_on LIMIT 1
        ) AS following ON true
        WHERE listed.base_id IS NULL AND listed.step_starts IS NOT NULL AND (
            extract(day FROM listed.effective_on) <> 1 OR extract(day FROM following.effective_on) <> 1
        )
    """,
}
