"""Children that do not outlive their parent."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from upstage_console.embedded.places import ServerUser

PR_SET_PDEATHSIG = 1
LARGEST_LOG = 5_000_000  # bytes
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def die_with_parent(stop_signal: signal.Signals) -> None:
    """Ask the kernel to send this process `stop_signal` when the thread that started it ends, killed or not (Linux)."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)


def bound_to_parent(stop_signal: signal.Signals) -> Callable[[], None]:
    """What a child runs before its program. The parent may die before the child asks: then the child ends itself."""
    parent = os.getpid()

    def bind() -> None:
        die_with_parent(stop_signal)
        if os.getppid() != parent:
            os._exit(1)

    return bind


def start(
    arguments: Sequence[str | Path], *, user: ServerUser | None, log: Path, stop_signal: signal.Signals
) -> subprocess.Popen[bytes]:
    """Start a server as `user` with its output in `log`; `stop_signal` reaches it when this thread dies."""
    with _fresh_log(log).open("ab") as output:
        return subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=ENVIRONMENT,
            user=user.uid if user else None,
            group=user.gid if user else None,
            extra_groups=[] if user else None,
            preexec_fn=bound_to_parent(stop_signal),  # noqa: PLW1509 - the keeper has one thread
        )


def stop(process: subprocess.Popen[bytes], *signals: signal.Signals, patience: float = 10) -> None:
    """Send each signal in turn, kindest first, and wait `patience` seconds after each; then kill."""
    for stop_signal in (*signals, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(stop_signal)
        try:
            process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            continue
        return


def _fresh_log(log: Path) -> Path:
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".old"))
    return log
