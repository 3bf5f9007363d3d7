"""Writing down what has expired (upstage/15.4). No balance waits for it: an expired lot pays nothing, posted or not."""

from datetime import datetime

from django.db import connection, transaction

from credits.services import holds
from upstage_console.kernel.clauses import enforces

MEMBERS_AT_A_TIME = 1000


@enforces("upstage/15.4")
def post_expired(*, at: datetime) -> int:
    """Write the entry of every lot that has expired by `at` with something left and not held; returns how many.

    Holds that are over are ended as well, with the entries of what they had reserved of such lots.
    Each entry happened at its lot's last instant. A batch of members is one transaction; a repeat finds nothing, a late
    run catches up.
    """
    posted = 0
    while batch := _post_batch(at):
        posted += batch
    holds.expire(at=at)
    return posted


@transaction.atomic
def _post_batch(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT credits_post_expired(%s, %s)", [at, MEMBERS_AT_A_TIME])
        row = cursor.fetchone()
    return int(row[0])
