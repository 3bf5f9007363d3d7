"""What must hold of claims, compensation and waivers at every moment: each statement must find nothing."""

CHECKS: dict[str, str] = {
    "A claim against a member is the sum of its heads, and its invoice is the claim": """
        SELECT claim.public_id, claim.amount, sum(head.amount) AS heads, invoice.total, invoice.tax, invoice.kind
        FROM billing_memberclaim AS claim
        LEFT JOIN billing_claimhead AS head ON head.claim_id = claim.id
        LEFT JOIN billing_invoice AS invoice ON invoice.id = claim.invoice_id
        GROUP BY claim.id, invoice.id
        HAVING claim.amount IS DISTINCT FROM sum(head.amount)
            OR invoice.id IS NOT NULL
                AND (invoice.total, invoice.tax, invoice.kind, invoice.member_id, invoice.currency)
                    IS DISTINCT FROM (claim.amount, 0, 'claim', claim.member_id, claim.currency)
    """,
    "An invoice of a claim has its claim": """
        SELECT invoice.number FROM billing_invoice AS invoice
        LEFT JOIN billing_memberclaim AS claim ON claim.invoice_id = invoice.id
        WHERE invoice.kind = 'claim' AND claim.id IS NULL
    """,
    "A penalty is within its limit": """
        SELECT claim.public_id, claim.amount, sheet.limit FROM billing_penaltysheet AS sheet
        JOIN billing_memberclaim AS claim ON claim.id = sheet.claim_id
        WHERE claim.kind <> 'penalty' OR claim.amount > sheet.limit OR claim.amount > sheet.base * sheet.factor
    """,
    "A claim against the company is the sum of its heads": """
        SELECT claim.public_id, claim.claimed, sum(head.amount) AS heads, claim.excluded
        FROM billing_liabilityclaim AS claim LEFT JOIN billing_liabilityhead AS head ON head.claim_id = claim.id
        GROUP BY claim.id
        HAVING claim.claimed IS DISTINCT FROM sum(head.amount)
            OR claim.excluded > 0 AND claim.excluded <> sum(head.amount) FILTER (WHERE head.is_excluded)
    """,
    "Compensation stays within what is payable and within the cap of its incident": """
        WITH paid AS (
            SELECT claim.id, coalesce(claim.follows_id, claim.id) AS incident, claim.fault, claim.cap, claim.payable,
                coalesce(sum(made.amount), 0) AS amount
            FROM billing_liabilityclaim AS claim
            LEFT JOIN billing_compensation AS made ON made.claim_id = claim.id AND made.status <> 'dropped'
            GROUP BY claim.id
        )
        SELECT incident, max(cap) AS cap, sum(amount) AS paid FROM paid GROUP BY incident
        HAVING bool_or(amount > payable) OR bool_and(fault = 'ordinary') AND sum(amount) > max(cap)
    """,
    "A late fee is waived only where one can have grown": """
        SELECT invoice.number, waived.amount, waived.last, invoice.due_on FROM billing_invoice AS invoice
        JOIN (
            SELECT invoice_id, member_id, sum(amount) AS amount, max(decided_at) AS last
            FROM billing_latefeewaiver WHERE status = 'approved' GROUP BY 1, 2
        ) AS waived ON waived.invoice_id = invoice.id
        WHERE waived.member_id <> invoice.member_id OR invoice.kind = 'claim'
            OR (waived.last AT TIME ZONE 'Asia/Seoul')::date - invoice.due_on < 28
    """,
}
