"""A job and its floor: its time and statements, and how long PostgreSQL takes to write the same rows at once."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from accounts.models import Consent, Destruction, KeptRecord, Notice, Restriction
from credits.models import Entry
from upstage_console.kernel.models import AuditEvent, OutboxMessage, Transition

WRITTEN: Sequence[type[models.Model]] = (
    Notice, OutboxMessage, Consent, Restriction, Transition, AuditEvent, Entry, KeptRecord, Destruction
)  # fmt: skip


@dataclass(frozen=True)
class Measured:
    """One job over so many members."""

    name: str
    members: int
    done: int
    seconds: float
    statements: int
    floor: float

    @property
    def ratio(self) -> float:
        """How many times as long as the floor."""
        return self.seconds / self.floor if self.floor else 0.0

    def line(self) -> list[str]:
        each = self.statements / max(self.done, 1) * 1000
        return [
            self.name, f"{self.done:,}", f"{self.seconds:.2f}", f"{self.floor:.2f}", f"{self.ratio:.1f}",
            f"{self.statements:,}", f"{each:.1f}",
        ]  # fmt: skip


COLUMNS = ("job", "done", "seconds", "floor", "ratio", "statements", "per 1,000 done")


class Counter:
    """Counts what is sent to the database."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.count += 1
        return execute(*args)


@contextmanager
def counted() -> Iterator[Counter]:
    counter = Counter()
    with connection.execute_wrapper(counter):
        yield counter


def measure(name: str, members: int, job: Callable[[], int]) -> Measured:
    """Run a job once; the floor is one statement for each table it wrote, with the same rows, indexes and commit."""
    before = {model: last_of(model) for model in WRITTEN}
    begun = time.perf_counter()
    with counted() as counter:
        done = job()
    seconds = time.perf_counter() - begun
    floor = sum(floor_of(model, last) for model, last in before.items())
    return Measured(name, members, done, seconds, counter.count, floor)


def last_of(model: type[models.Model]) -> Any:
    """The key of the last row; every key grows."""
    table, key = model._meta.db_table, _key(model)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {key} FROM {table} ORDER BY {key} DESC LIMIT 1")
        row = cursor.fetchone()
    return row[0] if row else None


def floor_of(model: type[models.Model], last: Any) -> float:
    """How long the rows after `last` take to be written into an empty table like theirs."""
    table, like = model._meta.db_table, f"floor_{model._meta.db_table}"
    new = f"FROM {table} WHERE {_key(model)} > %s" if last is not None else f"FROM {table}"
    after = [] if last is None else [last]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT {new})", after)
        if not cursor.fetchone()[0]:
            return 0.0
        cursor.execute(f"CREATE TABLE {like} (LIKE {table} INCLUDING ALL)")
        begun = time.perf_counter()
        cursor.execute(f"INSERT INTO {like} OVERRIDING SYSTEM VALUE SELECT * {new}", after)
        seconds = time.perf_counter() - begun
        cursor.execute(f"DROP TABLE {like}")
    return seconds


def _key(model: type[models.Model]) -> str:
    return str(model._meta.pk.column)
