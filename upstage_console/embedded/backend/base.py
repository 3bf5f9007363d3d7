"""Django's PostgreSQL backend that has the embedded servers started at the first connection."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base, client

from upstage_console.embedded import ownership
from upstage_console.embedded.places import find_place
from upstage_console.embedded.postgres import binaries


class DatabaseClient(client.DatabaseClient):
    """`manage.py dbshell` with the psql that came with the server."""

    def runshell(self, parameters: Iterable[str]) -> None:
        self.executable_name = str(binaries(find_place()) / "psql")
        self.connection.settings_dict.update(ownership.ensure_postgres())
        super().runshell(parameters)


class DatabaseWrapper(base.DatabaseWrapper):
    """A command that never asks the database never starts anything. Whoever asks may also send tasks."""

    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        self.settings_dict.update(ownership.ensure_postgres())
        if settings.BROKER_IS_EMBEDDED:
            ownership.ensure_valkey()
        return super().get_connection_params()
