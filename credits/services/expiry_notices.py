"""Telling members before credits expire, and once they have: one statement for thousands of members (upstage/15.6)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.services import broadcasts
from accounts.services.member_batches import active_members
from credits.rules.expiry import NOTICE_STAGES
from credits.services import expiry_letters
from credits.services.expiry_letters import AMOUNT, FREE, NEEDED, PAID
from upstage_console.kernel.calendars import day_end, kst_date
from upstage_console.kernel.clauses import enforces

CLAUSES = ("upstage/15.6",)
LOOKED_BACK = timedelta(days=35)
"""How long after an expiry a run that comes late still tells of it."""

# An amount as `kernel.figures.grouped` writes it.
FIGURE = "rtrim(to_char({}, 'FM999,999,999,999,999,990.999999'), '.')"
TEXTS = ("subject_ko", "subject_en", "body_ko", "body_en")

# Each member's lots stand on a line in burn order, so that the sum up to a lot is what has to be used for it to be used
# up. Members, entries and notices are looked up one by one by index (OFFSET 0, GROUP BY, LIMIT, a value of one row),
# whatever the planner believes about the tables; who has been told is passed over before a text is made.
COMING = """
SELECT member.id, said.stage::text, name.key, {texts}
FROM ({members}) AS member (id)
CROSS JOIN LATERAL (
    SELECT FROM credits_lot
    WHERE member_id = member.id AND NOT spent AND expires_at > %s AND expires_at <= %s LIMIT 1
) AS due
CROSS JOIN LATERAL (
    SELECT lot.*, sum(lot.remaining) OVER in_order AS needed,
        coalesce(sum(lot.remaining) FILTER (WHERE lot.kind = 'free') OVER (), 0) AS free
    FROM credits_lot AS lot WHERE lot.member_id = member.id AND NOT lot.spent AND lot.expires_at > %s
    WINDOW in_order AS (ORDER BY lot.kind = 'paid', lot.expires_at, lot.granted_at, lot.id ROWS UNBOUNDED PRECEDING)
) AS lot
JOIN json_to_recordset(%s) AS said (
    kind text, day date, waits boolean, stage integer, subject_ko text, subject_en text, body_ko text, body_en text
) ON said.kind = lot.kind AND said.day = lot.expires_on AND said.waits = (lot.kind = 'paid' AND lot.free > 0)
    AND lot.expires_on - (lot.granted_at AT TIME ZONE 'Asia/Seoul')::date >= said.stage
CROSS JOIN LATERAL (
    SELECT 'credit_expiry:lot_' || replace(lot.public_id::text, '-', '') || ':' || said.stage AS key
) AS name
WHERE (SELECT told.id FROM accounts_notice AS told WHERE told.member_id = member.id AND told.key = name.key) IS NULL
"""
# A member has one letter for each day, whatever lots ended with it; what a hold gives back after that letter, and so is
# gone as well, has one of its own.
PAST = """
SELECT member.id, '', lot.key, {texts}
FROM ({members}) AS member (id)
CROSS JOIN LATERAL (
    SELECT ended.expires_on, sum(ended.expired) AS remaining,
        coalesce(sum(ended.expired) FILTER (WHERE ended.kind = 'free'), 0) AS free,
        coalesce(sum(ended.expired) FILTER (WHERE ended.kind = 'paid'), 0) AS paid,
        name.key || CASE WHEN told.at IS NULL THEN ''
            ELSE to_char(max(ended.at) AT TIME ZONE 'Asia/Seoul', ':YYYY-MM-DD"T"HH24:MI:SS.US') END AS key
    FROM (
        SELECT lot.kind, lot.expires_on, entry.at, entry.expired
        FROM (
            SELECT lot_id, at, -amount AS expired, kind FROM credits_entry
            WHERE member_id = member.id AND NOT kind = 'use' AND at > %s AND at <= %s OFFSET 0
        ) AS entry
        CROSS JOIN LATERAL (
            SELECT kind, expires_on FROM credits_lot WHERE id = entry.lot_id AND entry.kind = 'expiry' OFFSET 0
        ) AS lot
    ) AS ended
    CROSS JOIN LATERAL (SELECT 'credit_expired:' || to_char(ended.expires_on, 'YYYY-MM-DD') AS key) AS name
    CROSS JOIN LATERAL (
        SELECT max(at) AS at FROM accounts_notice WHERE member_id = member.id AND key = name.key
    ) AS told
    WHERE CASE WHEN told.at IS NULL THEN true WHEN ended.at <= told.at THEN false ELSE NOT EXISTS (
        SELECT FROM accounts_notice AS later
        WHERE later.member_id = member.id AND later.key LIKE name.key || ':%%' AND later.at >= ended.at
    ) END
    GROUP BY ended.expires_on, name.key, told.at
) AS lot
JOIN json_to_recordset(%s) AS said (
    kind text, day date, subject_ko text, subject_en text, body_ko text, body_en text
) ON said.day = lot.expires_on
    AND said.kind = CASE WHEN lot.paid = 0 THEN 'free' WHEN lot.free = 0 THEN 'paid' ELSE 'both' END
"""
COMING_AMOUNTS = {AMOUNT: "lot.remaining", FREE: "lot.free", NEEDED: "lot.needed"}
PAST_AMOUNTS = {AMOUNT: "lot.remaining", FREE: "lot.free", PAID: "lot.paid"}


@enforces("upstage/15.6")
def tell_of_expiries(*, at: datetime) -> int:
    """Tell of every lot that expires soon, once for each stage, and of all that expired on a day, once.

    A late run tells the stage that holds by then; whose paid credits wait behind free ones is told what to use. Returns
    how many were told; a repeat tells nobody. A batch of members is a transaction: after a kill the next run goes on.
    """
    today = kst_date(at)
    coming, past = expiry_letters.coming(today), expiry_letters.past(today, LOOKED_BACK)
    return sum(_tell(members, coming, past, at) for members in active_members())


@transaction.atomic
def _tell(members: Any, coming: str, past: str, at: datetime) -> int:
    chosen, given = members.order_by().values_list("pk").query.sql_with_params()
    until = day_end(kst_date(at) + timedelta(days=max(NOTICE_STAGES)))
    soon = _write(COMING, chosen, [*given, at, until, at, coming], "credit_expiry", at)
    return soon + _write(PAST, chosen, [*given, at - LOOKED_BACK, at, past], "credit_expired", at)


def _write(statement: str, members: str, given: Sequence[Any], about: str, at: datetime) -> int:
    amounts = COMING_AMOUNTS if statement == COMING else PAST_AMOUNTS
    texts = ", ".join(_filled(text, amounts) for text in TEXTS)
    letters = statement.format(members=members, texts=texts)
    return broadcasts.tell_each(letters, given, about=about, at=at, clauses=CLAUSES)


def _filled(text: str, amounts: Mapping[str, str]) -> str:
    """A text with its amounts."""
    filled = f"said.{text}"
    for mark, amount in amounts.items():
        filled = f"replace({filled}, '{mark}', {FIGURE.format(amount)})"
    return filled
