"""Workers that are killed (kill -9) in the middle of their work, again and again."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from tests.soak.console import environment_of_the_database
from upstage_console.embedded.places import PROJECT

PATIENCE = 120


@contextmanager
def worker(task: str, *sizes: str) -> Iterator[None]:
    """A process that runs the task over and over, and is killed in the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.soak.job", task, *sizes], cwd=PROJECT, env=environment_of_the_database()
    )
    try:
        yield
        assert process.poll() is None, f"{task} ended by itself"
    finally:
        process.kill()
        process.wait()


def killed_at_work(done: Callable[[], int], chance: Random, kills: int, task: str, *sizes: str) -> None:
    """Start the worker and kill it once it has done some more, so many times; `done` counts what it has committed."""
    for _ in range(kills):
        with worker(task, *sizes):
            _until_more(done, done() + chance.randint(1, 5))
            time.sleep(chance.uniform(0, 0.01))


def _until_more(done: Callable[[], int], wanted: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while done() < wanted:
        assert time.monotonic() < deadline, "it does nothing"
        time.sleep(0.002)
