"""Credits that expire, and members who leave: what they have is given to them first, in a few statements."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from accounts.enums import DepartureStatus
from accounts.models import Departure, Member
from benchmarks.seeding import multiply

ACCOUNTS = """
INSERT INTO credits_account (member_id, currency, balance, sequence) SELECT id, 'KRW', 0, 0 FROM accounts_member
"""
LOTS = """
INSERT INTO credits_lot (public_id, member_id, kind, source, amount, remaining, granted_at, expires_on, expires_at,
                         purchase, reason, clauses)
SELECT kernel_new_id(), member.id, 'free', 'grant', 1000, 0, %(at)s, day,
    (day + 1)::timestamp AT TIME ZONE 'Asia/Seoul', '', 'bench', ARRAY['upstage/15.3']
FROM accounts_member AS member CROSS JOIN unnest(%(days)s::date[]) AS day
"""
ENTRIES = """
INSERT INTO credits_entry (public_id, member_id, sequence, lot_id, kind, amount, balance_before, balance, lot_remaining,
                           at, clauses, note)
SELECT kernel_new_id(), member_id, number, id, 'grant', amount, amount * (number - 1), amount * number, amount, %(at)s,
    clauses, ''
FROM (SELECT *, row_number() OVER (PARTITION BY member_id ORDER BY id) AS number FROM credits_lot) AS lot
"""


def credits(days: Sequence[date], *, at: datetime) -> None:
    """Everybody gets 1,000 credits to the end of each of these days."""
    with connection.cursor() as cursor:
        for statement in (ACCOUNTS, LOTS, ENTRIES):
            cursor.execute(statement, {"at": at, "days": list(days)})


def departures(count: int, kept_until: date, *, at: datetime) -> None:
    """So many more of the active members have left; their grace period ends with that day."""
    ids = list(Member.objects.filter(status="active").order_by("-pk").values_list("pk", flat=True)[:count])
    Member.objects.filter(pk__in=ids).update(status="withdrawn", withdrawn_at=at)
    row = Departure.objects.create(
        member_id=ids[0], status=DepartureStatus.COMPLETED, requested_at=at, completed_at=at, kept_until=kept_until
    )
    others = f"(SELECT unnest(ARRAY{ids[1:]}::bigint[]) AS n) AS others"
    multiply(row, others, {"public_id": "kernel_new_id()", "member_id": "n"})
