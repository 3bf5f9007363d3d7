"""What must hold of the invoices of firms (rift/7.1–7.3)."""

from typing import Final

CHECKS: Final = {
    "A firm's invoice is the sum of its lines": """
        SELECT invoice.number, invoice.subtotal, line.charged, invoice.rounding, line.rounding AS of_lines
        FROM billing_firminvoice AS invoice JOIN (
            SELECT invoice_id, sum(charged) AS charged, sum(rounding) AS rounding
            FROM billing_firminvoiceline GROUP BY invoice_id
        ) AS line ON line.invoice_id = invoice.id
        WHERE (invoice.subtotal, invoice.rounding) IS DISTINCT FROM (line.charged, line.rounding)
    """,
    "A firm's invoice is paid if and only if its principal is": """
        SELECT invoice.number, invoice.status, invoice.total, moved.principal
        FROM billing_firminvoice AS invoice CROSS JOIN LATERAL (
            SELECT coalesce(sum(principal), 0) AS principal FROM (
                SELECT principal FROM billing_firmpayment WHERE invoice_id = invoice.id
                UNION ALL SELECT off_principal FROM billing_firmcreditnote WHERE invoice_id = invoice.id
            ) AS part
        ) AS moved
        WHERE moved.principal > invoice.total OR invoice.status = 'paid' AND moved.principal <> invoice.total
    """,
    "Of what a firm was credited, what it had paid is to be transferred to it or was": """
        SELECT note.number, note.back_principal + note.back_interest AS back, payout.amount
        FROM billing_firmcreditnote AS note
        LEFT JOIN billing_firmpayout AS payout ON payout.firm_id = note.firm_id
            AND payout.subject = 'fcn_' || replace(note.public_id::text, '-', '')
        WHERE note.back_principal + note.back_interest <> coalesce(payout.amount, 0)
            OR payout.currency <> note.currency
    """,
    "What came in from a firm stayed with its invoices or goes back": """
        SELECT invoice.number, invoice.total, paid.principal, paid.interest, noted.total AS credited,
            noted.principal AS back, noted.interest AS back_interest
        FROM billing_firminvoice AS invoice
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(principal), 0) AS principal, coalesce(sum(interest), 0) AS interest
            FROM billing_firmpayment WHERE invoice_id = invoice.id
        ) AS paid
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(total), 0) AS total, coalesce(sum(back_principal), 0) AS principal,
                coalesce(sum(back_interest), 0) AS interest
            FROM billing_firmcreditnote WHERE invoice_id = invoice.id
        ) AS noted
        WHERE paid.principal - noted.principal > invoice.total + noted.total OR paid.principal < noted.principal
            OR paid.interest < noted.interest OR invoice.total + noted.total < 0
    """,
    "A firm's credit note is the sum of its lines": """
        SELECT note.number, note.subtotal, sum(line.charged) AS lines
        FROM billing_firmcreditnote AS note LEFT JOIN billing_firmcreditline AS line ON line.credit_note_id = note.id
        GROUP BY note.id HAVING note.subtotal IS DISTINCT FROM sum(line.charged)
    """,
    "Credit notes take no more off a firm's line than it charges": """
        SELECT line.invoice_id, line.position, line.charged, sum(taken.charged) AS credited
        FROM billing_firmcreditline AS taken JOIN billing_firminvoiceline AS line ON line.id = taken.line_id
        JOIN billing_firmcreditnote AS note ON note.id = taken.credit_note_id
        GROUP BY line.id
        HAVING line.charged + sum(taken.charged) < 0
            OR bool_or((note.invoice_id, note.firm_id) <> (line.invoice_id, line.firm_id))
    """,
    "A firm's credit note has the amendment of its tax invoice": """
        SELECT note.number, note.subtotal, note.tax, stated.supply_value, stated.tax AS stated
        FROM billing_firmcreditnote AS note
        JOIN billing_firmtaxinvoice AS original ON original.invoice_id = note.invoice_id
        LEFT JOIN billing_firmtaxinvoice AS stated ON stated.credit_note_id = note.id
        WHERE (stated.amends_id, stated.supply_value, stated.tax)
            IS DISTINCT FROM (original.id, note.subtotal, note.tax)
    """,
    "A firm's tax invoice states its invoice": """
        SELECT invoice.number, invoice.subtotal, stated.supply_value, stated.tax
        FROM billing_firminvoice AS invoice LEFT JOIN billing_firmtaxinvoice AS stated ON stated.invoice_id = invoice.id
        WHERE invoice.total > 0
            AND (stated.supply_value, stated.tax) IS DISTINCT FROM (invoice.subtotal, invoice.tax)
    """,
}
