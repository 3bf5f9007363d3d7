"""Where a scenario is played: inside one transaction that is rolled back, without broker, mail, network or files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from celery import current_app
from django.conf import settings
from django.core import mail
from django.core.files.storage import InMemoryStorage, default_storage
from django.core.mail import EmailMessage
from django.db import connection, transaction

MAIL_IN_MEMORY = "django.core.mail.backends.locmem.EmailBackend"

# What pg_stat_xact_user_tables adds up, without its indexes and scans, which take most of its time.
ROWS_WRITTEN = """
SELECT coalesce(sum(
    pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid)
), 0) FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
"""
READING = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET")


class Stage:
    """The transaction of one scenario; runs what services leave for after their commit as if it had come."""

    def __init__(self) -> None:
        self._before = len(connection.run_on_commit)
        self._wrote = False
        self._rows = rows_written()

    def has_written(self) -> bool:
        """Whether anything was written since the last time this was asked; most jobs of most days write nothing.

        Functions of the database write inside a SELECT, so it is asked as well.
        """
        wrote, rows = self._wrote, rows_written()
        wrote = wrote or rows != self._rows
        self._wrote, self._rows = False, rows
        return wrote

    def has_written_openly(self) -> bool:
        """Whether a statement other than a SELECT wrote something since `has_written` was asked; asks nobody."""
        return self._wrote

    def note(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """Wraps every statement (see `connection.execute_wrapper`)."""
        result = execute(sql, params, many, context)
        if not sql.lstrip()[:9].upper().startswith(READING) and context["cursor"].rowcount != 0:
            self._wrote = True
        return result

    def run_commit_hooks(self) -> None:
        """Run every hook that waits for a commit, and those that these leave behind."""
        while hooks := connection.run_on_commit[self._before :]:
            del connection.run_on_commit[self._before :]
            for hook in hooks:
                hook[1]()

    def waits_for_commit(self) -> bool:
        """Whether a hook waits for the commit."""
        return len(connection.run_on_commit) > self._before

    @contextmanager
    def nothing_kept(self) -> Iterator[None]:
        """What is written and mailed inside was only a try."""
        self.has_written()
        mails = len(mail.outbox)
        try:
            yield
        finally:
            self.has_written()
            del mail.outbox[mails:]

    @property
    def mails(self) -> list[EmailMessage]:
        """What was mailed so far."""
        return list(mail.outbox)


@contextmanager
def stage() -> Iterator[Stage]:
    """Everything inside is taken back at the end, whatever happens."""
    with _nothing_leaves(), savepoint():
        on = Stage()
        with connection.execute_wrapper(on.note):
            yield on
        transaction.set_rollback(True)


def rows_written() -> int:
    """How many rows of the console this transaction has written so far, also those it took back."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS_WRITTEN)
        return int(cursor.fetchone()[0])


def savepoint() -> transaction.Atomic:
    """A block that can be taken back alone. Services may demand to own their transaction: to them it is none."""
    block = transaction.Atomic(using=None, savepoint=True, durable=False)
    setattr(block, "_from_testcase", True)  # noqa: B010  (as Django's own TestCase does, for `durable=True`)
    return block


@contextmanager
def _nothing_leaves() -> Iterator[None]:
    outbox = getattr(mail, "outbox", None)
    mail.outbox = []
    with (
        _replaced(settings, "EMAIL_BACKEND", MAIL_IN_MEMORY),
        _replaced(settings, "INVOICE_FILES_AHEAD", False),
        _replaced(default_storage, "_wrapped", InMemoryStorage()),
        _replaced(current_app.conf, "task_always_eager", True),
        _replaced(current_app.conf, "task_eager_propagates", True),
    ):
        try:
            yield
        finally:
            mail.outbox = outbox if outbox is not None else []


@contextmanager
def _replaced(target: Any, name: str, value: Any) -> Iterator[None]:
    before = getattr(target, name)
    setattr(target, name, value)
    try:
        yield
    finally:
        setattr(target, name, before)


def task_of(name: str) -> Callable[..., Any]:
    """The function of a Celery task, to be called here and now."""
    task: Callable[..., Any] = current_app.tasks[name]
    return task


def is_housekeeping(name: str) -> bool:
    """Whether a task only tidies the machine (`@shared_task(housekeeping=True)`), so that no story depends on it."""
    return bool(getattr(task_of(name), "housekeeping", False))
