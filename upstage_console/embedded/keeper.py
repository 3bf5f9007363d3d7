"""The process that holds one embedded server as long as anybody uses it."""

import contextlib
import signal
import sys
import time
from types import FrameType

from upstage_console.embedded.errors import CannotStart
from upstage_console.embedded.locks import FileLock
from upstage_console.embedded.places import Place
from upstage_console.embedded.postgres import Postgres
from upstage_console.embedded.valkey import Valkey

SERVERS: dict[str, type[Postgres] | type[Valkey]] = {Postgres.name: Postgres, Valkey.name: Valkey}
INTERVAL = 0.1  # seconds between two looks
READY = "ready"


class Keeper:
    """Starts the server, tells the owner who asked, starts it again if it falls over, stops it when nobody is left."""

    def __init__(self, place: Place, name: str) -> None:
        self.place = place
        self.server = SERVERS[name](place)
        self.told_to_stop = False

    def run(self) -> int:
        """Return the exit code: 0 after a clean stop, 1 when the server could not be started."""
        for kind in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(kind, self._on_signal)
        with FileLock(self.place.lock(self.server.name, "keeper")) as kept:
            kept.exclusive()  # an owner that looks whether we are there has it for an instant
            try:
                return self._hold()
            except CannotStart as error:
                print(error, file=sys.stderr, flush=True)
                return _tell(str(error), exit_code=1)
            finally:
                self.server.stop()

    def _hold(self) -> int:
        self.server.prepare()
        self.server.start()
        _tell(READY)
        with FileLock(self.place.lock(self.server.name, "owners")) as owners:
            while not (self.told_to_stop or owners.try_exclusive()):
                time.sleep(INTERVAL)
                self._restart_ended()
            self.server.stop()  # while the lock is ours: a new owner waits for the end of this
        return 0

    def _restart_ended(self) -> None:
        if self.server.has_ended():
            print(f"{self.server.name} ended by itself; starting it again.", file=sys.stderr, flush=True)
            self.server.start()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.told_to_stop = True


def _tell(sentence: str, exit_code: int = 0) -> int:
    """One line to the owner who started us; it reads no further, and may be gone."""
    with contextlib.suppress(BrokenPipeError):
        print(sentence, flush=True)
    return exit_code
