"""Writing millions of rows: without triggers, without indexes that can be made afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

LOOSE_INDEXES = """
SELECT class.relname, pg_get_indexdef(class.oid)
FROM pg_index AS entry JOIN pg_class AS class ON class.oid = entry.indexrelid
WHERE entry.indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint AS made WHERE made.conindid = class.oid)
"""
MORE_MEMORY = "SET maintenance_work_mem = '1GB'"


@contextmanager
def without_indexes(table: str) -> Iterator[None]:
    """Drop the indexes of a table that no constraint needs, and make them again: millions of rows at once go faster."""
    with connection.cursor() as cursor:
        cursor.execute(MORE_MEMORY)
        cursor.execute(LOOSE_INDEXES, [table])
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        for _name, definition in indexes:
            cursor.execute(definition)


@contextmanager
def copying() -> Iterator[None]:
    """No trigger runs, and no foreign key is looked up: what is copied is right as it is."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield


def settle() -> None:
    """As a server is a while later: cleaned, with statistics, and with everything on disk."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
