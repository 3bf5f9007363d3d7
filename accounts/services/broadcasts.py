"""Telling many members the same: one statement writes their notices and the mails that leave after the commit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.services.notices import Text
from upstage_console.kernel.db import require_transaction

TELL = """
WITH told AS (
    INSERT INTO accounts_notice (
        public_id, member_id, about, stage, key, subject_ko, subject_en, body_ko, body_en, clauses, at, bounce,
        sent_again
    )
    SELECT kernel_new_id(), member.id, %s, '', %s, %s, %s, %s, %s, %s::varchar[], %s, '', 0
    FROM ({members}) AS member (id)
    ON CONFLICT (member_id, key) DO NOTHING
    RETURNING public_id
), named AS (SELECT 'ntc_' || replace(public_id::text, '-', '') AS name FROM told)
INSERT INTO kernel_outboxmessage (topic, key, payload, created_at, due_at, state, attempts, error)
SELECT 'notice', name, jsonb_build_object('notice', name), %s, %s, 'waiting', 0, '' FROM named
"""


def tell_all(
    members: QuerySet[Any], *, about: str, text: Text, key: str, at: datetime, clauses: Sequence[str] = ()
) -> int:
    """Tell each of `members` the same, once for each `key`, in the caller's transaction. Returns how many were new.

    One statement however many they are; a repeat tells only those who were not told yet.
    """
    require_transaction()
    chosen, given = members.order_by().values_list("pk").query.sql_with_params()
    told: list[Any] = [about, key, text.subject_ko, text.subject_en, text.body_ko, text.body_en, list(clauses), at]
    with connection.cursor() as cursor:
        cursor.execute(TELL.format(members=chosen), [*told, *given, at, at])
        return int(cursor.rowcount)
