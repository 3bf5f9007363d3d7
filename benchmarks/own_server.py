"""The benchmark's own PostgreSQL: the embedded binaries under the project's own supervisor, in a temporary folder.

Nothing of a server that runs already is used or touched. The settings are those of `make run`, so commits are durable:
fsync and synchronous_commit are on, and the benchmark refuses to measure where they are not.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from upstage_console.embedded import postgres
from upstage_console.embedded.ownership import Ownership
from upstage_console.embedded.places import PROJECT, Place, find_place

TEMPLATE = postgres.DATABASE
OPEN_TO_THE_SERVER = 0o755
NO_OTHER_SERVER = ("DATABASE_URL", "CELERY_BROKER_URL")


@dataclass(frozen=True)
class OwnServer:
    """A PostgreSQL that belongs to this run alone."""

    place: Place

    def url(self, database: str) -> str:
        """Where a database of it is, over TCP as an application beside its server would reach it."""
        told = postgres.address(self.place)
        return f"postgres://{told['USER']}:{quote(told['PASSWORD'])}@127.0.0.1:{told['PORT']}/{database}"

    def environment(self, database: str) -> dict[str, str]:
        """What a process needs in order to work on one of its databases, set up as in production."""
        inherited = {name: value for name, value in os.environ.items() if name not in NO_OTHER_SERVER}
        return inherited | {
            "DATA_FOLDER": str(self.place.data),
            "DATABASE_URL": self.url(database),
            "DEBUG": "0",
            "SECRET_KEY": "for as long as the benchmark runs",
            "ALLOWED_HOSTS": "*",
            "SECURE_SSL_REDIRECT": "0",
            "LOG_LEVEL": "WARNING",
            "PATH": f"{postgres.binaries(self.place)}{os.pathsep}{os.environ['PATH']}",
        }

    def settings(self) -> dict[str, str]:
        """What the figures depend on. Raises where a commit would not be durable."""
        names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size")
        with self._connected() as connection:
            found = {name: str(connection.execute(f"SHOW {name}").fetchone()[0]) for name in names}  # type: ignore[index]
        if (found["fsync"], found["synchronous_commit"]) != ("on", "on"):
            raise RuntimeError("commits are not durable: nothing is measured")
        return found

    def migrate(self) -> None:
        """Bring the template, of which every other database is a copy, to the state of the code."""
        words = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(words, check=True, cwd=PROJECT, env=self.environment(TEMPLATE))

    @contextmanager
    def database(self, name: str) -> Iterator[str]:
        """A fresh copy of the template; dropped at the end."""
        with self._connected() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        try:
            yield name
        finally:
            with self._connected() as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _connected(self) -> psycopg.Connection:
        return psycopg.connect(self.url("postgres"), autocommit=True)


@contextmanager
def own_server(parent: str | None) -> Iterator[OwnServer]:
    """Start a PostgreSQL in a new folder under `parent`, or wherever temporary files go; stop and delete it at the end.

    It should be on the kind of disk that is to be measured; a folder in memory makes every commit cheap.
    """
    folder = Path(tempfile.mkdtemp(prefix="upstage-benchmark-", dir=parent)).resolve()
    folder.chmod(OPEN_TO_THE_SERVER)
    place = find_place(folder)
    owned = Ownership(place, postgres.Postgres.name)
    try:
        owned.ensure()
        yield OwnServer(place)
    finally:
        owned.let_go()
        for left in {folder, place.root}:
            with suppress(FileNotFoundError):
                shutil.rmtree(left)


def here() -> dict[str, str]:
    """The environment of this very process: that of the database which the run gave it."""
    return dict(os.environ)
