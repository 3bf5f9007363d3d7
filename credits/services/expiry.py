"""Writing down what has expired (upstage/15.4). No balance waits for it: an expired lot pays nothing, posted or not."""

from datetime import datetime

from django.db import connection, transaction

from credits.queries import claims
from credits.services import accounts, holds
from upstage_console.kernel.clauses import enforces

MEMBERS_AT_A_TIME = 1000
MEMBERS = """
SELECT DISTINCT lot.member_id FROM credits_lot AS lot
WHERE NOT lot.spent AND lot.expires_at <= %(at)s AND lot.remaining > lot.held AND {unsettled} = 0
ORDER BY lot.member_id LIMIT %(most)s
"""
POST = "SELECT credits_post_expired_of(%s, %s)"


@enforces("upstage/15.4")
def post_expired(*, at: datetime) -> int:
    """Write the entry of every lot that has expired by `at` with something left and not held; returns how many.

    Holds that are over are ended as well, with the entries of what they had reserved of such lots. Who has used
    something that is not settled yet is left to the next run: it may have been used while the lot still paid.
    Each entry happened at its lot's last instant. A batch of members is one transaction; a repeat finds nothing, a late
    run catches up.
    """
    holds.expire(at=at)
    posted = 0
    while batch := _post_batch(at):
        posted += batch
    return posted


@transaction.atomic
def _post_batch(at: datetime) -> int:
    statement = MEMBERS.format(unsettled=claims.expression("unsettled", "lot.member_id"))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"at": at, "most": MEMBERS_AT_A_TIME})
        members = [member for (member,) in cursor.fetchall()]
        accounts.lock_known(members)
        cursor.execute(POST, [members, at])
        row = cursor.fetchone()
    return int(row[0])
