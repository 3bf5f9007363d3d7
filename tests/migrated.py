"""A database to which the migrations were applied once, for those of the tests to be copies of.

Applying them takes a minute of each process of the tests, a copy takes a second. What they were when they were applied
is noted at the database itself: where they are others by now, or nothing is noted because the one who made it was
killed on the way, it is made anew. `python -m tests.migrated` makes it ahead of the tests.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import connection

from upstage_console.kernel import clock, db

IMPORTED = (clock, db)  # all of the console that migrations import


def database() -> str:
    """The name of the database, made or found as it should be."""
    name, wanted = f"test_{connection.settings_dict['NAME']}_migrated", state()
    quoted = connection.ops.quote_name(name)
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])  # one makes it, the others wait
        if _noted(cursor, name) != wanted:
            cursor.execute(f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)")
            _make(name)
            cursor.execute(f"COMMENT ON DATABASE {quoted} IS '{wanted}'")
    return name


def is_there() -> bool:
    """Whether the database of this process's tests exists, from an earlier run."""
    with connection._nodb_cursor() as cursor:
        return bool(connection.creation._database_exists(cursor, connection.creation._get_test_db_name()))


def state() -> str:
    """A digest of all that decides what the migrations make."""
    digest = hashlib.sha256(django.__version__.encode())
    for file in (*migrations(), *(Path(str(module.__file__)) for module in IMPORTED)):
        digest.update(f"{file.name} {file.stat().st_size} ".encode() + file.read_bytes())
    return digest.hexdigest()


def migrations() -> Iterator[Path]:
    """The files of all apps' migrations, also of those that came with packages."""
    for config in apps.get_app_configs():
        files = Path(config.path, "migrations").rglob("*")
        yield from sorted(file for file in files if file.suffix in {".py", ".sql"})


def _noted(cursor: Any, name: str) -> str | None:
    cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
    return (cursor.fetchone() or [None])[0]


def _make(name: str) -> None:
    with _named(name):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()  # a database that somebody uses can't be copied


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Django makes the database of the tests under another name."""
    places = connection.settings_dict, settings.DATABASES[connection.alias]
    before = [dict(place) for place in places]
    connection.settings_dict["TEST"] = {**connection.settings_dict["TEST"], "NAME": name}
    try:
        yield
    finally:
        for place, kept in zip(places, before, strict=True):
            place.update(kept)


if __name__ == "__main__":
    django.setup()
    database()
