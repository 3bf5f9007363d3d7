"""What must hold before the console starts. Each failure is one sentence."""

import os
import socket
from io import StringIO

import psycopg
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connection
from kombu.connection import Connection
from kombu.exceptions import OperationalError as BrokerError

from upstage_console.embedded import ownership

OLDEST_POSTGRES = 15
DEMO_COMMANDS = ("load_terms", "load_catalogue", "load_demo")  # the last one says who may log in


class NotReady(Exception):
    """Why the console cannot start, and what to do about it."""


def port() -> int:
    """The port to serve on, from `PORT`; refused while somebody else listens there."""
    asked = os.environ.get("PORT") or "8000"
    if not asked.isascii() or not asked.isdigit() or not 0 < int(asked) < 65536:
        raise NotReady(f"PORT must be a number from 1 to 65535, not '{asked}'.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host(), int(asked)))
        except PermissionError:
            raise NotReady(
                f"This user may not listen on port {asked}: choose another, as in 'PORT=8001 make run'."
            ) from None
        except OSError as error:
            raise NotReady(
                f"Port {asked} of {host()} is in use: stop what uses it, or choose another, as in 'PORT=8001 make run'."
                if error.errno == 98
                else f"It is not possible to listen on {host()}:{asked}: {error.strerror}."
            ) from None
    return int(asked)


def host() -> str:
    """The address to listen on, from `HOST`: only this machine unless it says otherwise."""
    return os.environ.get("HOST") or "127.0.0.1"


def database(**overrides: str) -> None:
    """Connect once, past the pool, so that the reason of a failure is the real one."""
    parameters = {**connection.get_connection_params(), **overrides}
    try:
        with psycopg.connect(**{"connect_timeout": 5, **parameters}) as line:
            version = line.info.server_version // 10_000
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise NotReady(f"DATABASE_URL does not lead to a database that answers: {reason}") from None
    if version < OLDEST_POSTGRES:
        raise NotReady(f"DATABASE_URL leads to PostgreSQL {version}; the console needs {OLDEST_POSTGRES} or newer.")


def broker() -> None:
    """Have the embedded broker running, or see that the one of `CELERY_BROKER_URL` answers."""
    if settings.BROKER_IS_EMBEDDED:
        ownership.ensure_valkey()
        return
    try:
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=5) as line:  # type: ignore[no-untyped-call]
            line.ensure_connection(max_retries=1, timeout=5)
    except (BrokerError, OSError, ValueError, KeyError) as error:
        raise NotReady(f"CELERY_BROKER_URL does not lead to a broker that answers: {error}") from None


def schema() -> None:
    """Apply the migrations that are missing."""
    call_command("migrate", verbosity=0, interactive=False)


def static_files() -> None:
    """Gather what the pages load, with names that change with the content; DEBUG serves it from the source."""
    if not settings.DEBUG:
        call_command("collectstatic", verbosity=0, interactive=False)


def demo() -> str:
    """Load terms, catalogue and demo data; what is there already stays as it is. What to tell the visitor: log-ins."""
    said = StringIO()
    for command in DEMO_COMMANDS:
        if command in get_commands():
            said.truncate(said.seek(0))
            call_command(command, stdout=said)
    return said.getvalue()
