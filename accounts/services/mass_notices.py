"""Telling all active members the same thing: one statement for each few thousand members, nobody told twice."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from accounts.models import Notice

BATCH = 5_000
"""Members per statement."""

TELL = """
WITH batch AS (
    SELECT id FROM accounts_member WHERE id > %(after)s AND status = 'active' ORDER BY id LIMIT %(size)s
), told AS (
    INSERT INTO accounts_notice (public_id, member_id, {columns})
    SELECT kernel_new_id(), batch.id, {values} FROM batch
    ON CONFLICT (member_id, key) DO NOTHING
    RETURNING 'ntc_' || replace(public_id::text, '-', '') AS name
), sent AS (
    INSERT INTO kernel_outboxmessage (topic, key, payload, created_at, due_at, state, attempts, error)
    SELECT 'notice', name, jsonb_build_object('notice', name), %(at)s, %(at)s, 'waiting', 0, '' FROM told
    ON CONFLICT (topic, key) DO NOTHING
)
SELECT (SELECT max(id) FROM batch), (SELECT count(*) FROM told)
"""


def tell_active_members(pattern: Notice) -> int:
    """Tell every active member what `pattern` says, once for its key, with a mail each; returns how many were new.

    Each batch is a transaction of its own; after a kill the next run tells those who are left: who has the notice is
    passed over.
    """
    columns = _columns(pattern)
    values = ", ".join(f"%({name})s::{kind}" for name, (kind, _) in columns.items())
    statement = TELL.format(columns=", ".join(columns), values=values)
    return in_batches(statement, {name: value for name, (_, value) in columns.items()})


def in_batches(statement: str, asked: Mapping[str, Any]) -> int:
    """Run a statement over all members, `%(size)s` of them `%(after)s` the last at a time, each time in a transaction.

    It answers with the last member of the batch and with how many it did something for; the sum of these is returned.
    """
    after, count = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, {**asked, "after": after, "size": BATCH})
            last, new = cursor.fetchone()
        count += new
        if last is None:
            return count
        after = last


def _columns(pattern: Notice) -> dict[str, tuple[str, Any]]:
    """Each column that all the notices share, with its type and its value."""
    own = {"id", "public_id", "member_id"}
    fields = [field for field in Notice._meta.concrete_fields if field.column not in own]
    return {
        str(field.column): (
            str(field.db_type(connection)),
            field.get_db_prep_save(getattr(pattern, field.attname), connection),
        )
        for field in fields
    }
