"""Messages that leave only after the transaction that caused them has committed.

`put` writes a row, and the beat sends within a minute what has been committed. No transaction is open while a message
is under way, so a slow receiver holds no lock. A message may leave twice if the process dies between sending and noting
it, so receivers get a stable key.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from upstage_console.kernel import audit
from upstage_console.kernel.db import require_transaction
from upstage_console.kernel.errors import AlreadyDone, NotFound
from upstage_console.kernel.models import OutboxMessage

Deliver = Callable[[Mapping[str, Any]], None]

MOST_ATTEMPTS = 12
UNDER_WAY = timedelta(hours=1)
"""How long a message counts as being sent; where the process died meanwhile, it is due again after that."""

_deliverers: dict[str, Deliver] = {}


def deliverer(topic: str) -> Callable[[Deliver], Deliver]:
    """Register the function that sends messages of `topic`."""

    def register(function: Deliver) -> Deliver:
        _deliverers[topic] = function
        return function

    return register


def put(topic: str, key: str, payload: Mapping[str, Any], *, at: datetime) -> None:
    """Send `payload` once for (topic, key), after commit; a repeat of the key does nothing."""
    put_all(topic, [(key, payload)], at=at)


def put_all(topic: str, messages: Iterable[tuple[str, Mapping[str, Any]]], *, at: datetime) -> None:
    """Put many messages, each a key and its payload, in one statement."""
    require_transaction()
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(topic=topic, key=key, payload=dict(payload), created_at=at, due_at=at)
            for key, payload in messages
        ],
        ignore_conflicts=True,
    )


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
    while tried < limit and (message := _take(at, topic)) is not None:
        _deliver(message, at)
        tried += 1
    return tried


@transaction.atomic
def _take(at: datetime, topic: str) -> OutboxMessage | None:
    """The next message, marked as under way so that nobody else sends it meanwhile."""
    waiting = OutboxMessage.objects.filter(state=OutboxMessage.State.WAITING, due_at__lte=at)
    if topic:
        waiting = waiting.filter(topic=topic)
    message: OutboxMessage | None = waiting.order_by("due_at", "id").select_for_update(skip_locked=True).first()
    if message is not None:
        message.attempts += 1
        message.due_at = at + UNDER_WAY
        message.save(update_fields=["attempts", "due_at"])
    return message


def _deliver(message: OutboxMessage, at: datetime) -> None:
    try:
        _deliverers[message.topic](message.payload)
    except Exception as error:  # whatever the outside does, the message stays and its trouble is written down
        _note_failure(message, error, at)
    else:
        message.state, message.sent_at, message.due_at, message.error = OutboxMessage.State.SENT, at, at, ""
    message.save(update_fields=["state", "sent_at", "due_at", "error"])


def _note_failure(message: OutboxMessage, error: Exception, at: datetime) -> None:
    message.error = f"{type(error).__name__}: {error}"[:2000]
    message.due_at = at + timedelta(seconds=2**message.attempts * 5)
    if message.attempts >= MOST_ATTEMPTS:
        message.state = OutboxMessage.State.FAILED
