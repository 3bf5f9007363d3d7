"""Messages leave once, after their transaction, and stay where sending fails."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from upstage_console.kernel import clock, outbox, tasks
from upstage_console.kernel.models import OutboxMessage
from upstage_console.kernel.outbox import Outcome, Undeliverable

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


Batches = list[list[str]]


@pytest.fixture
def batches(monkeypatch: pytest.MonkeyPatch) -> Batches:
    """A deliverer of many: refuses `never` for good, stumbles over `broken`, stops at `stop`; what it noted stands in
    the last list."""
    noted: list[str] = []
    seen: Batches = [noted]

    def deliver(messages: Sequence[OutboxMessage]) -> Iterator[Outcome]:
        seen.insert(len(seen) - 1, [message.key for message in messages])
        for message in messages:
            if message.key == "stop":
                raise OSError("the line is cut")
            broken = {"never": Undeliverable("no such person"), "broken": ValueError("torn")}.get(message.key)
            yield Outcome(message, broken)

    def note(outcomes: Sequence[Outcome], at: datetime) -> None:
        noted.extend(outcome.message.key for outcome in outcomes if outcome.error is None)

    monkeypatch.setitem(outbox._batch_deliverers, "circular", (deliver, note))
    return seen


def states() -> dict[str, str]:
    return dict(OutboxMessage.objects.values_list("key", "state"))


def test_many_go_together_and_each_has_its_outcome(batches: Batches, at: datetime) -> None:
    outbox.put_all("circular", [(key, {}) for key in ("a", "never", "broken", "b")], at=at)
    assert outbox.deliver_due(at=at) == 4
    assert batches == [["a", "never", "broken", "b"], ["a", "b"]]
    assert states() == {"a": "sent", "never": "failed", "broken": "waiting", "b": "sent"}
    assert outbox.deliver_due(at=at) == 0


def test_where_the_line_is_cut_the_rest_waits(batches: Batches, at: datetime) -> None:
    outbox.put_all("circular", [(key, {}) for key in ("a", "stop", "b")], at=at)
    outbox.deliver_due(at=at)
    assert states() == {"a": "sent", "stop": "waiting", "b": "waiting"}
    assert OutboxMessage.objects.get(key="b").error == "OSError: the line is cut"


def test_a_large_heap_goes_in_batches(
    batches: Batches, sent: list[Mapping[str, Any]], monkeypatch: pytest.MonkeyPatch, at: datetime
) -> None:
    monkeypatch.setattr(outbox, "BATCH", 2)
    outbox.put_all("circular", [(key, {}) for key in "abc"], at=at)
    outbox.put("letter", "one", {"to": "kim"}, at=at)
    assert outbox.deliver_due(at=at, limit=3) == 3
    assert outbox.deliver_due(at=at) == 1
    assert (batches[:-1], sent) == ([["a", "b"], ["c"]], [{"to": "kim"}])


def test_a_message_of_one_that_is_refused_for_good_is_given_up(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    def refuse(payload: Mapping[str, Any]) -> None:
        raise Undeliverable("gone")

    monkeypatch.setitem(outbox._deliverers, "letter", refuse)
    outbox.put("letter", "one", {}, at=at)
    outbox.deliver_due(at=at)
    message = OutboxMessage.objects.get()
    assert (message.state, message.attempts, message.error) == ("failed", 1, "Undeliverable: gone")


def test_a_run_takes_batch_after_batch_until_nothing_is_due(
    batches: Batches, monkeypatch: pytest.MonkeyPatch, at: datetime
) -> None:
    monkeypatch.setattr(outbox, "BATCH", 2)
    outbox.put_all("circular", [(key, {}) for key in ("a", "b", "broken", "c", "d")], at=at)
    with clock.fixed(at):
        tasks.deliver_outbox()
    assert batches[:-1] == [["a", "b"], ["broken", "c"], ["d"]]
