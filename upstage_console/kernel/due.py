"""Obligations with deadlines: one table for all of them. The deadline is always computed by the domain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from upstage_console.kernel import audit
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, NobodysTask, NotFound, Taken
from upstage_console.kernel.inserting import insert_missing
from upstage_console.kernel.models import DueItem

CLOSE = """
WITH held AS (
    SELECT item.id, told.outcome FROM unnest(%(keys)s::text[], %(outcomes)s::text[]) AS told (key, outcome)
    JOIN kernel_dueitem AS item ON item.kind = %(kind)s AND item.key = told.key
    WHERE item.closed_at IS NULL ORDER BY item.id FOR NO KEY UPDATE OF item
), closed AS (
    UPDATE kernel_dueitem AS item SET state = 'done', closed_at = %(at)s, outcome = held.outcome
    FROM held WHERE item.id = held.id
    RETURNING item.public_id, item.about, item.clause, item.outcome
)
INSERT INTO kernel_auditevent (public_id, action, subject, about, actor_id, at, reason, clauses, facts)
SELECT kernel_new_id(), 'due_item.done', 'due_' || replace(public_id::text, '-', ''), about, %(actor)s, %(at)s, outcome,
    ARRAY[clause], '{}'
FROM closed
"""


@dataclass(frozen=True)
class NewItem:
    """An obligation to open; the same `key` of a kind is opened once."""

    kind: str
    key: str
    subject: Any
    about: Any
    title_ko: str
    title_en: str
    clause: str
    due_at: datetime
    warn_at: datetime


def open_all(items: Sequence[NewItem], *, at: datetime) -> None:
    """Open many obligations in one statement; those that are there already stay as they are."""
    require_transaction()
    rows = [
        DueItem(
            kind=item.kind,
            key=item.key,
            subject=audit.name_of(item.subject),
            about=audit.name_of(item.about),
            title_ko=item.title_ko,
            title_en=item.title_en,
            clause=item.clause,
            due_at=item.due_at,
            warn_at=min(item.warn_at, item.due_at),
            opened_at=at,
        )
        for item in items
    ]
    insert_missing(rows)


def open_item(
    kind: str,
    subject: Any,
    *,
    title_ko: str,
    title_en: str,
    clause: str,
    due_at: datetime,
    warn_at: datetime,
    at: datetime,
    about: Any = "",
    key: str = "",
) -> DueItem:
    """Open the obligation `kind` about `subject`, due at `due_at`; a repeat of the same key returns the first."""
    require_transaction()
    name = audit.name_of(subject)
    item, _ = DueItem.objects.get_or_create(
        kind=kind,
        key=key or name,
        defaults={
            "subject": name,
            "about": audit.name_of(about) if about else "",
            "title_ko": title_ko,
            "title_en": title_en,
            "clause": clause,
            "due_at": due_at,
            "warn_at": min(warn_at, due_at),
            "opened_at": at,
        },
    )
    return item


@transaction.atomic
def close_item(kind: str, key: str, *, by: Any, at: datetime, outcome: str, waived: bool = False) -> DueItem:
    """Close an obligation with its outcome; refuses with `not_found` or `already_done`.

    What was waived stays waived, and holds up no decision that would have closed it.
    """
    item: DueItem | None = DueItem.objects.filter(kind=kind, key=key).locked().first()
    if item is None:
        raise NotFound
    if item.state == DueItem.State.WAIVED and not waived:
        return item
    if item.closed_at is not None:
        raise AlreadyDone
    item.state = DueItem.State.WAIVED if waived else DueItem.State.DONE
    item.closed_at, item.outcome = at, outcome
    item.save(update_fields=["state", "closed_at", "outcome"])
    done = "due_item.waived" if waived else "due_item.done"
    audit.record(done, item, by=by, at=at, about=item.about, reason=outcome, clauses=[item.clause])
    return item


def close_all(kind: str, outcomes: Mapping[str, str], *, by: Any, at: datetime) -> int:
    """Close those of many obligations that are open, each key with its outcome, by one statement; how many."""
    require_transaction()
    actor = audit.actor(by)
    told = {
        "kind": kind, "keys": list(outcomes), "outcomes": list(outcomes.values()), "at": at,
        "actor": None if actor is None else actor.pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, told)
        return int(cursor.rowcount)


@transaction.atomic
def claim(item_id: str, *, by: Any, at: datetime) -> DueItem:
    """Take an open item for oneself; refuses with `already_done` where it is closed, `taken` where it is another's."""
    item: DueItem = DueItem.objects.locked().get_public(item_id)
    if item.closed_at is not None:
        raise AlreadyDone
    if item.owner == by:
        return item
    if item.owner is not None:
        raise Taken(facts={"owner": item.owner})
    item.state, item.owner = DueItem.State.CLAIMED, by
    item.save(update_fields=["state", "owner"])
    audit.record("due_item.claimed", item, by=by, at=at, about=item.about)
    return item


@transaction.atomic
def put_back(item_id: str, *, by: Any, at: datetime) -> DueItem:
    """Make an item nobody's again; refuses with `already_done` where it is closed, `nobodys_task` where it is so."""
    item: DueItem = DueItem.objects.locked().get_public(item_id)
    if item.closed_at is not None:
        raise AlreadyDone
    if item.owner is None:
        raise NobodysTask
    item.state, item.owner = DueItem.State.OPEN, None
    item.save(update_fields=["state", "owner"])
    audit.record("due_item.put_back", item, by=by, at=at, about=item.about)
    return item


def mark_missed(*, at: datetime) -> int:
    """Mark what is open past its deadline; returns how many."""
    open_items = DueItem.objects.filter(state__in=(DueItem.State.OPEN, DueItem.State.CLAIMED), due_at__lte=at)
    return open_items.update(state=DueItem.State.MISSED)
