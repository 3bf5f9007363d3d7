"""Runs the processes of the Procfile together: all of them, or none."""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from upstage_console.embedded.places import PROJECT
from upstage_console.embedded.processes import bound_to_parent

PATIENCE = 8.0  # seconds for a process to end after it was asked to
INTERVAL = 0.5  # seconds between two looks whether all still run


class Supervisor:
    """One thread: the kernel ties each child to it, so that a killed supervisor leaves no process behind."""

    def __init__(self, commands: Mapping[str, str], environment: Mapping[str, str]) -> None:
        self._commands = commands
        self._environment = {**os.environ, **environment, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        self._width = max(map(len, commands))
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._outputs = selectors.DefaultSelector()
        self._told_to_stop = 0

    def listen_to_signals(self) -> None:
        """Ctrl-C and a polite kill stop everything; the second one does not wait."""
        for kind in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(kind, self._on_signal)

    def start(self) -> None:
        """Start every process in its own session, so that only we hear the terminal's Ctrl-C."""
        for name, command in self._commands.items():
            child = subprocess.Popen(
                ["/bin/sh", "-c", f"exec {command}"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=PROJECT,
                env=self._environment,
                start_new_session=True,
                preexec_fn=bound_to_parent(signal.SIGTERM),  # noqa: PLW1509 - the supervisor has one thread
            )
            self._children[name] = child
            assert child.stdout is not None  # noqa: S101 - we asked for a pipe
            self._outputs.register(child.stdout, selectors.EVENT_READ, name)

    def watch(self, deadline: float | None = None) -> str | None:
        """Pass on what they say until somebody says stop or the deadline passes (None), or one has ended (its name)."""
        while not self._told_to_stop and (deadline is None or time.monotonic() < deadline):
            self._pass_on()
            ended = next((name for name, child in self._children.items() if child.poll() is not None), None)
            if ended:
                return ended
        return None

    @property
    def told_to_stop(self) -> bool:
        return self._told_to_stop > 0

    def exit_code(self, name: str) -> int | None:
        """How a process ended."""
        return self._children[name].poll()

    def stop(self) -> None:
        """Ask all to end, wait, then kill what remains with everything it started."""
        for child in self._children.values():
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + PATIENCE
        while self._some_run() and time.monotonic() < deadline and self._told_to_stop < 2:
            self._pass_on(0.05)
        for child in self._children.values():
            _kill_session(child)
        self._pass_on(0)

    def _some_run(self) -> bool:
        return any(child.poll() is None for child in self._children.values())

    def _pass_on(self, timeout: float = INTERVAL) -> None:
        for key, _ in self._outputs.select(timeout):
            name, output = str(key.data), key.fileobj
            text = os.read(key.fd, 65536)
            if not text:
                self._outputs.unregister(output)
            for line in text.splitlines():
                sys.stdout.write(f"{name:<{self._width}} | {line.decode(errors='replace')}\n")
        sys.stdout.flush()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._told_to_stop += 1


def _kill_session(child: subprocess.Popen[bytes]) -> None:
    """Its session, too: what it started may have outlived it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
