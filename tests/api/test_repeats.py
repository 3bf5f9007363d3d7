"""The same Idempotency-Key, the same answer; the work is done once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from tests.api import probe
from tests.api.asking import is_problem
from tests.api.conftest import AT
from upstage_console.kernel import clock, idempotency
from upstage_console.kernel.models import IdempotencyRecord

pytestmark = [pytest.mark.urls("tests.api.probe"), pytest.mark.django_db]
ECHO, PAID = "/probe/echo", "/probe/paid"


@pytest.fixture(autouse=True)
def nothing_done():
    probe.done.clear()


def test_repeat_gets_the_first_answer(own):
    first, second = (own.post(ECHO, {"word": "a", "amount": "1.5"}, repeat="k1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert (first.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert probe.done == ["a"]


def test_quoted_key_is_the_same_key(own):
    own.post(ECHO, {"word": "a"}, repeat="k1")
    assert own.post(ECHO, {"word": "a"}, repeat='"k1"')["Idempotency-Replayed"] == "true"


def test_other_body_is_a_mismatch(own):
    own.post(ECHO, {"word": "a"}, repeat="k1")
    assert is_problem(own.post(ECHO, {"word": "b"}, repeat="k1"), 422, "idempotency_mismatch")
    assert is_problem(own.post(PAID, {"word": "a"}, repeat="k1"), 422, "idempotency_mismatch")
    assert probe.done == ["a"]


def test_keys_of_two_callers_are_apart(own, make_key, stranger):
    own.post(ECHO, {"word": "a"}, repeat="k1")
    assert own.with_key(make_key(stranger)).post(ECHO, {"word": "b"}, repeat="k1").status_code == 201
    assert probe.done == ["a", "b"]


def test_refusal_is_not_kept(own):
    assert own.post(ECHO, {"word": "refuse"}, repeat="k1").status_code == 422
    assert own.post(ECHO, {"word": "a"}, repeat="k1").status_code == 201
    assert IdempotencyRecord.objects.count() == 1


def test_what_moves_money_needs_a_key(own):
    assert is_problem(own.post(PAID, {"word": "a"}), 400, "idempotency_key_needed")
    assert own.post(PAID, {"word": "a"}, repeat="k1").status_code == 200


@pytest.mark.parametrize("key", ["", '""', "k" * 256, "ключ", "a\tb"])
def test_odd_key_is_malformed(own, key):
    assert is_problem(own.post(ECHO, {"word": "a"}, repeat=key), 400, "malformed")


def test_answers_are_kept_seven_days(own):
    with clock.fixed(AT):
        own.post(ECHO, {"word": "a"}, repeat="k1")
    with clock.fixed(AT + timedelta(days=7, seconds=-1)):
        own.post(ECHO, {"word": "a"}, repeat="k1")
    assert probe.done == ["a"]
    with clock.fixed(AT + timedelta(days=7)):
        own.post(ECHO, {"word": "a"}, repeat="k1")
    assert probe.done == ["a", "a"]


@pytest.mark.django_db(transaction=True)
def test_second_request_at_the_same_time_is_told_to_wait(own, member):
    """The first request holds the key in its open transaction, on a connection of its own."""
    scope, held, release = member.api_keys.get().public_id, threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic():
            idempotency._first(scope, "k1", "the first", AT)
            held.set()
            release.wait(10)
        connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert held.wait(10)
    assert is_problem(own.post(ECHO, {"word": "a"}, repeat="k1"), 409, "idempotency_running")
    release.set()
    thread.join()
    assert own.post(ECHO, {"word": "a"}, repeat="k1").status_code == 201
    assert probe.done == ["a"]
