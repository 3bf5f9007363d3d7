"""One after another, so that what goes wrong with one stops no other."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def done(rows: Iterable[T], act: Callable[[T], bool]) -> int:
    """Act on each row and count what was done; errors are raised together at the end, when all had their turn."""
    count, errors = 0, []
    for row in rows:
        try:
            count += act(row)
        except Exception as error:  # whatever it is, the next row is somebody else's money
            errors.append(error)
    if errors:
        raise ExceptionGroup(f"{len(errors)} could not be done", errors)
    return count
