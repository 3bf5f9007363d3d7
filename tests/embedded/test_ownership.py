"""A server lives exactly as long as somebody owns it."""

import signal
import socket
import subprocess
import sys
import time

from tests.embedded.conftest import connect
from upstage_console.embedded.locks import FileLock
from upstage_console.embedded.places import PROJECT

OWNER = """
import sys, time
from pathlib import Path
from upstage_console.embedded.ownership import Ownership
from upstage_console.embedded.places import find_place
owner = Ownership(find_place(Path(sys.argv[1])), sys.argv[2])
owner.ensure()
print("owned", flush=True)
time.sleep(60)
"""


def test_last_owner_stops_the_server(place, own):
    first, second = own(place), own(place)

    first.let_go()
    connect(place).close()
    second.let_go()

    assert _is_free(place, "postgres")
    assert not list(place.sockets.iterdir())


def test_two_owners_have_one_server(place, own):
    own(place)
    first = (place.postgres / "postmaster.pid").read_text()

    own(place)

    assert (place.postgres / "postmaster.pid").read_text() == first


def test_killed_owner_takes_the_server_along(place):
    owner = _other_process(place, "postgres")

    owner.kill()
    owner.wait()

    assert _is_free_soon(place, "postgres")


def test_owner_of_another_process_keeps_the_server(place, own):
    other = _other_process(place, "postgres")
    own(place).let_go()

    connect(place).close()
    other.send_signal(signal.SIGTERM)
    other.wait()

    assert _is_free_soon(place, "postgres")


def test_owner_that_comes_while_the_server_stops_gets_a_new_one(place, own):
    for _ in range(3):
        own(place).let_go()
        own(place)
        connect(place).close()


def test_broker_keeps_its_messages_over_a_restart(empty, own):
    own(empty, "valkey").let_go()
    first = own(empty, "valkey")
    assert _say(empty, "SET nudge here") == "+OK"
    first.let_go()

    own(empty, "valkey")

    assert _say(empty, "EXISTS nudge") == ":1"


def _other_process(place, server: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, place.data, server], stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    with process.stdout as report:
        assert report.readline() == "owned\n"
    return process


def _say(place, command: str) -> str:
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(place.broker_socket))
        line.sendall(command.encode() + b"\r\n")
        return line.recv(100).decode().strip()


def _is_free(place, server: str) -> bool:
    with FileLock(place.lock(server, "keeper")) as kept:
        return kept.try_exclusive()


def _is_free_soon(place, server: str, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not _is_free(place, server) and time.monotonic() < deadline:
        time.sleep(0.05)
    return _is_free(place, server)
