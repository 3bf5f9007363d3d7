"""A job killed half-way and run again: everybody once, nobody twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from benchmarks import jobs

CHILD = "benchmark to be killed"
STILL_THERE = f"SELECT count(*) FROM pg_stat_activity WHERE application_name = '{CHILD}'"
# Each notice has its one mail, and each lot at most one entry that takes away what was left.
TWICE = """
SELECT (SELECT count(*) FROM accounts_notice) - (SELECT count(*) FROM kernel_outboxmessage WHERE topic = 'notice'),
    (SELECT count(*) FROM (
        SELECT FROM credits_entry WHERE kind IN ('expiry', 'void') GROUP BY lot_id HAVING count(*) > 1
    ) AS twice)
"""


KILLED_COLUMNS = ("job", "of", "done at the kill", "done by the next run", "left out", "twice")


@dataclass(frozen=True)
class Killed:
    """A job that was killed after it had done some, and what the next run did."""

    name: str
    members: int
    at_the_kill: int
    rest: int

    def line(self) -> list[str]:
        return [self.name, f"{self.members:,}", f"{self.at_the_kill:,}", f"{self.rest:,}", "0", "0"]


def killed(name: str, at: datetime, rows: Callable[[], int], count: int) -> Killed:
    """Run a job in a process of its own, kill that with SIGKILL between batches, and let the next run finish.

    `rows` counts what the job has done and committed, of `count` in all. Fails where anybody is left out, or told
    twice, or where a third run still finds something.
    """
    before = rows()
    child = _start(name, at, max(count // 20, 1))
    while rows() < before + count // 4 and child.poll() is None:
        time.sleep(0.005)
    child.kill()
    assert child.wait() == -signal.SIGKILL, f"{name} was over before it could be killed"
    _wait_until_it_is_gone()
    found = rows() - before
    jobs.run(name, at)
    assert rows() - before == count, (name, rows() - before, count)
    assert jobs.run(name, at) == 0, name
    assert _asked(TWICE) == (0, 0), name
    return Killed(name, count, found, count - found)


def _start(name: str, at: datetime, most: int) -> "subprocess.Popen[bytes]":
    database = connection.settings_dict["NAME"]
    words = [sys.executable, "-m", "benchmarks.jobs", str(database), name, at.isoformat(), str(most)]
    return subprocess.Popen(words, env={**os.environ, "PGAPPNAME": CHILD})


def _wait_until_it_is_gone() -> None:
    """PostgreSQL notices a moment later that nobody listens, and takes back what was not committed."""
    while _asked(STILL_THERE) != (0,):
        time.sleep(0.01)


def _asked(statement: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return tuple(cursor.fetchone())
