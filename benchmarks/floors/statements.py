"""The statements of the floors."""

from pathlib import Path

SCHEMA = (Path(__file__).parent / "charge.sql").read_text()

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
