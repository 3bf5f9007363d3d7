"""A process that dies at a statement: that one is never sent, nor any after it, and what was not committed is gone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

Execute = Callable[..., Any]


class Killed(BaseException):
    """The process is gone; nobody catches this on the way, as nobody catches a SIGKILL."""


class Statements:
    """Counts the statements that are sent, and dies at the one with number `cut` (from 0), if any has it.

    A test is itself a transaction, so services commit by releasing a savepoint; one that dies there has not committed.
    """

    def __init__(self, cut: int | None) -> None:
        self.cut, self.sent = cut, 0
        self.is_dead = False

    def __call__(self, execute: Execute, sql: str, params: Any, many: bool, context: Any) -> Any:
        if self.is_dead:
            return self._take_back(execute, sql, params, many, context)
        if self.sent == self.cut:
            self.is_dead = True
            if sql.startswith("RELEASE SAVEPOINT"):
                execute(sql.replace("RELEASE", "ROLLBACK TO", 1), params, many, context)
            raise Killed
        self.sent += 1
        return execute(sql, params, many, context)

    def _take_back(self, execute: Execute, sql: str, params: Any, many: bool, context: Any) -> Any:
        """The database takes back what was open; a dead process sends nothing else."""
        if sql.startswith(("ROLLBACK TO SAVEPOINT", "RELEASE SAVEPOINT")):
            return execute(sql, params, many, context)
        raise Killed


@contextmanager
def killed_at(cut: int | None) -> Iterator[Statements]:
    """What is done inside dies at that statement; None only counts."""
    statements = Statements(cut)
    with connection.execute_wrapper(statements):
        try:
            yield statements
        except Killed:
            assert statements.is_dead
