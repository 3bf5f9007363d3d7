"""Messages leave once, after their transaction, and stay where sending fails."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from upstage_console.kernel import outbox
from upstage_console.kernel.models import OutboxMessage

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Mapping[str, Any]]]:
    letters: list[Mapping[str, Any]] = []
    monkeypatch.setitem(outbox._deliverers, "letter", letters.append)
    return letters  # type: ignore[return-value]


def fail(payload: Mapping[str, Any]) -> None:
    raise OSError("the post office is closed")


def test_a_message_is_delivered_once(sent: list[Mapping[str, Any]], at: datetime) -> None:
    outbox.put("letter", "one", {"to": "kim"}, at=at)
    assert outbox.deliver_due(at=at) == 1
    assert outbox.deliver_due(at=at) == 0
    assert sent == [{"to": "kim"}]


def test_the_same_key_is_sent_once(sent: list[Mapping[str, Any]], at: datetime) -> None:
    outbox.put("letter", "one", {"to": "kim"}, at=at)
    outbox.put("letter", "one", {"to": "lee"}, at=at)
    outbox.deliver_due(at=at)
    assert sent == [{"to": "kim"}]


def test_a_message_of_a_failed_transaction_never_leaves(sent: list[Mapping[str, Any]], at: datetime) -> None:
    with transaction.atomic():
        outbox.put("letter", "one", {}, at=at)
        transaction.set_rollback(True)
    assert outbox.deliver_due(at=at) == 0


def test_a_failure_is_written_down_and_tried_again(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setitem(outbox._deliverers, "letter", fail)
    outbox.put("letter", "one", {}, at=at)
    assert outbox.deliver_due(at=at) == 1
    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts, message.error) == ("waiting", 1, "OSError: the post office is closed")
    assert message.due_at == at + timedelta(seconds=10)


def test_a_message_is_given_up_in_the_open(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setitem(outbox._deliverers, "letter", fail)
    outbox.put("letter", "one", {}, at=at)
    for day in range(outbox.MOST_ATTEMPTS):
        outbox.deliver_due(at=at + timedelta(days=day))
    assert OutboxMessage.objects.get().state == "failed"
    assert outbox.deliver_due(at=at + timedelta(days=99)) == 0


def test_one_failing_message_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, sent: list[Mapping[str, Any]], at: datetime
) -> None:
    monkeypatch.setitem(outbox._deliverers, "bad", fail)
    outbox.put("bad", "one", {}, at=at)
    outbox.put("letter", "two", {"to": "kim"}, at=at)
    outbox.deliver_due(at=at)
    assert sent == [{"to": "kim"}]


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_a_message_is_under_way(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    seen: list[bool] = []
    monkeypatch.setitem(outbox._deliverers, "letter", lambda _payload: seen.append(connection.in_atomic_block))
    with transaction.atomic():
        outbox.put("letter", "one", {}, at=at)
    outbox.deliver_due(at=at)
    assert seen == [False]


def test_a_message_whose_process_died_is_sent_later(
    monkeypatch: pytest.MonkeyPatch, sent: list[Mapping[str, Any]], at: datetime
) -> None:
    def die(payload: Mapping[str, Any]) -> None:
        raise SystemExit

    outbox.put("letter", "one", {"to": "kim"}, at=at)
    with monkeypatch.context() as dying:
        dying.setitem(outbox._deliverers, "letter", die)
        with pytest.raises(SystemExit):
            outbox.deliver_due(at=at)
    assert outbox.deliver_due(at=at + timedelta(minutes=1)) == 0
    assert outbox.deliver_due(at=at + outbox.UNDER_WAY) == 1
    assert sent == [{"to": "kim"}]
