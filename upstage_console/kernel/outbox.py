"""Messages that leave only after the transaction that caused them has committed.

`put` writes a row, and the beat sends within a minute what has been committed: in batches, several workers at once,
with no transaction open while messages are under way, so a slow receiver holds no lock. A message may leave twice if
the process is killed between sending and noting it – at most those of one batch –, so receivers get a stable key.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from upstage_console.kernel import audit
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, NotFound
from upstage_console.kernel.models import OutboxMessage

BATCH = 200
MOST_ATTEMPTS = 12
UNDER_WAY = timedelta(hours=1)
"""How long a message counts as being sent; where the process died meanwhile, it is due again after that."""
LONGEST_ERROR = 2000


class Undeliverable(Exception):
    """The receiver refuses for good: the message is given up at once, with this word about why."""


@dataclass(frozen=True)
class Outcome:
    """What became of a message: sent, or the error that stopped it."""

    message: OutboxMessage
    error: Exception | None = None

    @property
    def is_refused(self) -> bool:
        """Whether its receiver refused it for good, so that trying again is no use."""
        return isinstance(self.error, Undeliverable)


PUT = """
INSERT INTO kernel_outboxmessage (topic, key, payload, created_at, due_at, state, attempts, error)
SELECT %s, message.key, message.payload, %s, %s, 'waiting', 0, ''
FROM json_to_recordset(%s) AS message (key text, payload jsonb)
ON CONFLICT (topic, key) DO NOTHING
"""

Deliver = Callable[[Mapping[str, Any]], None]
DeliverMany = Callable[[Sequence[OutboxMessage]], Iterable[Outcome]]
Note = Callable[[Sequence[Outcome], datetime], None]

_deliverers: dict[str, Deliver] = {}
_batch_deliverers: dict[str, tuple[DeliverMany, Note]] = {}


def deliverer(topic: str) -> Callable[[Deliver], Deliver]:
    """Register the function that sends messages of `topic`, one at a time."""

    def register(function: Deliver) -> Deliver:
        _deliverers[topic] = function
        return function

    return register


def batch_deliverer(topic: str, *, note: Note) -> Callable[[DeliverMany], DeliverMany]:
    """Register the function that sends many messages of `topic` at once, telling the outcome of each as it comes.

    `note` is called with the outcomes in the transaction that writes them down, for what the domain keeps of them.
    """

    def register(function: DeliverMany) -> DeliverMany:
        _batch_deliverers[topic] = (function, note)
        return function

    return register


def put(topic: str, key: str, payload: Mapping[str, Any], *, at: datetime) -> None:
    """Send `payload` once for (topic, key), after commit; a repeat of the key does nothing."""
    put_all(topic, [(key, payload)], at=at)


def put_all(topic: str, messages: Iterable[tuple[str, Mapping[str, Any]]], *, at: datetime) -> None:
    """Put many messages, each a key and its payload, in one statement."""
    require_transaction()
    given = [{"key": key, "payload": dict(payload)} for key, payload in messages]
    if given:
        with connection.cursor() as cursor:
            cursor.execute(PUT, [topic, at, at, json.dumps(given)])


@transaction.atomic
def send_again(message_id: int, *, reason: str, by: Any, at: datetime) -> OutboxMessage:
    """Send a message that failed, or was sent, once more; refuses with `already_done` before its first go."""
    message = OutboxMessage.objects.filter(pk=message_id).locked().first()
    if message is None:
        raise NotFound
    if message.state == OutboxMessage.State.WAITING and not message.attempts:
        raise AlreadyDone
    message.state, message.attempts, message.due_at, message.sent_at = OutboxMessage.State.WAITING, 0, at, None
    message.save(update_fields=["state", "attempts", "due_at", "sent_at"])
    audit.record("message.sent_again", message, by=by, at=at, reason=reason, facts={"key": message.key})
    return message


def deliver_due(*, at: datetime, limit: int = 500, topic: str = "") -> int:
    """Send what is due, oldest first, and note what became of each; returns how many were tried.

    With a `topic` only messages of that one.
    """
    tried = 0
    while tried < limit and (batch := _take(at, topic, min(BATCH, limit - tried))):
        for name, messages in groupby(sorted(batch, key=attrgetter("topic")), key=attrgetter("topic")):
            _deliver(name, list(messages), at)
        tried += len(batch)
    return tried


@transaction.atomic
def _take(at: datetime, topic: str, most: int) -> list[OutboxMessage]:
    """The next messages, marked as under way so that nobody else sends them meanwhile."""
    waiting = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, due_at__lte=at)
    if topic:
        waiting = waiting.filter(topic=topic)
    taken = list(waiting.order_by("due_at", "id").select_for_update(skip_locked=True)[:most])
    if taken:
        rows = OutboxMessage.objects.filter(pk__in=[message.pk for message in taken])
        rows.update(attempts=F("attempts") + 1, due_at=at + UNDER_WAY)
    for message in taken:
        message.attempts += 1
    return taken


def _deliver(topic: str, messages: list[OutboxMessage], at: datetime) -> None:
    if topic in _batch_deliverers:
        deliver, note = _batch_deliverers[topic]
        _deliver_together(messages, deliver, note, at)
        return
    for message in messages:
        _deliver_together([message], _one_by_one, _note_nothing_else, at)


def _deliver_together(messages: list[OutboxMessage], deliver: DeliverMany, note: Note, at: datetime) -> None:
    """Where the process is told to stop halfway, what was sent is noted and the rest stays under way."""
    outcomes: list[Outcome] = []
    try:
        for outcome in deliver(messages):
            outcomes.append(outcome)  # noqa: PERF402  what has left counts, also where the next one ends the process
    except Exception as error:  # whatever the outside does, messages stay and their trouble is written down
        told = {outcome.message.pk for outcome in outcomes}
        outcomes += [Outcome(message, error) for message in messages if message.pk not in told]
    finally:
        _note(outcomes, note, at)


def _one_by_one(messages: Sequence[OutboxMessage]) -> Iterator[Outcome]:
    for message in messages:
        _deliverers[message.topic](message.payload)
        yield Outcome(message)


def _note_nothing_else(outcomes: Sequence[Outcome], at: datetime) -> None:
    """The domain keeps nothing of messages that are sent one by one."""


@transaction.atomic
def _note(outcomes: Sequence[Outcome], note: Note, at: datetime) -> None:
    sent = [outcome.message.pk for outcome in outcomes if outcome.error is None]
    if sent:
        OutboxMessage.objects.filter(pk__in=sent).update(
            state=OutboxMessage.State.SENT, sent_at=at, due_at=at, error=""
        )
    failed = [_failed(outcome, at) for outcome in outcomes if outcome.error is not None]
    if failed:
        OutboxMessage.objects.bulk_update(failed, ["state", "due_at", "error"])
    note(outcomes, at)


def _failed(outcome: Outcome, at: datetime) -> OutboxMessage:
    message = outcome.message
    message.error = f"{type(outcome.error).__name__}: {outcome.error}"[:LONGEST_ERROR]
    message.due_at = at + timedelta(seconds=2**message.attempts * 5)
    if outcome.is_refused or message.attempts >= MOST_ATTEMPTS:
        message.state = OutboxMessage.State.FAILED
    return message
