"""What must hold of credit notes and tax invoices at every moment: each statement must find nothing."""

CHECKS: dict[str, str] = {
    "A credit note is the sum of its lines": """
        SELECT note.number, note.subtotal, sum(line.charged) AS lines
        FROM billing_creditnote AS note LEFT JOIN billing_creditline AS line ON line.credit_note_id = note.id
        GROUP BY note.id HAVING note.subtotal IS DISTINCT FROM sum(line.charged)
    """,
    "Credit notes take no more off an invoice than stands on it": """
        SELECT invoice.number, invoice.subtotal, sum(note.subtotal) AS credited
        FROM billing_creditnote AS note JOIN billing_invoice AS invoice ON invoice.id = note.invoice_id
        GROUP BY invoice.id
        HAVING invoice.subtotal + sum(note.subtotal) < 0 OR invoice.tax + sum(note.tax) < 0
            OR bool_or((note.member_id, note.currency) <> (invoice.member_id, invoice.currency))
    """,
    "Credit notes take no more off a line than it charges": """
        SELECT line.invoice_id, line.position, line.charged, sum(taken.charged) AS credited
        FROM billing_creditline AS taken JOIN billing_invoiceline AS line ON line.id = taken.line_id
        JOIN billing_creditnote AS note ON note.id = taken.credit_note_id
        GROUP BY line.id HAVING line.charged + sum(taken.charged) < 0 OR bool_or(note.invoice_id <> line.invoice_id)
    """,
    "What goes back for a credit note is never more than was paid": """
        SELECT note.number, note.back_principal + note.back_late_fee AS back, sum(money.amount) AS begun
        FROM billing_repayment AS money
        JOIN billing_creditnote AS note ON 'crn_' || replace(note.public_id::text, '-', '') = money.subject
        WHERE money.status <> 'failed'
        GROUP BY note.id HAVING sum(money.amount) > note.back_principal + note.back_late_fee
    """,
    "A correction of usage that an invoice had charged has its credit note": """
        SELECT made.public_id, made.lowered, note.number
        FROM billing_creditnote AS note FULL JOIN (
            SELECT made.*, made.decided_at > closed.closed_at AS is_late,
                CASE WHEN objection.id IS NULL THEN 'ucr_' || replace(made.public_id::text, '-', '')
                ELSE 'fob_' || replace(objection.public_id::text, '-', '') END AS name
            FROM billing_usagecorrection AS made
            LEFT JOIN billing_feeobjection AS objection ON objection.id = made.objection_id
            JOIN billing_billingmonth AS closed ON closed.month = made.billing_month AND closed.closed_at IS NOT NULL
            WHERE made.status = 'applied' AND made.lowered > 0
        ) AS made ON made.name = note.cause
        WHERE made.is_late AND note.id IS NULL OR made.id IS NULL AND note.cause LIKE 'ucr@_%' ESCAPE '@'
    """,
}
