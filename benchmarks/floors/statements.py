"""The statements of the floors."""

from pathlib import Path

CHARGE_SCHEMA = (Path(__file__).parent / "charge.sql").read_text()
EVENT_SCHEMA = (Path(__file__).parent / "events.sql").read_text()

CHARGE = "SELECT floor.charge(%(member)s, %(amount)s)"

ACCESS = """
SELECT member.status, member.currency, coalesce((
    SELECT sum(lot.remaining) FROM credits_lot AS lot
    WHERE lot.member_id = member.id AND NOT lot.spent AND lot.expires_at > now()
), 0) AS balance
FROM accounts_apikey AS key JOIN accounts_member AS member ON member.id = key.member_id
WHERE key.sha256 = %(sha256)s
"""

EVENTS = """
WITH stored AS (
    INSERT INTO floor.event (at, member, id, quantity)
    SELECT event.at, substr(event.member, 5)::uuid, event.id, event.quantity
    FROM json_to_recordset(%(body)s::json -> 'events') AS event (id text, member text, quantity numeric, at timestamptz)
    ON CONFLICT DO NOTHING RETURNING 1
)
SELECT count(*) FROM stored
"""

STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS staged (at timestamptz, member uuid, id text, quantity numeric)
ON COMMIT DELETE ROWS
"""
FROM_STAGE = "INSERT INTO floor.event SELECT at, member, id, quantity FROM staged ON CONFLICT DO NOTHING"

FILL_EVENTS = """
WITH someone AS MATERIALIZED (SELECT array_agg(public_id) AS ids, count(*) AS many FROM accounts_member)
INSERT INTO floor.event
SELECT date_trunc('month', now()) + (now() - date_trunc('month', now())) * (number::float8 / %(existing)s),
    someone.ids[1 + number %% someone.many], 'old-' || number, 3
FROM someone CROSS JOIN generate_series(1, %(existing)s) AS number
"""

MONTH_SCHEMA = (Path(__file__).parent / "month.sql").read_text()
FILL_OWING = "INSERT INTO floor.owing SELECT id, 0, 0 FROM accounts_member"
TOTALS = """
INSERT INTO floor.total
SELECT member_id, meter_id, price_id, count(*), sum(quantity), sum(amount) FROM billing_usageevent
WHERE occurred_at >= %(begins)s AND occurred_at < %(ends)s GROUP BY 1, 2, 3
"""
INVOICES = """
WITH bill AS (
    SELECT member_id, sum(amount) AS amount, row_number() OVER (ORDER BY member_id) AS place FROM floor.total
    GROUP BY member_id
), invoice AS (
    INSERT INTO floor.invoice SELECT place, member_id, to_char(place, 'FM000000'), trunc(amount), now() FROM bill
    RETURNING id, member_id, amount
), line AS (
    INSERT INTO floor.line
    SELECT invoice.id, row_number() OVER (PARTITION BY invoice.id ORDER BY total.meter_id), total.meter_id,
        total.price_id, total.quantity, total.amount
    FROM invoice JOIN floor.total AS total ON total.member_id = invoice.member_id
), posting AS (
    INSERT INTO floor.posting
    SELECT invoice.member_id, owing.sequence + 1, invoice.id, invoice.amount, owing.balance + invoice.amount, now()
    FROM invoice JOIN floor.owing AS owing ON owing.member_id = invoice.member_id
)
UPDATE floor.owing SET balance = owing.balance + invoice.amount, sequence = owing.sequence + 1
FROM invoice WHERE owing.member_id = invoice.member_id
"""
EMPTY_MONTH = (
    "TRUNCATE floor.total, floor.invoice, floor.line, floor.posting; UPDATE floor.owing SET balance = 0, sequence = 0"
)

BILLING_SCHEMA = (Path(__file__).parent / "billing.sql").read_text()
OWED = """
WITH day AS (
    SELECT generate_series(%(first)s::date, %(last)s::date, interval '1 day')::date AS day
), contract AS (
    SELECT id FROM contracts_contract
    WHERE status IN ('concluded', 'suspended') AND starts_on <= %(last)s AND ends_on >= %(first)s
), seats AS (
    SELECT seat.contract_id, count(*) AS days FROM contracts_seat AS seat JOIN day
        ON day.day >= (seat.from_at AT TIME ZONE 'Asia/Seoul')::date
        AND (seat.until_at IS NULL OR day.day < (seat.until_at AT TIME ZONE 'Asia/Seoul')::date)
    GROUP BY seat.contract_id
), used AS (
    SELECT contract_id, sum(quantity) AS quantity FROM contracts_contractuse
    WHERE used_on BETWEEN %(first)s AND %(last)s GROUP BY contract_id
)
INSERT INTO floor.owed
SELECT fee.contract_id, fee.id,
    CASE fee.kind WHEN 'seat' THEN coalesce(seats.days, 0) WHEN 'usage' THEN coalesce(used.quantity, 0) ELSE 1 END,
    trunc(CASE fee.kind
        WHEN 'seat' THEN fee.amount * coalesce(seats.days, 0) / (SELECT count(*) FROM day)
        WHEN 'usage' THEN fee.amount * greatest(coalesce(used.quantity, 0) - coalesce(fee.included, 0), 0)
        ELSE fee.amount
    END)
FROM contract JOIN contracts_contractfee AS fee ON fee.contract_id = contract.id
LEFT JOIN seats ON seats.contract_id = contract.id LEFT JOIN used ON used.contract_id = contract.id
"""
EMPTY_OWED = "TRUNCATE floor.owed"

CLOCKS = """
CREATE TABLE floor_clock (LIKE contracts_caseclock INCLUDING ALL);
INSERT INTO floor_clock OVERRIDING SYSTEM VALUE SELECT * FROM contracts_caseclock
"""
WATCHED = (
    "UPDATE floor_clock SET warned_at = %(at)s WHERE stopped_at IS NULL AND warned_at IS NULL AND warn_at <= %(at)s",
    "UPDATE floor_clock SET breached_at = due_at WHERE stopped_at IS NULL AND breached_at IS NULL AND due_at < %(at)s",
)
