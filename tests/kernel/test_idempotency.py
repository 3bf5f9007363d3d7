"""The same key, the same answer."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from upstage_console.kernel import idempotency
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.idempotency import Answer, IdempotencyMismatch, IdempotencyRunning
from upstage_console.kernel.models import IdempotencyRecord

REQUEST = idempotency.fingerprint("POST", "/charges", b"{}")


class Counter:
    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> Answer:
        self.calls += 1
        return Answer(201, {"call": self.calls})


@pytest.mark.django_db
def test_a_repeat_gets_the_first_answer(at: datetime) -> None:
    work = Counter()
    first = idempotency.run("key_1", "a", REQUEST, at=at, work=work)
    second = idempotency.run("key_1", "a", REQUEST, at=at, work=work)
    assert (first.body, second.body, second.replayed, work.calls) == ({"call": 1}, {"call": 1}, True, 1)


@pytest.mark.django_db
def test_another_caller_has_keys_of_their_own(at: datetime) -> None:
    work = Counter()
    idempotency.run("key_1", "a", REQUEST, at=at, work=work)
    assert not idempotency.run("key_2", "a", REQUEST, at=at, work=work).replayed


@pytest.mark.django_db
def test_another_request_under_the_same_key_is_refused(at: datetime) -> None:
    work = Counter()
    idempotency.run("key_1", "a", REQUEST, at=at, work=work)
    with pytest.raises(IdempotencyMismatch):
        idempotency.run("key_1", "a", idempotency.fingerprint("other"), at=at, work=work)
    assert work.calls == 1


@pytest.mark.django_db
def test_a_refusal_leaves_the_key_free(at: datetime) -> None:
    def refuse() -> Answer:
        raise Refusal

    with pytest.raises(Refusal):
        idempotency.run("key_1", "a", REQUEST, at=at, work=refuse)
    assert not IdempotencyRecord.objects.exists()


@pytest.mark.django_db
def test_an_answer_is_kept_seven_days(at: datetime) -> None:
    work = Counter()
    idempotency.run("key_1", "a", REQUEST, at=at, work=work)
    assert idempotency.run("key_1", "a", REQUEST, at=at + timedelta(days=6, hours=23), work=work).replayed
    assert not idempotency.run("key_1", "a", REQUEST, at=at + timedelta(days=7), work=work).replayed


@pytest.mark.django_db
def test_fingerprints_keep_their_parts_apart() -> None:
    assert idempotency.fingerprint("ab", "c") != idempotency.fingerprint("a", "bc")


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_told_to_wait(at: datetime) -> None:
    inside, done = threading.Event(), threading.Event()

    def slow() -> Answer:
        inside.set()
        done.wait(10)
        return Answer(201, {})

    def first() -> None:
        idempotency.run("key_1", "a", REQUEST, at=at, work=slow)
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    inside.wait(10)
    with pytest.raises(IdempotencyRunning):
        idempotency.run("key_1", "a", REQUEST, at=at, work=Counter())
    done.set()
    thread.join()
    assert IdempotencyRecord.objects.count() == 1
