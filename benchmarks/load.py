"""Load: clients in processes of their own, all beginning together, each asking again as soon as it has its answer.

Floors and product are asked by the same code, so that what a client costs is in both.
"""

import multiprocessing
import time
import traceback
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from django.db import connection

Call = Callable[[], object]
Client = Callable[[int], Call]
"""Makes what one client asks again and again; it gets the client's number, from 0, and is called in its process."""

WARM_UP = 5
PATIENCE = 120.0
"""Seconds until every client stands ready."""

_fork = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Pace:
    """What clients got: calls per second, and how long one took, in seconds."""

    rate: float
    median: float
    p99: float


def paced(client: Client, clients: int, seconds: float) -> Pace:
    """Let so many clients ask for so many seconds. Raises what went wrong in any of them."""
    connection.close()  # none is shared with a child
    start = _fork.Barrier(clients)
    pipes = []
    processes = []
    for number in range(clients):
        mine, theirs = _fork.Pipe(duplex=False)
        process = _fork.Process(target=_ask, args=(client, number, seconds, start, theirs), daemon=True)
        process.start()
        theirs.close()
        pipes.append(mine)
        processes.append(process)
    answers = [_answer(pipe) for pipe in pipes]
    for process in processes:
        process.join()
    return _pace(answers)


def _answer(pipe: Connection) -> "array[float]":
    try:
        answer: Any = pipe.recv()
    except EOFError:
        raise RuntimeError("a client died") from None
    if isinstance(answer, str):
        raise RuntimeError(answer)
    taken = array("d")
    taken.frombytes(answer)
    return taken


def _ask(client: Client, number: int, seconds: float, start: Barrier, pipe: Connection) -> None:
    try:
        call = client(number)
        for _ in range(WARM_UP):
            call()
        start.wait(PATIENCE)
        pipe.send(_taken(call, seconds).tobytes())
    except BaseException:
        start.abort()
        pipe.send(traceback.format_exc())
    pipe.close()


def _taken(call: Call, seconds: float) -> "array[float]":
    """How long each call took; the first is the whole time."""
    taken = array("d", [0.0])
    begun = before = time.perf_counter()
    while before - begun < seconds:
        call()
        now = time.perf_counter()
        taken.append(now - before)
        before = now
    taken[0] = before - begun
    return taken


def _pace(answers: "list[array[float]]") -> Pace:
    each = sorted(seconds for taken in answers for seconds in taken[1:])
    rate = sum((len(taken) - 1) / taken[0] for taken in answers)
    return Pace(rate, each[len(each) // 2], each[len(each) * 99 // 100])
