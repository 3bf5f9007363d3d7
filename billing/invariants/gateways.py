"""What must hold of money that gateways moved at every moment: each statement must find nothing."""

CHECKS: dict[str, str] = {
    "A charge at a gateway is one payment": """
        SELECT method.gateway, payment.reference, count(*) AS payments
        FROM billing_payment AS payment JOIN billing_paymentmethod AS method ON method.id = payment.payment_method_id
        WHERE payment.status = 'succeeded'
        GROUP BY method.gateway, payment.reference HAVING count(*) > 1
    """,
    "No more of a payment goes back than it brought in": """
        SELECT payment.public_id, payment.status, payment.amount, back.amount AS back
        FROM billing_payment AS payment JOIN (
            SELECT payment_id, sum(amount) AS amount, bool_and((member_id, currency) = (
                SELECT member_id, currency FROM billing_payment WHERE id = payment_id
            )) AS same FROM billing_repayment WHERE status <> 'failed' GROUP BY payment_id
        ) AS back ON back.payment_id = payment.id
        WHERE payment.status <> 'succeeded' OR back.amount > payment.amount OR NOT back.same
    """,
    "The sandbox bank and the repayments agree": """
        SELECT repayment.public_id, repayment.status, bank.succeeded, repayment.amount, bank.amount AS of_bank
        FROM billing_repayment AS repayment
        JOIN billing_payment AS payment ON payment.id = repayment.payment_id
        JOIN billing_paymentmethod AS method ON method.id = payment.payment_method_id AND method.gateway = 'sandbox'
        LEFT JOIN billing_sandboxrefund AS bank ON bank.key = 'rpy_' || replace(repayment.public_id::text, '-', '')
        WHERE repayment.status = 'succeeded' AND bank.succeeded IS NOT true
            OR repayment.status = 'failed' AND bank.succeeded IS NOT false
            OR (bank.amount, bank.currency) <> (repayment.amount, repayment.currency)
    """,
    "A registration brought a card of its own member and gateway": """
        SELECT setup.public_id, setup.status FROM billing_cardsetup AS setup
        JOIN billing_paymentmethod AS card ON card.id = setup.payment_method_id
        WHERE card.member_id <> setup.member_id OR card.gateway <> setup.gateway
    """,
}
