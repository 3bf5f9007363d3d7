"""What a process does to have the embedded servers running for as long as it lives."""

import atexit
import os
import subprocess
import sys
import threading
import time

from upstage_console.embedded import postgres
from upstage_console.embedded.errors import CannotStart
from upstage_console.embedded.keeper import READY
from upstage_console.embedded.locks import FileLock
from upstage_console.embedded.places import PROJECT, Place, find_place

STOP_PATIENCE = 15.0  # seconds


class Ownership:
    """A share in one server of a place. Several processes, and several of these, may have one at the same time."""

    def __init__(self, place: Place, server: str) -> None:
        self.place = place
        self.server = server
        self._process = os.getpid()
        self._keeper: subprocess.Popen[str] | None = None
        self._share: FileLock | None = None

    def ensure(self) -> None:
        """Return once the server answers; it runs until we let go.

        Raises `CannotStart` with the sentence for the person at the terminal.
        """
        try:
            self._ensure()
        except PermissionError as error:
            raise CannotStart(f"{error.filename} belongs to another user: run this as that user.") from None

    def let_go(self) -> None:
        """Give the share back and, if nobody else has one, wait until the server has stopped."""
        if self._share is None or self._process != os.getpid():
            return
        self._share.close()
        self._share = None
        deadline = time.monotonic() + STOP_PATIENCE
        while self._has_keeper() and not self._has_other_owners() and time.monotonic() < deadline:
            time.sleep(0.02)
        if self._keeper is not None and not self._has_keeper():
            self._keeper.wait()

    def _ensure(self) -> None:
        if self._share is None:
            self.place.prepare()
            self._share = FileLock(self.place.lock(self.server, "owners"))
            self._share.share()
        with FileLock(self.place.lock(self.server, "start")) as starting:
            starting.exclusive()
            if not self._has_keeper():
                self._start_keeper()

    def _has_keeper(self) -> bool:
        with FileLock(self.place.lock(self.server, "keeper")) as kept:
            return not kept.try_share()

    def _has_other_owners(self) -> bool:
        """Somebody shares the lock: we can share it, but not have it alone."""
        with FileLock(self.place.lock(self.server, "owners")) as owners:
            return not owners.try_exclusive() and owners.try_share()

    def _start_keeper(self) -> None:
        log = self.place.log("keeper")
        with log.open("a") as errors:
            self._keeper = subprocess.Popen(
                [sys.executable, "-m", "upstage_console.embedded", self.server, str(self.place.data)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=PROJECT,
                text=True,
                start_new_session=True,
            )
        assert self._keeper.stdout is not None  # noqa: S101 - we asked for a pipe
        with self._keeper.stdout as report:
            answer = report.readline().strip()
        if answer != READY:
            self._keeper.wait()
            raise CannotStart(answer or f"The embedded {self.server} did not start: see {log}.")


_ours: dict[str, Ownership] = {}
_one_thread = threading.Lock()


def ensure(server: str) -> Place:
    """Have a server of the project's data folder running until this process ends."""
    with _one_thread:
        if server not in _ours:
            _ours[server] = Ownership(find_place(), server)
            atexit.register(_ours[server].let_go)
        _ours[server].ensure()
        return _ours[server].place


def ensure_postgres() -> dict[str, str]:
    """Have PostgreSQL running; where it is, by the keys of `DATABASES`."""
    return postgres.address(ensure("postgres"))


def ensure_valkey() -> None:
    """Have the broker running."""
    ensure("valkey")


def let_go() -> None:
    """Give this process's shares back before it ends."""
    for ownership in _ours.values():
        ownership.let_go()
