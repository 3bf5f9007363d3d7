"""The console's web processes, started as the Procfile says, on a port of their own, over the test's database."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from random import Random
from urllib.parse import quote

from django.db import connection

from upstage_console.embedded.places import PROJECT
from upstage_console.run import procfile

HOST = "127.0.0.1"
APPLICATION = "upstage_console.wsgi:application"
PATIENCE = 90  # seconds for a start on a machine that does much else


class Console:
    """The server, with what is needed to kill it and to start it again at the same address."""

    def __init__(
        self, log: Path, *, workers: int = 3, application: str = "upstage_console.wsgi:application", **environment: str
    ) -> None:
        self.port = _free_port()
        self._log = log
        self._command = procfile.processes()["web"].replace(APPLICATION, application)
        self._environment = _environment(self.port) | {"WEB_WORKERS": str(workers)} | environment
        self._master: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start all of it, and wait until it answers."""
        with self._log.open("a") as log:
            self._master = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {self._command}"],
                cwd=PROJECT, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while not _answers(self.port):
            assert self._master.poll() is None, self._log.read_text()[-2000:]
            assert time.monotonic() < deadline, f"the server has not answered for {PATIENCE} seconds"
            time.sleep(0.05)

    def kill(self, chance: Random) -> str:
        """kill -9 of one of its processes, whichever, or of all at once; what it was. Then nothing of it is left."""
        assert self._master is not None
        found = sorted(_session(self._master.pid))
        whom = chance.choice(["all", "one"])
        for process in found if whom == "all" else [chance.choice(found)]:
            _kill(process)
        time.sleep(chance.uniform(0, 0.1))
        self.stop()
        return f"{whom} of {len(found)}"

    def stop(self) -> None:
        """All of it at once: what stops politely is no test."""
        if self._master is None:
            return
        for process in _session(self._master.pid):
            _kill(process)
        self._master.wait()
        self._master = None


def environment_of_the_database() -> dict[str, str]:
    """What a process of its own needs to work on the test's database."""
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DATABASE_URL": _database_url(),
        "CELERY_BROKER_URL": "memory://",
        "SECRET_KEY": "of the soak",
        "DEBUG": "0",
        "LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "upstage_console.settings",
    }


def _environment(port: int) -> dict[str, str]:
    return environment_of_the_database() | {
        "HOST": HOST,
        "PORT": str(port),
        "ALLOWED_HOSTS": HOST,
        "SECURE_SSL_REDIRECT": "0",
        "PYTHONWARNINGS": "ignore",
    }


def _database_url() -> str:
    found = connection.get_connection_params()
    host = found.get("host") or HOST
    host = HOST if host.startswith("/") else host  # the embedded server listens there, too
    user, password = quote(found.get("user") or "postgres", safe=""), quote(found.get("password") or "", safe="")
    return f"postgres://{user}:{password}@{host}:{found.get('port') or 5432}/{connection.settings_dict['NAME']}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    """Not only that somebody listens: a worker has loaded the console."""
    line = HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        line.request("GET", "/api/v1/status")
        return line.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        line.close()


def _session(leader: int) -> list[int]:
    """The processes of a session: the server, its workers, and whatever those started."""
    return [process for process in map(int, filter(str.isdigit, os.listdir("/proc"))) if _leader(process) == leader]


def _leader(process: int) -> int | None:
    with suppress(OSError):
        words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return int(words[3]) if words[0] != "Z" else None
    return None


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
