"""A web server of the run, started as the Procfile starts the console's, and the client that asks it.

The client writes requests it has made beforehand to a socket and reads the status and the length of the answer: next
to nothing beside what it measures, for it runs on the same cores.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

WORKERS = 2
PATIENCE = 60.0
"""Seconds until a server answers."""
STOPPING = 5.0
BARE = "benchmarks.floors.wsgi:application"
CONSOLE = "upstage_console.wsgi:application"
MOST = 65_536


@contextmanager
def served(application: str, environment: Mapping[str, str]) -> Iterator[int]:
    """Serve a WSGI application by granian; gives its port."""
    port = _free_port()
    words = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", str(WORKERS), "--blocking-threads", "1", "--no-ws", "--log-level", "warning", application,
    ]  # fmt: skip
    process = subprocess.Popen(words, env=dict(environment), start_new_session=True)
    try:
        _wait_for(port, process)
        yield port
    finally:
        _stop(process)


class Asker:
    """One connection that is kept, as a gateway would keep it."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> bytes:
        """Send a request; its whole answer. Raises where the status is not one of success."""
        self._socket.sendall(request)
        answer = self._socket.recv(MOST)
        end = answer.find(b"\r\n\r\n")
        while end < 0:
            answer += self._more()
            end = answer.find(b"\r\n\r\n")
        missing = end + 4 + _length(answer[:end]) - len(answer)
        while missing > 0:
            more = self._more()
            answer += more
            missing -= len(more)
        if answer[9:10] != b"2":
            raise RuntimeError(answer.decode(errors="replace"))
        return answer

    def _more(self) -> bytes:
        more = self._socket.recv(MOST)
        if not more:
            raise ConnectionError("the server hung up")
        return more


def post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """The bytes of a POST with JSON in it."""
    told = {"Host": "bench.example", "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "", ""]
    return "\r\n".join(lines).encode() + body


def _length(head: bytes) -> int:
    place = head.lower().find(b"content-length:")
    if place < 0:
        raise RuntimeError("an answer without a length")
    return int(head[place + 15 :].split(b"\r\n", 1)[0])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """A worker that was asked to stop while it started never does: it is not waited for long."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOPPING)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("the web server did not start")
