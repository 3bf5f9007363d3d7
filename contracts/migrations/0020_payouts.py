"""What was to be transferred to customers before it had rows of its own: open where its task is, else transferred."""

from django.db import migrations

WRITE = """
INSERT INTO billing_firmpayout (
    public_id, firm_id, subject, currency, amount, decided_at, paid_on, reference, noted_at
)
SELECT kernel_new_id(), customer.firm_id, decided.name, contract.currency, decided.amount, decided.at,
    (task.closed_at AT TIME ZONE 'Asia/Seoul')::date,
    CASE WHEN task.closed_at IS NULL THEN '' ELSE coalesce(nullif(left(task.outcome, 120), ''), '-') END,
    task.closed_at
FROM (
    SELECT ended.contract_id, ended.closed_at AS at, 'ter_' || replace(ended.public_id::text, '-', '') AS name,
        ended.refund + ended.refund_tax - coalesce((
            SELECT sum(paid.principal) FROM billing_firmpayment AS paid
            WHERE paid.key = 'end:ter_' || replace(ended.public_id::text, '-', '')
        ), 0) AS amount
    FROM contracts_termination AS ended WHERE ended.status = 'done'
    UNION ALL
    SELECT award.contract_id, award.closed_at, 'awd_' || replace(award.public_id::text, '-', ''), award.amount
    FROM contracts_contractaward AS award WHERE award.status = 'done'
) AS decided
JOIN contracts_contract AS contract ON contract.id = decided.contract_id
JOIN contracts_customer AS customer ON customer.id = contract.customer_id
JOIN kernel_dueitem AS task ON task.kind = 'contract_payout' AND task.key = decided.name
WHERE decided.amount > 0
"""


class Migration(migrations.Migration):
    dependencies = [("contracts", "0019_change_wishes"), ("billing", "0042_firm_credits")]

    operations = [migrations.RunSQL(WRITE, migrations.RunSQL.noop)]
