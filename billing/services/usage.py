"""Taking usage: what was used is stored and rated in one transaction, and settled in turn (upstage/2.7, 8.3, 18.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from accounts.services import activity
from billing.errors import IdConflict, RejectedEvent
from billing.rules import events as rules
from billing.rules.events import Event, Window
from billing.services import intake, partitions, storing
from billing.services.intake import Rejected, Reported, Staged
from upstage_console.kernel.calendars import day_end, day_start, kst_date, month_of
from upstage_console.kernel.clauses import enforces


@dataclass(frozen=True)
class Taken:
    """What became of a batch: how many events are new, how many were there already, and which were not taken."""

    batch: str | None
    accepted: int
    duplicate: int
    rejected: tuple[Rejected, ...]


class _ConflictsFound(Exception):
    """Some of the events stored a moment ago contradict others; they are undone and stored without these."""

    def __init__(self, indexes: set[int]) -> None:
        super().__init__()
        self.indexes = indexes


@enforces("upstage/11.3")
def take(
    events: Sequence[Any], *, batch_key: str, at: datetime, late_limit: timedelta | None = rules.LATE_LIMIT
) -> Taken:
    """Take events as they were reported (decoded JSON objects, or `Event`s); each is taken once for (member, id).

    A repeat (same id, instant and contents) is counted and ignored. What is malformed or unknown, lies in the future,
    is older than `late_limit` (None: nothing is too old), or bears an id that the member has with another instant or
    other contents is rejected by its place while its neighbours are taken. What was used before or during a suspension
    is charged all the same (upstage/11.3). The next settlement charges and burns it; the balance counts it at once.
    """
    readable, rejected = _read(events, Window.around(at, late_limit))
    if not readable:
        return Taken(None, 0, 0, tuple(rejected))
    partitions.ensure({month_of(day) for day in {one.day for one in readable}})
    contradicting: set[int] = set()
    while True:
        try:
            return _store(readable, rejected, contradicting, batch_key, at)
        except _ConflictsFound as found:
            contradicting |= found.indexes


def _read(events: Iterable[Any], window: Window) -> tuple[list[Reported], list[Rejected]]:
    readable: list[Reported] = []
    rejected: list[Rejected] = []
    for index, raw in enumerate(events):
        try:
            event = raw if isinstance(raw, Event) else rules.read(raw, window)
        except RejectedEvent as refusal:
            rejected.append(Rejected(index, refusal))
        else:
            readable.append(Reported(index, event, kst_date(event.at)))
    return readable, rejected


@transaction.atomic
def _store(
    readable: list[Reported],
    rejected: list[Rejected],
    contradicting: set[int],
    batch_key: str,
    at: datetime,
) -> Taken:
    hold_prices()
    found = intake.sort([one for one in readable if one.index not in contradicting])
    refused = [*rejected, *found.rejected, *(Rejected(index, IdConflict()) for index in contradicting)]
    refused.sort(key=lambda one: one.index)
    if not found.staged:
        return Taken(None, 0, found.repeats, tuple(refused))
    activity.note_days(found.uses)
    stored = storing.store(found.staged, key=batch_key, at=at)
    _check_ids(found.staged)
    repeats = found.repeats + len(found.staged) - stored.events
    batch = stored.batch.public_id if stored.batch else None
    return Taken(batch, stored.events, repeats, tuple(refused))


def hold_prices() -> None:
    """No price is added while events are rated: `catalogue.set_price` waits for this transaction, and it for that."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE billing_price IN ROW SHARE MODE")


def _check_ids(staged: Sequence[Staged]) -> None:
    """After storing, which waited for whoever stored the same id of the month: two batches at once cannot both pass.

    Looks as far around the batch as an event may be late: a retry with a new instant is found over a month's end.
    """
    days = [one.day for one in staged]
    found = storing.conflicts(day_start(min(days) - rules.LATE_LIMIT), day_end(max(days) + rules.LATE_LIMIT))
    if found:
        raise _ConflictsFound(found)
