"""A member's credits at any instant: the same whichever jobs have run, and what stood there then."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from credits import queries
from credits.services import correcting, expiry, holds, taking_out
from tests.credits import make

pytestmark = pytest.mark.django_db

LAST = date(2026, 2, 11)
MIDNIGHT = make.NOON.replace(hour=0) + timedelta(days=2)
HOUR = timedelta(hours=1)


@pytest.fixture
def kim():
    return make.member()


def parts(told):
    names = ("came_in", "used", "taken_back", "refunded", "ended", "void", "expired", "held", "left")
    return [int(told.total(name)) for name in names]


def test_nothing_before_the_first_credits(kim):
    make.granted(kim, "10")
    told = queries.as_of(kim.pk, make.NOON - timedelta(microseconds=1))
    assert (told.lots, told.holds, told.balance.total) == ((), (), 0)


@pytest.mark.parametrize("job_runs", [False, True])
def test_every_instant_of_a_life(kim, job_runs):
    free, paid = make.granted(kim, "10", LAST), make.bought(kim, "100")
    hold = make.held(kim, "6", at=make.NOON + HOUR, lasts=timedelta(days=3)).hold
    (answer,) = make.burned(kim, "24", at=make.NOON + 2 * HOUR)
    if job_runs:
        expiry.post_expired(at=MIDNIGHT)
    correcting.correct(
        charge_id=answer.charge_id, member_id=kim.pk, amount=Decimal(5), reason="", by=None, at=MIDNIGHT + HOUR
    )
    taking_out.refund(
        member_id=kim.pk, lot_id=paid.public_id, amount=Decimal(30), by=None, at=MIDNIGHT + 2 * HOUR
    )  # fmt: skip
    make.captured(hold, "4", at=MIDNIGHT + 3 * HOUR)
    told = [parts(queries.as_of(kim.pk, at)) for at in (
        make.NOON, make.NOON + HOUR, make.NOON + 2 * HOUR, MIDNIGHT - HOUR, MIDNIGHT, MIDNIGHT + HOUR,
        MIDNIGHT + 2 * HOUR, MIDNIGHT + 3 * HOUR, paid.expires_at,
    )]  # fmt: skip
    assert told == [
        [110, 0, 0, 0, 0, 0, 0, 0, 110],
        [110, 0, 0, 0, 0, 0, 0, 6, 110],
        [110, 24, 0, 0, 0, 0, 0, 6, 86],
        [110, 24, 0, 0, 0, 0, 0, 6, 86],
        [110, 24, 0, 0, 0, 0, 0, 6, 86],
        [110, 19, 0, 0, 0, 0, 0, 6, 91],
        [110, 19, 0, 30, 0, 0, 0, 6, 61],
        [110, 23, 0, 30, 0, 0, 2, 0, 55],
        [110, 23, 0, 30, 0, 0, 57, 0, 0],
    ]
    at = MIDNIGHT + 2 * HOUR
    assert queries.as_of(kim.pk, at).balance == queries.Balance(Decimal(55), Decimal(6), held=Decimal(6))
    assert [one.is_live for one in queries.as_of(kim.pk, at).lots if one.lot == free] == [False]
    assert queries.as_of(kim.pk, at).holds == (hold,)


@pytest.mark.parametrize("job_runs", [False, True])
def test_the_future_and_what_is_there_then_agree(kim, job_runs):
    make.granted(kim, "10", LAST)
    make.bought(kim, "20")
    make.held(kim, "15", lasts=timedelta(days=5))
    if job_runs:
        expiry.post_expired(at=MIDNIGHT + timedelta(days=10))
    for days in (0, 1, 2, 4, 5, 6):
        at = make.later(days=days)
        assert queries.as_of(kim.pk, at).balance == queries.balance(kim.pk, at) or job_runs
    told = [queries.as_of(kim.pk, make.later(days=days)).balance for days in (0, 2, 5)]
    assert [(one.total, one.held) for one in told] == [(30, 15), (30, 15), (20, 0)]


def test_a_hold_that_was_released_held_until_then(kim):
    make.granted(kim, "10")
    hold = make.held(kim, "4").hold
    holds.release(hold_id=hold.public_id, at=make.NOON + HOUR, by=None)
    held = [queries.as_of(kim.pk, make.NOON + delta).balance.held for delta in (HOUR / 2, HOUR)]
    assert held == [4, 0]


def test_late_use_paid_by_credits_that_came_after_it_counts_with_them(kim):
    make.granted(kim, "10", at=make.NOON)
    make.burned(kim, "3", at=make.NOON - HOUR)
    assert queries.as_of(kim.pk, make.NOON - HOUR).lots == ()
    assert queries.as_of(kim.pk, make.NOON).balance.total == 7


def test_history_keeps_what_is_held_of_an_expired_lot_to_the_end_of_the_hold(kim):
    make.granted(kim, "10", LAST)
    make.held(kim, "6", lasts=timedelta(days=3))
    history = queries.balance_history(kim.pk, date(2026, 2, 10), date(2026, 2, 14))
    assert [day.total for day in history] == [10, 10, 6, 0, 0]
    expiry.post_expired(at=make.later(days=9))
    assert queries.balance_history(kim.pk, date(2026, 2, 10), date(2026, 2, 14)) == history


@pytest.mark.parametrize("count", [1, 3])
def test_query_count_does_not_grow(kim, django_assert_num_queries, count):
    for _ in range(count):
        make.granted(kim, "10")
        make.held(kim, "1")
        make.burned(kim, "1")
    with django_assert_num_queries(4):
        queries.as_of(kim.pk, make.NOON)
    with django_assert_num_queries(1):
        queries.balance(kim.pk, make.NOON)
    with django_assert_num_queries(2):
        queries.lots_in_burn_order(kim.pk, make.NOON)
