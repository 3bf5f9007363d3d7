"""Two workers at once: no message leaves twice, and neither waits for the other."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from django.db import connection, transaction

from upstage_console.kernel import outbox
from upstage_console.kernel.models import OutboxMessage
from upstage_console.kernel.outbox import Outcome

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
MANY = 100


def test_two_workers_share_the_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    both = Barrier(2, timeout=20)

    def deliver(messages: Sequence[OutboxMessage]) -> Iterator[Outcome]:
        both.wait()  # each holds a batch of its own while the other does
        for message in messages:
            sent.append(message.key)
            yield Outcome(message)

    def work(_number: int) -> int:
        try:
            return outbox.deliver_due(at=AT, limit=MANY // 2)
        finally:
            connection.close()

    monkeypatch.setattr(outbox, "BATCH", MANY // 2)
    monkeypatch.setitem(outbox._batch_deliverers, "circular", (deliver, lambda _outcomes, _at: None))
    with transaction.atomic():
        outbox.put_all("circular", [(str(number), {}) for number in range(MANY)], at=AT)
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(work, range(2))) == [MANY // 2, MANY // 2]
    assert Counter(sent) == Counter(str(number) for number in range(MANY))
    assert set(OutboxMessage.objects.values_list("state", "attempts")) == {("sent", 1)}
