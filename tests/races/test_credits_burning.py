"""Two real connections on one member's credits: never below zero, never lost, never twice."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime

import pytest
from django.db import connection, transaction

from credits import queries
from credits.models import Entry, Lot
from credits.services import burning, expiry
from tests.credits import make
from tests.credits.books import findings
from upstage_console.kernel.clock import KST

pytestmark = pytest.mark.django_db(transaction=True)

LAST = date(2026, 3, 26)
MIDNIGHT = datetime(2026, 3, 27, tzinfo=KST)
PATIENCE = 20


def own_connection(work: Callable):
    """The work, on a connection of the thread that does it."""

    def run(*args):
        try:
            return work(*args)
        finally:
            connection.close()

    return run


@contextmanager
def beside(work: Callable):
    """An open transaction; once told to start, the work runs beside it and soon waits for one of its locks."""
    with ThreadPoolExecutor(1) as pool:
        started: list[Future] = []

        def start() -> None:
            started.append(pool.submit(own_connection(work)))
            until_somebody_waits(started[0])

        with transaction.atomic():
            yield start, started


def until_somebody_waits(waiting: Future) -> None:
    """Until another connection of this database waits for a lock; work that is done without waiting proves nothing."""
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees its first look again and again
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
            assert not waiting.done(), "it did not wait"
            assert time.monotonic() < deadline, "nobody waits"
            time.sleep(0.01)


def at_once(works: list[Callable]) -> list:
    """Do all of it at the same time, each on its own connection."""
    barrier = threading.Barrier(len(works))

    def run(work):
        barrier.wait(PATIENCE)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result(PATIENCE) for future in [pool.submit(own_connection(run), work) for work in works]]


def test_burn_that_waited_does_not_spend_what_is_gone():
    kim = make.member()
    make.granted(kim, "10")
    with beside(lambda: make.burned(kim, "6")) as (start, second):
        (first,) = make.burned(kim, "6")
        start()
    assert (first.refused, [answer.refused for answer in second[0].result(PATIENCE)]) == (False, [True])
    assert queries.balance(kim.pk, make.NOON).total == 4
    assert findings() == []


def test_burn_that_waited_takes_what_the_first_left():
    kim = make.member()
    make.granted(kim, "10")
    with beside(lambda: make.burned(kim, "6", may_owe=True)) as (start, second):
        make.burned(kim, "6")
        start()
    assert [(answer.taken, answer.owed) for answer in second[0].result(PATIENCE)] == [(4, 2)]
    assert findings() == []


def test_burn_that_waited_sees_credits_that_came_in():
    kim = make.member()
    make.granted(kim, "1")
    with beside(lambda: make.burned(kim, "10")) as (start, burn):
        make.granted(kim, "9")
        start()
    assert [answer.refused for answer in burn[0].result(PATIENCE)] == [False]
    assert findings() == []


def test_burn_that_waited_sees_what_a_rollback_gave_back():
    kim = make.member()
    make.granted(kim, "10")
    with beside(lambda: make.burned(kim, "6")) as (start, second):
        make.burned(kim, "6")
        start()
        transaction.set_rollback(True)
    assert [answer.refused for answer in second[0].result(PATIENCE)] == [False]
    assert queries.balance(kim.pk, make.NOON).total == 4


def test_burns_at_once_spend_everything_and_no_more():
    kim = make.member()
    for _ in range(10):
        make.granted(kim, "7")
    answers = at_once([lambda: [make.burned(kim, "1")[0] for _ in range(12)] for _ in range(8)])
    accepted = [answer for of_thread in answers for answer in of_thread if not answer.refused]
    assert len(accepted) == 70
    assert -sum(entry.amount for entry in Entry.objects.filter(kind="use")) == 70
    assert findings() == []


def test_batches_over_the_same_members_never_lock_each_other_out():
    holders = [make.member() for _ in range(6)]
    for holder in holders:
        make.granted(holder, "20")
    works = [
        lambda order=order: burning.burn(
            [make.charge(holder, "1") for holder in order for _ in range(2)], at=make.NOON, by=None
        )
        for order in (holders, holders[::-1], holders[3:] + holders[:3])
        for _ in range(2)
    ]
    answers = at_once(works)
    assert not any(answer.refused for of_thread in answers for answer in of_thread)
    assert {queries.balance(holder.pk, make.NOON).total for holder in holders} == {8}
    assert findings() == []


def test_same_charge_at_once_burns_once():
    kim = make.member()
    make.granted(kim, "10")
    charge = make.charge(kim, "1")

    def burn():
        try:
            return burning.burn([charge], at=make.NOON, by=None)[0].taken
        except Exception as error:
            return type(error).__name__

    assert sorted(map(str, at_once([burn] * 4))) == ["1.000000", *["IntegrityError"] * 3]
    assert findings() == []


def test_first_grants_at_once_open_one_account():
    kim = make.member()
    at_once([lambda: make.granted(kim, "5") for _ in range(6)])
    assert queries.balance(kim.pk, make.NOON).total == 30
    assert findings() == []


def test_same_purchase_at_once_is_credited_once():
    kim = make.member()
    at_once([lambda: make.bought(kim, "5") for _ in range(6)])
    assert Lot.objects.count() == 1
    assert findings() == []


def test_expiry_at_once_and_beside_burns_is_written_once():
    holders = [make.member() for _ in range(5)]
    for holder in holders:
        make.granted(holder, "10", LAST)
        make.granted(holder, "10")
    burns = [lambda holder=holder: make.burned(holder, "3", at=MIDNIGHT) for holder in holders[:3]]
    at_once([*[lambda: expiry.post_expired(at=MIDNIGHT)] * 3, *burns])
    assert Entry.objects.filter(kind="expiry").count() == 5
    assert findings() == []
