"""What must hold in billing at every moment: each statement finds what breaks it, so it must find nothing."""

from billing.invariants import claims, conservation, crediting, firms, gateways, steps

CHECKS: dict[str, str] = {
    "A charge is the sum of its settled events": """
        WITH archived AS (SELECT month FROM billing_usagearchive WHERE archived_at IS NOT NULL), used AS (
            SELECT event.member_id, batch.settlement_id, event.meter_id, event.price_id,
                coalesce(event.api_key_id, 0) AS used_key, (event.occurred_at AT TIME ZONE 'Asia/Seoul')::date AS day,
                count(*) AS events, sum(event.quantity) AS quantity, sum(event.amount) AS amount
            FROM billing_usageevent AS event JOIN billing_usagebatch AS batch ON batch.id = event.batch_id
            WHERE batch.settlement_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6
        ), charged AS (
            SELECT member_id, settlement_id, meter_id, price_id, coalesce(api_key_id, 0) AS used_key, day,
                events::bigint, quantity, amount
            FROM billing_charge WHERE date_trunc('month', day)::date NOT IN (SELECT month FROM archived)
        )
        (SELECT 'used' AS side, * FROM used EXCEPT SELECT 'used', * FROM charged)
        UNION ALL (SELECT 'charged', * FROM charged EXCEPT SELECT 'charged', * FROM used)
    """,
    "The file of an archived month has what its days and their corrections have": """
        WITH told AS (
            SELECT archive.month, line.*
            FROM billing_usagearchive AS archive, jsonb_to_recordset(archive.sums)
                AS line (price bigint, events bigint, quantity numeric, amount numeric)
            WHERE archive.archived_at IS NOT NULL
        ), charged AS (
            SELECT archive.month, part.price_id, sum(part.events)::bigint AS events, sum(part.quantity) AS quantity,
                sum(part.amount) AS amount
            FROM billing_usagearchive AS archive JOIN (
                SELECT day, price_id, events, quantity, amount FROM billing_usageday
                UNION ALL
                SELECT charge.day, charge.price_id, 0, made.quantity_before - made.quantity,
                    made.amount_before - made.amount
                FROM billing_usagecorrection AS made JOIN billing_charge AS charge ON charge.id = made.charge_id
                WHERE made.status = 'applied'
            ) AS part ON part.day >= archive.month AND part.day < archive.month + interval '1 month'
            WHERE archive.archived_at IS NOT NULL GROUP BY 1, 2
        )
        (SELECT 'file' AS side, * FROM told EXCEPT SELECT 'file', * FROM charged)
        UNION ALL (SELECT 'days', * FROM charged EXCEPT SELECT 'days', * FROM told)
    """,
    "An archived month is not in the table": """
        SELECT month FROM billing_usagearchive
        WHERE archived_at IS NOT NULL AND month IN (SELECT * FROM billing_partitions())
    """,
    "Events are the hours that are settled, the tallies that are not, and what was corrected": """
        WITH archived AS (
            SELECT month::timestamp AT TIME ZONE 'Asia/Seoul' AS starts,
                (month + interval '1 month')::timestamp AT TIME ZONE 'Asia/Seoul' AS ends
            FROM billing_usagearchive WHERE archived_at IS NOT NULL
        ), used AS (
            SELECT member_id, date_trunc('hour', occurred_at) AS hour, meter_id, price_id,
                coalesce(api_key_id, 0) AS used_key, count(*) AS events, sum(quantity) AS quantity,
                sum(amount) AS amount
            FROM billing_usageevent GROUP BY 1, 2, 3, 4, 5
        ), told AS (
            SELECT member_id, hour, meter_id, price_id, coalesce(api_key_id, 0) AS used_key,
                sum(events)::bigint AS events, sum(quantity) AS quantity, sum(amount) AS amount
            FROM (
                SELECT member_id, hour, meter_id, price_id, api_key_id, events, quantity, amount FROM billing_usagehour
                UNION ALL
                SELECT member_id, hour, meter_id, price_id, api_key_id, events, quantity, amount FROM billing_usagetally
                UNION ALL
                SELECT made.member_id, date_trunc('hour', made.occurred_at), charge.meter_id, charge.price_id,
                    charge.api_key_id, 0, made.quantity_before - made.quantity, made.amount_before - made.amount
                FROM billing_usagecorrection AS made JOIN billing_charge AS charge ON charge.id = made.charge_id
                WHERE made.status = 'applied'
                UNION ALL
                SELECT shift.member_id, fell.hour, charge.meter_id, charge.price_id, charge.api_key_id, 0, 0,
                    fell.amount
                FROM billing_usagehourshift AS shift
                JOIN billing_usagecorrection AS made ON made.id = shift.correction_id
                JOIN billing_charge AS charge ON charge.id = made.charge_id
                CROSS JOIN LATERAL (
                    VALUES (shift.hour, shift.amount), (date_trunc('hour', made.occurred_at), -shift.amount)
                ) AS fell (hour, amount)
            ) AS part
            WHERE NOT EXISTS (SELECT FROM archived WHERE part.hour >= archived.starts AND part.hour < archived.ends)
            GROUP BY 1, 2, 3, 4, 5
        )
        (SELECT 'used' AS side, * FROM used EXCEPT SELECT 'used', * FROM told)
        UNION ALL (SELECT 'told', * FROM told EXCEPT SELECT 'told', * FROM used)
    """,
    "No hour reads less than nothing": """
        SELECT member_id, hour, meter_id, price_id, api_key_id, quantity, amount FROM billing_usagehour
        WHERE quantity < 0 OR amount < 0
    """,
    "A batch has tallies of its events until it is settled": """
        SELECT batch.id AS batch_id, batch.settlement_id, batch.events, tallied.events AS tallied
        FROM billing_usagebatch AS batch
        FULL JOIN (SELECT batch_id, sum(events) AS events FROM billing_usagetally GROUP BY 1) AS tallied
            ON tallied.batch_id = batch.id
        WHERE tallied.events IS DISTINCT FROM (CASE WHEN batch.settlement_id IS NULL THEN batch.events END)
    """,
    "A settlement has the events of its batches and of its charges": """
        SELECT settlement.id AS settlement_id, settlement.events, taken.events AS taken, charged.events AS charged
        FROM billing_settlement AS settlement
        LEFT JOIN (
            SELECT settlement_id, count(*) AS batches, sum(events) AS events FROM billing_usagebatch GROUP BY 1
        ) AS taken ON taken.settlement_id = settlement.id
        LEFT JOIN (
            SELECT settlement_id, sum(events) AS events FROM billing_charge GROUP BY 1
        ) AS charged ON charged.settlement_id = settlement.id
        WHERE (settlement.batches, settlement.events, settlement.events)
            IS DISTINCT FROM (taken.batches, taken.events, charged.events)
    """,
    "An event is rated at the price of its own time": """
        SELECT event.member_id, event.event_id, event.amount, price.unit_price, price.per
        FROM billing_usageevent AS event LEFT JOIN billing_price AS price ON price.id = event.price_id
        WHERE price.id IS NULL OR price.meter_id <> event.meter_id
            OR (event.steps IS NULL) <> (price.step_starts IS NULL)
            OR event.amount <> CASE
                WHEN event.steps IS NULL THEN div(event.quantity * price.unit_price * 1000000, price.per) * 0.000001
                ELSE billing_steps_cost(price.step_prices, event.steps, price.per)
            END
            OR price.effective_on > (event.occurred_at AT TIME ZONE 'Asia/Seoul')::date
    """,
    "An event belongs to a member and to that member's key": """
        SELECT event.member_id, event.event_id, event.api_key_id
        FROM (SELECT DISTINCT ON (member_id, api_key_id) * FROM billing_usageevent) AS event
        LEFT JOIN accounts_member AS member ON member.id = event.member_id
        LEFT JOIN accounts_apikey AS key ON key.id = event.api_key_id
        WHERE member.id IS NULL OR event.api_key_id IS NOT NULL AND key.member_id IS DISTINCT FROM event.member_id
    """,
    "A day is the sum of its charges, less what was corrected": """
        WITH charged AS (
            SELECT member_id, day, meter_id, price_id, coalesce(api_key_id, 0) AS used_key, billing_month,
                sum(events) AS events, sum(quantity) AS quantity, sum(amount) AS amount, sum(burned) AS burned,
                sum(owed) AS owed
            FROM (
                SELECT member_id, day, meter_id, price_id, api_key_id, billing_month, events, quantity, amount, burned,
                    owed
                FROM billing_charge
                UNION ALL
                SELECT made.member_id, charge.day, charge.meter_id, charge.price_id, charge.api_key_id,
                    made.billing_month, 0, made.quantity - made.quantity_before, made.amount - made.amount_before,
                    -made.restored, -made.lowered
                FROM billing_usagecorrection AS made JOIN billing_charge AS charge ON charge.id = made.charge_id
                WHERE made.status = 'applied'
            ) AS part GROUP BY 1, 2, 3, 4, 5, 6
        ), told AS (
            SELECT member_id, day, meter_id, price_id, coalesce(api_key_id, 0) AS used_key, billing_month, events,
                quantity, amount, burned, owed
            FROM billing_usageday
        )
        (SELECT 'charged' AS side, * FROM charged EXCEPT SELECT 'charged', * FROM told)
        UNION ALL (SELECT 'told', * FROM told EXCEPT SELECT 'told', * FROM charged)
    """,
    "A charge names what is there": """
        SELECT charge.public_id, charge.member_id, charge.settlement_id, charge.price_id, charge.api_key_id
        FROM billing_charge AS charge
        LEFT JOIN accounts_member AS member ON member.id = charge.member_id
        LEFT JOIN billing_settlement AS settlement ON settlement.id = charge.settlement_id
        LEFT JOIN billing_price AS price ON price.id = charge.price_id AND price.meter_id = charge.meter_id
        LEFT JOIN accounts_apikey AS key ON key.id = charge.api_key_id AND key.member_id = charge.member_id
        WHERE member.id IS NULL OR settlement.id IS NULL OR price.id IS NULL
            OR charge.api_key_id IS NOT NULL AND key.id IS NULL
    """,
    "What a charge burned, the ledger took": """
        SELECT charge.public_id, charge.member_id, charge.burned, coalesce(-sum(entry.amount), 0) AS taken
        FROM billing_charge AS charge
        LEFT JOIN credits_entry AS entry ON entry.charge = charge.public_id AND entry.member_id = charge.member_id
            AND entry.kind = 'use'
        GROUP BY charge.id HAVING charge.burned <> coalesce(-sum(entry.amount), 0)
    """,
    "What corrections of usage gave back, the ledger gave back": """
        SELECT charge.public_id, charge.member_id, made.restored, made.lowered, given.restored AS in_lots,
            forgiven.lowered AS of_debts
        FROM billing_charge AS charge
        JOIN (
            SELECT charge_id, sum(restored) AS restored, sum(lowered) AS lowered
            FROM billing_usagecorrection WHERE status = 'applied' GROUP BY 1
        ) AS made ON made.charge_id = charge.id
        LEFT JOIN (
            SELECT charge, member_id, sum(amount) AS restored FROM credits_entry WHERE kind = 'correction' GROUP BY 1, 2
        ) AS given ON given.charge = charge.public_id AND given.member_id = charge.member_id
        LEFT JOIN (
            SELECT charge, member_id, -sum(amount) AS lowered FROM credits_debt WHERE amount < 0 GROUP BY 1, 2
        ) AS forgiven ON forgiven.charge = charge.public_id AND forgiven.member_id = charge.member_id
        WHERE made.restored > coalesce(given.restored, 0) OR made.lowered > coalesce(forgiven.lowered, 0)
            OR made.restored > charge.burned OR made.lowered > charge.owed
    """,
    "The last correction of a use says what it was": """
        SELECT later.public_id, later.quantity_before, earlier.quantity
        FROM billing_usagecorrection AS later
        JOIN billing_usagecorrection AS earlier USING (member_id, occurred_at, event_id)
        WHERE later.status = 'applied' AND earlier.status = 'applied' AND earlier.id < later.id AND later.event_id <> ''
            AND earlier.quantity < later.quantity_before
    """,
    "An invoice is the sum of its lines": """
        SELECT invoice.number, invoice.usage, invoice.subtotal, sum(line.amount) AS amount, sum(line.charged) AS charged
        FROM billing_invoice AS invoice LEFT JOIN billing_invoiceline AS line ON line.invoice_id = invoice.id
        GROUP BY invoice.id
        HAVING (invoice.usage, invoice.credits_applied, invoice.subtotal, invoice.rounding)
            IS DISTINCT FROM (sum(line.amount), sum(line.credits), sum(line.charged), sum(line.rounding))
    """,
    "Everything charged in a closed month is invoiced once": """
        SELECT member_id, month, currency, used.amount, invoice.usage
        FROM (
            SELECT day.member_id, day.billing_month AS month, day.currency, sum(day.amount) AS amount,
                sum(day.burned) AS burned, sum(day.owed) AS owed
            FROM billing_usageday AS day
            JOIN billing_billingmonth AS closed ON closed.month = day.billing_month AND closed.closed_at IS NOT NULL
            GROUP BY 1, 2, 3
        ) AS used
        FULL JOIN (
            SELECT invoice.member_id, invoice.month, invoice.currency,
                invoice.usage + coalesce(corrected.amount, 0) AS usage,
                invoice.credits_applied + coalesce(corrected.credits, 0) AS credits,
                invoice.subtotal + invoice.rounding + coalesce(corrected.owed, 0) AS owed
            FROM billing_invoice AS invoice
            JOIN billing_billingmonth AS closed ON closed.month = invoice.month AND closed.closed_at IS NOT NULL
            LEFT JOIN (
                SELECT note.invoice_id, sum(line.amount) AS amount, sum(line.credits) AS credits,
                    sum(line.charged + line.rounding) AS owed
                FROM billing_creditnote AS note JOIN billing_creditline AS line ON line.credit_note_id = note.id
                WHERE note.cause LIKE 'ucr@_%' ESCAPE '@' OR note.id IN (
                    SELECT credit_note_id FROM billing_feeobjection WHERE charge_id IS NOT NULL
                )
                GROUP BY 1
            ) AS corrected ON corrected.invoice_id = invoice.id
            WHERE invoice.kind = 'monthly'
        ) AS invoice USING (member_id, month, currency)
        WHERE (used.amount, used.burned, used.owed) IS DISTINCT FROM (invoice.usage, invoice.credits, invoice.owed)
    """,
    "The numbers of a series have no gap": """
        SELECT series.code, series.last, count(numbered.sequence) AS documents, max(numbered.sequence) AS highest
        FROM billing_invoiceseries AS series LEFT JOIN (
            SELECT series_id, sequence FROM billing_invoice UNION ALL SELECT series_id, sequence FROM billing_creditnote
            UNION ALL SELECT series_id, sequence FROM billing_firminvoice
            UNION ALL SELECT series_id, sequence FROM billing_firmcreditnote
        ) AS numbered ON numbered.series_id = series.id
        GROUP BY series.id
        HAVING (series.last, series.last) <> (count(numbered.sequence), coalesce(max(numbered.sequence), 0))
    """,
    "A purchase is paid if and only if its payment succeeded": """
        SELECT purchase.public_id, purchase.status, payment.status AS of_payment, payment.amount, purchase.total
        FROM billing_purchase AS purchase JOIN billing_payment AS payment ON payment.id = purchase.payment_id
        WHERE (purchase.status, payment.status) NOT IN
                (('paid', 'succeeded'), ('failed', 'failed'), ('pending', 'pending'), ('pending', 'created'))
            OR payment.amount <> purchase.total OR payment.currency <> purchase.currency
            OR payment.member_id <> purchase.member_id
    """,
    "A purchase is paid if and only if its credits came": """
        SELECT purchase.public_id, lot.public_id AS lot, purchase.credits, lot.amount
        FROM (SELECT * FROM billing_purchase WHERE status = 'paid') AS purchase
        FULL JOIN (SELECT * FROM credits_lot WHERE source = 'purchase' AND length(purchase) = 36) AS lot
            ON lot.purchase = 'pur_' || replace(purchase.public_id::text, '-', '')
        WHERE (purchase.member_id, purchase.credits, purchase.amount, purchase.tax, purchase.expires_on)
            IS DISTINCT FROM (lot.member_id, lot.amount, lot.net, lot.tax, lot.expires_on)
    """,
    "A bonus came if and only if its purchase says so": """
        SELECT purchase.public_id, purchase.bonus, lot.public_id AS lot, lot.amount
        FROM (SELECT * FROM billing_purchase WHERE bonus_lot <> '') AS purchase
        FULL JOIN (SELECT * FROM credits_lot WHERE source = 'bonus' AND length(key) = 42) AS lot
            ON lot.key = 'bonus:pur_' || replace(purchase.public_id::text, '-', '')
                AND lot.member_id = purchase.member_id
        WHERE (purchase.status, purchase.bonus, 'lot_' || replace(lot.public_id::text, '-', ''), lot.purchase)
            IS DISTINCT FROM ('paid', lot.amount, purchase.bonus_lot,
                'pur_' || replace(purchase.public_id::text, '-', ''))
    """,
    "A bonus is what its tier gives": """
        SELECT purchase.public_id, purchase.amount, purchase.bonus, tier.bonus_percent
        FROM billing_purchase AS purchase LEFT JOIN billing_tier AS tier ON tier.id = purchase.tier_id
        WHERE purchase.bonus <> coalesce(purchase.amount * tier.bonus_percent / 100, 0)
            OR (tier.mode, tier.currency) <> (purchase.mode, purchase.currency) OR tier.minimum > purchase.amount
    """,
    "A cycle is charged if and only if one of its tries was paid": """
        SELECT cycle.public_id, cycle.status, count(purchase.id) AS paid
        FROM billing_rechargecycle AS cycle
        LEFT JOIN billing_purchase AS purchase ON purchase.cycle_id = cycle.id AND purchase.status = 'paid'
        GROUP BY cycle.id
        HAVING count(purchase.id) <> (CASE WHEN cycle.status = 'paid' THEN 1 ELSE 0 END)
    """,
    "Money for an invoice came from a payment that succeeded": """
        SELECT payment.public_id, payment.status, payment.amount, part.principal, part.late_fee
        FROM (SELECT * FROM billing_payment WHERE purpose = 'invoice' AND status = 'succeeded') AS payment
        FULL JOIN (SELECT * FROM billing_invoicepayment WHERE dispute_id IS NULL) AS part
            ON part.payment_id = payment.id
        WHERE payment.amount IS DISTINCT FROM part.principal + part.late_fee
    """,
    "An invoice is paid when its principal is": """
        SELECT invoice.number, invoice.status, invoice.total, coalesce(sum(part.principal), 0) AS paid
        FROM billing_invoice AS invoice LEFT JOIN (
            SELECT invoice_id, principal FROM billing_invoicepayment
            UNION ALL
            SELECT invoice_id, off_principal FROM billing_creditnote
            UNION ALL
            SELECT invoice_id, principal FROM billing_setoff
        ) AS part ON part.invoice_id = invoice.id
        GROUP BY invoice.id
        HAVING coalesce(sum(part.principal), 0) > invoice.total
            OR invoice.status = 'paid' AND coalesce(sum(part.principal), 0) <> invoice.total
    """,
    "The sandbox bank and the payments agree": """
        SELECT payment.public_id, payment.status, bank.succeeded, payment.amount, bank.amount AS of_bank
        FROM billing_payment AS payment
        JOIN billing_paymentmethod AS method ON method.id = payment.payment_method_id AND method.gateway = 'sandbox'
        LEFT JOIN billing_sandboxcharge AS bank ON bank.key = 'pay_' || replace(payment.public_id::text, '-', '')
        WHERE payment.status = 'succeeded' AND bank.succeeded IS NOT true
            OR payment.status = 'failed' AND bank.succeeded IS NOT false
            OR (bank.amount, bank.currency) <> (payment.amount, payment.currency)
    """,
}

CHECKS |= firms.CHECKS | steps.CHECKS | claims.CHECKS | crediting.CHECKS | gateways.CHECKS | conservation.CHECKS
