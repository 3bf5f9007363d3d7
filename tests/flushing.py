"""How the tables are emptied after a test that committed: row by row, as there are few.

Django truncates all of them, which makes hundreds of files anew and takes longer than most of these tests.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

OF_THE_MODELS = {"django_content_type", "auth_permission"}
"""What Django would write again after each time, the same as before."""
ALWAYS_TRIGGERED = "SELECT relname FROM pg_class JOIN pg_trigger ON tgrelid = pg_class.oid WHERE tgenabled = 'A'"


def sql_flush(
    style: Any, tables: Iterable[str], *, reset_sequences: bool = False, allow_cascade: bool = False
) -> list[str]:
    """The statements that delete what is in the tables, in any order and without asking a trigger (replication role).

    Whose triggers are asked always is truncated, with what refers to it. In place of the method of `connection.ops`;
    sequences go on where they are, as for Django's own tests.
    """
    if reset_sequences or allow_cascade:
        raise NotImplementedError("Sequences go on, and every table is among those named.")
    filled, triggered = _filled([name for name in tables if name not in OF_THE_MODELS]), _names(ALWAYS_TRIGGERED)
    truncating = ", ".join(_quoted(name) for name in filled if name in triggered)
    return [
        "SET LOCAL session_replication_role = replica",
        *([f"TRUNCATE {truncating} CASCADE"] if truncating else []),
        *(f"DELETE FROM {_quoted(name)}" for name in filled if name not in triggered),
    ]


def _filled(tables: Sequence[str]) -> list[str]:
    return _names(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {_quoted(name)})" for name in tables))


def _names(statement: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [name for (name,) in cursor.fetchall()]


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))
