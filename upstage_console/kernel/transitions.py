"""The only writer of a state."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from upstage_console.kernel import audit
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, IllegalMove
from upstage_console.kernel.models import Transition

M = TypeVar("M", bound=models.Model)
Allowed = Mapping[str, frozenset[str]]


def move(
    row: M,
    to: str,
    *,
    allowed: Allowed,
    by: Any,
    at: datetime,
    reason: str = "",
    clauses: Sequence[str] = (),
    field: str = "status",
    **facts: Any,
) -> M:
    """Move `row` to the state `to`, writing the state, its facts and its history in the caller's transaction.

    Locks and re-reads the row first, so that a stale copy decides nothing. `facts` are columns that belong to the new
    state. A repeat raises AlreadyDone, a move that `allowed` does not name raises IllegalMove. Returns the row.
    """
    require_transaction()
    fresh = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    before = getattr(fresh, field)
    if before == to:
        raise AlreadyDone(facts={"state": to}, clauses=clauses)
    if to not in allowed.get(before, frozenset()):
        raise IllegalMove(facts={"from_state": before, "to_state": to}, clauses=clauses)
    values = {field: to, **facts}
    for name, value in values.items():
        setattr(fresh, name, value)
        setattr(row, name, value)
    fresh.save(update_fields=list(values))
    Transition.objects.create(
        subject=audit.name_of(row),
        field=field,
        from_state=before,
        to_state=to,
        actor=audit.actor(by),
        at=at,
        reason=reason,
        clauses=list(clauses),
    )
    return fresh
