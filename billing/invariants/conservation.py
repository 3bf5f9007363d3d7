"""Money is conserved: what came in is what credits cost and invoices took; what went back was taken (rules.md, 6)."""

CHECKS: dict[str, str] = {
    "Payments less refunds are paid credits at cost and invoices paid, but for stored rounding": """
        WITH moved AS (
            SELECT member_id, currency, amount FROM billing_payment WHERE status = 'succeeded'
            UNION ALL
            SELECT line.member_id, refund.currency, line.rounding - line.total
            FROM billing_refundline AS line JOIN billing_refund AS refund ON refund.id = line.refund_id
            WHERE refund.status NOT IN ('under_review', 'rejected')
            UNION ALL
            SELECT purchase.member_id, purchase.currency, -(lot.net + lot.tax)
            FROM billing_purchase AS purchase
            JOIN credits_lot AS lot ON lot.purchase = 'pur_' || replace(purchase.public_id::text, '-', '')
                AND lot.source = 'purchase'
            UNION ALL
            SELECT lot.member_id, purchase.currency, round((lot.net + lot.tax) * -entry.amount / lot.amount, 6)
            FROM credits_entry AS entry JOIN credits_lot AS lot ON lot.id = entry.lot_id
            JOIN billing_purchase AS purchase ON lot.purchase = 'pur_' || replace(purchase.public_id::text, '-', '')
            WHERE entry.kind = 'refund'
            UNION ALL
            SELECT part.member_id, invoice.currency, -(part.principal + part.late_fee)
            FROM billing_invoicepayment AS part JOIN billing_invoice AS invoice ON invoice.id = part.invoice_id
            WHERE part.dispute_id IS NULL
        )
        SELECT member_id, currency, sum(amount) AS unaccounted FROM moved GROUP BY 1, 2 HAVING sum(amount) <> 0
    """,
    "What banks took back of an invoice's payment is owed again": """
        WITH back AS (
            SELECT payment_id, sum(amount) AS amount FROM billing_repayment WHERE status <> 'failed' GROUP BY 1
        ), moved AS (
            SELECT dispute_id, sum(principal + late_fee) AS amount
            FROM billing_invoicepayment WHERE dispute_id IS NOT NULL GROUP BY 1
        )
        SELECT payment.public_id, payment.amount, sum(dispute.amount) AS disputed, sum(moved.amount) AS moved
        FROM billing_dispute AS dispute JOIN billing_payment AS payment ON payment.id = dispute.payment_id
        LEFT JOIN back ON back.payment_id = payment.id LEFT JOIN moved ON moved.dispute_id = dispute.id
        GROUP BY payment.id, back.amount
        HAVING bool_or(moved.amount > 0 OR -moved.amount > dispute.amount)
            OR bool_or(moved.amount IS NOT NULL AND (dispute.status = 'open' OR payment.purpose <> 'invoice'))
            OR payment.purpose = 'invoice' AND payment.status = 'succeeded' AND -coalesce(sum(moved.amount), 0)
                < least(
                    coalesce(sum(dispute.amount) FILTER (WHERE dispute.status = 'lost' AND dispute.answer = ''), 0),
                    payment.amount - coalesce(back.amount, 0)
                )
    """,
    "What refunds take of a purchase, the ledger took": """
        WITH asked AS (
            SELECT line.purchase_id, sum(line.credits) AS credits
            FROM billing_refundline AS line JOIN billing_refund AS refund ON refund.id = line.refund_id
            WHERE refund.status NOT IN ('under_review', 'rejected') GROUP BY 1
        ), taken AS (
            SELECT purchase.id AS purchase_id, -sum(entry.amount) AS credits
            FROM credits_entry AS entry JOIN credits_lot AS lot ON lot.id = entry.lot_id
            JOIN billing_purchase AS purchase ON lot.purchase = 'pur_' || replace(purchase.public_id::text, '-', '')
            WHERE entry.kind = 'refund' GROUP BY 1
        )
        SELECT purchase_id, asked.credits, taken.credits AS taken FROM asked FULL JOIN taken USING (purchase_id)
        WHERE asked.credits IS DISTINCT FROM taken.credits
    """,
    "A refund is the sum of its lines": """
        SELECT refund.public_id, refund.total, sum(line.total) AS lines
        FROM billing_refund AS refund LEFT JOIN billing_refundline AS line ON line.refund_id = refund.id
        GROUP BY refund.id
        HAVING (refund.credits, refund.amount, refund.tax, refund.total)
            IS DISTINCT FROM (sum(line.credits), sum(line.amount), sum(line.tax), sum(line.total))
    """,
    "What is refunded went back, was set off or was paid by hand, and never more": """
        WITH back AS (
            SELECT subject, sum(amount) FILTER (WHERE status = 'succeeded') AS done,
                sum(amount) FILTER (WHERE status <> 'failed') AS begun
            FROM billing_repayment GROUP BY 1
        ), told AS (
            SELECT refund.public_id, refund.status, refund.total, refund.set_off AS said,
                coalesce(back.done, 0) AS done, coalesce(back.begun, 0) AS begun,
                (SELECT coalesce(sum(principal + late_fee), 0) FROM billing_setoff AS taken
                    WHERE taken.refund_id = refund.id) AS set_off,
                (SELECT coalesce(sum(amount), 0) FROM billing_handpayment AS hand
                    WHERE hand.refund_id = refund.id AND hand.status = 'paid' AND NOT hand.is_interest) AS by_hand
            FROM billing_refund AS refund
            CROSS JOIN LATERAL (SELECT 'rfd_' || replace(refund.public_id::text, '-', '')) AS back_name (name)
            LEFT JOIN back ON back.subject = back_name.name
        )
        SELECT * FROM told
        WHERE set_off <> said OR begun + set_off + by_hand > total
            OR status = 'paid' AND done + set_off + by_hand <> total
            OR status IN ('under_review', 'rejected') AND begun + set_off + by_hand <> 0
    """,
    "What credit notes give back went back or was paid by hand, or is asked for, and never more": """
        WITH told AS (
            SELECT note.public_id, note.back_principal + note.back_late_fee AS back,
                (SELECT coalesce(sum(amount), 0) FROM billing_repayment
                    WHERE subject = 'crn_' || replace(note.public_id::text, '-', '') AND status <> 'failed') AS by_bank,
                (SELECT coalesce(sum(amount), 0) FROM billing_handpayment
                    WHERE credit_note_id = note.id AND status = 'paid') AS by_hand,
                EXISTS (
                    SELECT FROM kernel_dueitem WHERE kind = 'credit_by_hand' AND closed_at IS NULL
                        AND key LIKE 'crn@_' || replace(note.public_id::text, '-', '') || '%' ESCAPE '@'
                ) AS asked
            FROM billing_creditnote AS note WHERE note.back_principal + note.back_late_fee > 0
        )
        SELECT * FROM told
        WHERE by_bank + by_hand > back OR by_bank + by_hand < back AND NOT asked AND NOT EXISTS (
            SELECT FROM billing_repayment
            WHERE subject = 'crn_' || replace(told.public_id::text, '-', '') AND status IN ('created', 'pending')
        )
    """,
    "Of no purchase more is refunded than it cost": """
        SELECT purchase.public_id, purchase.total, sum(line.total) AS refunded
        FROM billing_refundline AS line JOIN billing_refund AS refund ON refund.id = line.refund_id
        JOIN billing_purchase AS purchase ON purchase.id = line.purchase_id
        WHERE refund.status NOT IN ('under_review', 'rejected')
        GROUP BY purchase.id
        HAVING sum(line.total) > purchase.total OR sum(line.credits) > purchase.credits
            OR purchase.status <> 'paid' OR bool_or(purchase.member_id <> refund.member_id)
    """,
    "An objection that is upheld has its credit note": """
        SELECT objection.public_id, note.number
        FROM billing_feeobjection AS objection JOIN billing_creditnote AS note ON note.id = objection.credit_note_id
        WHERE note.member_id <> objection.member_id OR note.invoice_id <> objection.invoice_id
            OR note.cause <> 'fob_' || replace(objection.public_id::text, '-', '')
    """,
    "An objection to a charge that is upheld gives back what was decided": """
        SELECT objection.public_id, objection.proposed_amount, sum(made.amount_before - made.amount) AS given_back
        FROM billing_feeobjection AS objection LEFT JOIN billing_usagecorrection AS made
            ON made.objection_id = objection.id AND made.charge_id = objection.charge_id AND made.status = 'applied'
        WHERE objection.charge_id IS NOT NULL AND objection.status = 'approved'
        GROUP BY objection.id HAVING objection.proposed_amount IS DISTINCT FROM sum(made.amount_before - made.amount)
    """,
}
