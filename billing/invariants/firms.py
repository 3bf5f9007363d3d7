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
        SELECT invoice.number, invoice.status, invoice.total, paid.principal
        FROM billing_firminvoice AS invoice CROSS JOIN LATERAL (
            SELECT coalesce(sum(principal), 0) AS principal FROM billing_firmpayment WHERE invoice_id = invoice.id
        ) AS paid
        WHERE paid.principal > invoice.total OR invoice.status = 'paid' AND paid.principal <> invoice.total
    """,
    "A firm's tax invoice states its invoice": """
        SELECT invoice.number, invoice.subtotal, stated.supply_value, stated.tax
        FROM billing_firminvoice AS invoice LEFT JOIN billing_firmtaxinvoice AS stated ON stated.invoice_id = invoice.id
        WHERE invoice.total > 0
            AND (stated.supply_value, stated.tax) IS DISTINCT FROM (invoice.subtotal, invoice.tax)
    """,
}
