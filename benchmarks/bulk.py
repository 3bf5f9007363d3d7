"""Writing millions of rows: without triggers, and with the indexes made afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

# Of a table and of its partitions every index that nothing refers to: how it is dropped, and how it is made again. A
# partition's own come first: what hangs on an index of the whole table goes and comes with that.
INDEXES = """
SELECT coalesce(alter.begun || 'DROP CONSTRAINT ' || made.conname, 'DROP INDEX ' || class.oid::regclass),
    coalesce(
        alter.begun || 'ADD CONSTRAINT ' || made.conname || ' ' || pg_get_constraintdef(made.oid),
        replace(pg_get_indexdef(class.oid), ' ON ONLY ', ' ON ')
    )
FROM (SELECT relid AS oid FROM pg_partition_tree(%(table)s) UNION SELECT %(table)s::regclass) AS held
JOIN pg_index AS entry ON entry.indrelid = held.oid
JOIN pg_class AS class ON class.oid = entry.indexrelid
LEFT JOIN pg_constraint AS made ON made.conindid = class.oid AND made.contype IN ('p', 'u')
CROSS JOIN LATERAL (SELECT 'ALTER TABLE ' || held.oid::regclass || ' ' AS begun) AS alter
WHERE NOT EXISTS (SELECT FROM pg_inherits AS above WHERE above.inhrelid = class.oid)
    AND NOT EXISTS (SELECT FROM pg_constraint AS other WHERE other.conindid = class.oid AND other.contype = 'f')
ORDER BY held.oid DESC
"""
MORE_MEMORY = "SET maintenance_work_mem = '1GB'; SET work_mem = '512MB'"
AS_BEFORE = "RESET maintenance_work_mem; RESET work_mem"


@contextmanager
def without_indexes(*tables: str) -> Iterator[None]:
    """Drop the indexes of tables that nothing refers to, and make them again: millions of rows at once go faster."""
    indexes: list[tuple[str, str]] = []
    with connection.cursor() as cursor:
        cursor.execute(MORE_MEMORY)
        for table in tables:
            cursor.execute(INDEXES, {"table": table})
            indexes += cursor.fetchall()
        for dropped, _made in indexes:
            cursor.execute(dropped)
    yield
    with connection.cursor() as cursor:
        for _dropped, made in indexes:
            cursor.execute(made)
        cursor.execute(AS_BEFORE)


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
