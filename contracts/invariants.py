"""What must hold of the money of contracts at every moment: each statement must find nothing (rift/8.1, 15.3, 17.1)."""

from typing import Final

CHECKS: Final[dict[str, str]] = {
    "A credit for a shortfall is what was taken of it and what is left": """
        SELECT credit.public_id, credit.amount, credit.left, sum(used.amount) AS used
        FROM contracts_servicecredit AS credit
        LEFT JOIN contracts_servicecredituse AS used ON used.credit_id = credit.id
        GROUP BY credit.id HAVING credit.amount <> credit.left + coalesce(sum(used.amount), 0)
    """,
    "What a credit note or a transfer gives of a credit for a shortfall is what was taken of the credit": """
        SELECT credit.public_id, used.amount, note.subtotal, payout.amount AS transferred
        FROM contracts_servicecredituse AS used JOIN contracts_servicecredit AS credit ON credit.id = used.credit_id
        LEFT JOIN billing_firmcreditnote AS note ON note.id = used.credit_note_id
        LEFT JOIN billing_firmpayout AS payout ON used.invoice_id IS NULL
            AND payout.subject = 'scr_' || replace(credit.public_id::text, '-', '')
        WHERE used.credit_note_id IS NOT NULL
                AND (note.subtotal <> -used.amount OR note.invoice_id <> used.invoice_id)
            OR used.invoice_id IS NULL AND payout.amount IS DISTINCT FROM used.amount
    """,
    "What invoices take of credits for shortfalls stands on them": """
        SELECT taken.invoice_id, taken.amount, line.charged
        FROM (
            SELECT invoice_id, sum(amount) AS amount FROM contracts_servicecredituse
            WHERE invoice_id IS NOT NULL AND credit_note_id IS NULL GROUP BY 1
        ) AS taken
        FULL JOIN (SELECT invoice_id, charged FROM billing_firminvoiceline WHERE kind = 'sla_credit') AS line
            USING (invoice_id)
        WHERE taken.amount IS DISTINCT FROM -line.charged
    """,
    "What a settlement gives back was set off or is to be transferred": """
        SELECT ended.public_id, ended.refund + ended.refund_tax AS back, taken.amount AS set_off, payout.amount
        FROM contracts_termination AS ended
        CROSS JOIN LATERAL (SELECT 'ter_' || replace(ended.public_id::text, '-', '') AS name) AS named
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(paid.principal), 0) AS amount FROM billing_firmpayment AS paid
            WHERE paid.kind = 'set_off' AND paid.reference = named.name
        ) AS taken
        LEFT JOIN billing_firmpayout AS payout ON payout.subject = named.name
        WHERE ended.status = 'done'
            AND ended.refund + ended.refund_tax <> taken.amount + coalesce(payout.amount, 0)
    """,
    "What a settlement and credit notes take of what was billed ahead was charged": """
        SELECT ended.public_id, ended.refund, sum(charged.amount + credited.amount) AS left
        FROM contracts_termination AS ended
        JOIN LATERAL (
            SELECT DISTINCT billed.invoice_id FROM contracts_feebilling AS billed
            JOIN contracts_contractfee AS fee ON fee.id = billed.fee_id
            WHERE billed.contract_id = ended.contract_id AND fee.prepaid IS NOT NULL
        ) AS ahead ON true
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(line.charged), 0) AS amount FROM billing_firminvoiceline AS line
            WHERE line.invoice_id = ahead.invoice_id AND line.charged > 0
        ) AS charged
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(note.subtotal), 0) AS amount FROM billing_firmcreditnote AS note
            WHERE note.invoice_id = ahead.invoice_id
        ) AS credited
        WHERE ended.status = 'done'
        GROUP BY ended.id
        HAVING bool_and(ahead.invoice_id IS NOT NULL) AND ended.refund > sum(charged.amount + credited.amount)
    """,
    "Compensation that was approved is to be transferred or was": """
        SELECT award.public_id, award.amount, payout.amount AS transferred
        FROM contracts_contractaward AS award
        LEFT JOIN billing_firmpayout AS payout ON payout.subject = 'awd_' || replace(award.public_id::text, '-', '')
        WHERE award.status = 'done' AND payout.amount IS DISTINCT FROM award.amount
    """,
}
"""By the sentence that each proves."""
