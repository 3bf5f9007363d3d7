"""Noting that a membership is in use, from which dormancy is counted (upstage/26.2)."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import connection

from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.clauses import enforces

# Members are locked in the order of their keys, so that two batches at once never wait for one another.
NOTE = """
UPDATE accounts_member SET last_used_on = newly.day
FROM (
    SELECT member.id, used.day
    FROM unnest(%(members)s::bigint[], %(days)s::date[]) AS used (member_id, day)
    JOIN accounts_member AS member ON member.id = used.member_id
    WHERE member.last_used_on IS NULL OR member.last_used_on < used.day
    ORDER BY member.id FOR NO KEY UPDATE OF member
) AS newly
WHERE accounts_member.id = newly.id
"""


def note_use(member_ids: Collection[int], *, at: datetime) -> int:
    """Note the day of a log-in or a use of the API; who was noted that day is not written again."""
    return note_days(dict.fromkeys(member_ids, kst_date(at)))


@enforces("upstage/26.2")
def note_days(used: Mapping[int, date]) -> int:
    """Note for each member the day in Korea of a use of the API; an earlier day than the known one changes nothing.

    One statement, or none for nobody. Called before anything else is locked: members come first in the order of locks.
    """
    if not used:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(NOTE, {"members": list(used), "days": list(used.values())})
        return int(cursor.rowcount)


def is_news(last_used_on: date | None, day: date) -> bool:
    """Whether a use on this day is yet to be noted."""
    return last_used_on is None or last_used_on < day
