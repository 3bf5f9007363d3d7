"""Telling many members at once: one statement writes their notices and the mails that leave after the commit."""

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
    SELECT kernel_new_id(), letter.member_id, %s, letter.stage, letter.key, letter.subject_ko, letter.subject_en,
        letter.body_ko, letter.body_en, %s::varchar[], %s, '', 0
    FROM ({letters}) AS letter (member_id, stage, key, subject_ko, subject_en, body_ko, body_en)
    ON CONFLICT (member_id, key) DO NOTHING
    RETURNING public_id
), named AS (SELECT 'ntc_' || replace(public_id::text, '-', '') AS name FROM told)
INSERT INTO kernel_outboxmessage (topic, key, payload, created_at, due_at, state, attempts, error)
SELECT 'notice', name, jsonb_build_object('notice', name), %s, %s, 'waiting', 0, '' FROM named
"""
THE_SAME = "SELECT member.id, '', %s, %s, %s, %s, %s FROM ({members}) AS member (id)"


def tell_all(
    members: QuerySet[Any], *, about: str, text: Text, key: str, at: datetime, clauses: Sequence[str] = ()
) -> int:
    """Tell each of `members` the same, once for each `key`, in the caller's transaction. Returns how many were new.

    One statement however many they are; a repeat tells only those who were not told yet.
    """
    chosen, given = members.order_by().values_list("pk").query.sql_with_params()
    said = [key, text.subject_ko, text.subject_en, text.body_ko, text.body_en]
    return tell_each(THE_SAME.format(members=chosen), [*said, *given], about=about, at=at, clauses=clauses)


def tell_each(letters: str, given: Sequence[Any], *, about: str, at: datetime, clauses: Sequence[str] = ()) -> int:
    """Tell members what a statement says of each, in the caller's transaction. Returns how many letters were new.

    `letters` with its parameters answers with member, stage, key, subject and body, the latter two in Korean and in
    English. The same key goes out to a member once.
    """
    require_transaction()
    with connection.cursor() as cursor:
        cursor.execute(TELL.format(letters=letters), [about, list(clauses), at, *given, at, at])
        return int(cursor.rowcount)
