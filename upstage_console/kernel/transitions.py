"""The only writer of a state."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from upstage_console.kernel import audit
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, IllegalMove
from upstage_console.kernel.inserting import insert_all
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
    fresh = type(row)._default_manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    before = getattr(fresh, field)
    if before == to:
        raise AlreadyDone(facts={"state": to}, clauses=clauses)
    if to not in allowed.get(before, frozenset()):
        facts = {"from_state": _word(fresh, field, before), "to_state": _word(fresh, field, to)}
        raise IllegalMove(facts=facts, clauses=clauses)
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


def move_all(
    rows: models.QuerySet[Any],
    to: str,
    *,
    allowed: Allowed,
    at: datetime,
    by: Any = None,
    reason: str = "",
    clauses: Sequence[str] = (),
    field: str = "status",
    **facts: Any,
) -> int:
    """Move many rows, by the system itself where nobody is named, in a fixed number of statements; how many moved.

    Locks them first; those that `allowed` does not let go there stay where they are, so a repeat moves none.
    """
    require_transaction()
    sources = [state for state, targets in allowed.items() if to in targets]
    movable = rows.filter(**{f"{field}__in": sources}).order_by("pk").select_for_update(of=("self",), no_key=True)
    found = list(movable)
    history = [
        Transition(
            subject=audit.name_of(row), field=field, from_state=getattr(row, field), to_state=to,
            actor=audit.actor(by), at=at, reason=reason, clauses=list(clauses),
        )
        for row in found
    ]  # fmt: skip
    rows.model._default_manager.filter(pk__in=[row.pk for row in found]).update(**{field: to, **facts})
    insert_all(history)
    return len(found)


def _word(row: models.Model, field: str, state: str) -> Any:
    """What a state is called, in the language that is active when it is told."""
    return dict(row._meta.get_field(field).flatchoices).get(state, state)  # type: ignore[union-attr]
