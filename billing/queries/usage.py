"""What was used and what it cost, as integrators ask for it (upstage/8.3)."""

from collections.abc import Collection, Sequence
from typing import Any

from billing.queries import sums
from billing.queries.sums import Scope

GROUPS = ("hour", "day", "service", "meter", "key")
"""By what usage can be summed. A key that is not known is null."""


def usage(scope: Scope, *, by: Sequence[str] = (), limit: int | None = None) -> list[dict[str, Any]]:
    """Sums by any of `GROUPS` and always by currency, in the order of the groups.

    A quantity is summed only within one meter, since pages and tokens have no sum.
    """
    rows = sums.sums(scope, by, limit=limit)
    return rows if has_quantity(by) else [row | {"quantity": None} for row in rows]


def has_quantity(by: Collection[str]) -> bool:
    """Whether each row of the sums is of one meter."""
    return {"service", "meter"} <= set(by)
