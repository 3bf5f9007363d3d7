"""The only reader of the clock.

Interfaces (views, tasks, commands) read it once and pass `at`; rules and services never read it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

KST = ZoneInfo("Asia/Seoul")

_fixed: ContextVar[datetime | None] = ContextVar("fixed clock", default=None)


def now() -> datetime:
    """This instant, in UTC."""
    return _fixed.get() or datetime.now(UTC)


def today() -> date:
    """The date in Korea."""
    return now().astimezone(KST).date()


@contextmanager
def fixed(at: datetime) -> Iterator[None]:
    """Let `now()` answer `at` (aware) inside the block: for scenarios, the sandbox and tests."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    token = _fixed.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _fixed.reset(token)
