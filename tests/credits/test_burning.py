"""Burning, as the members see it: what a charge takes, refuses and owes (upstage/15.3)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from credits import queries
from credits.models import Account, Entry
from credits.services import burning
from tests.credits import make
from tests.credits.books import findings
from upstage_console.kernel.db import new_id
from upstage_console.kernel.errors import InvalidAmount

pytestmark = pytest.mark.django_db


def taken(answer):
    return [(part.lot, part.kind, part.amount) for part in answer.allocations]


@pytest.mark.clause("upstage/15.3")
def test_burn_free_before_paid():
    kim = make.member()
    paid, free = make.bought(kim, "44000"), make.granted(kim, "7200", date(2033, 12, 30))
    (answer,) = make.burned(kim, "9500")
    assert taken(answer) == [(free.public_id, "free", Decimal(7200)), (paid.public_id, "paid", Decimal(2300))]
    assert (answer.taken, answer.owed, answer.refused, answer.balance) == (Decimal(9500), 0, False, Decimal(41700))
    assert findings() == []


@pytest.mark.clause("upstage/15.3")
def test_burn_earliest_expiry_first():
    kim = make.member()
    late, early = make.granted(kim, "6300", date(2026, 11, 30)), make.granted(kim, "3400", date(2026, 9, 29))
    (answer,) = make.burned(kim, "5150")
    assert taken(answer) == [(early.public_id, "free", Decimal(3400)), (late.public_id, "free", Decimal(1750))]


@pytest.mark.clause("upstage/15.3")
def test_burn_same_expiry_earliest_grant_first():
    kim = make.member()
    newer, older = make.granted(kim, "5", at=make.later(hours=1)), make.granted(kim, "3")
    (answer,) = make.burned(kim, "4", at=make.later(hours=2))
    assert taken(answer) == [(older.public_id, "free", Decimal(3)), (newer.public_id, "free", Decimal(1))]


def test_burn_larger_than_the_balance_is_refused_whole_and_smaller_ones_pass():
    kim = make.member()
    make.granted(kim, "10")
    answers = make.burned(kim, "6", "5", "4", "0.000001")
    assert [answer.refused for answer in answers] == [False, True, False, True]
    assert [answer.balance for answer in answers] == [4, 4, 0, 0]
    assert Entry.objects.filter(member=kim, kind="use").count() == 2
    assert findings() == []


def test_burn_with_credit_takes_what_is_there_and_owes_the_rest():
    kim = make.member()
    make.granted(kim, "4150")
    answers = make.burned(kim, "6900", "800", may_owe=True)
    assert [(answer.taken, answer.owed) for answer in answers] == [(4150, 2750), (0, 800)]
    assert answers[1].allocations == ()
    assert findings() == []


def test_burn_exactly_everything():
    kim = make.member()
    lot = make.granted(kim, "2650")
    (answer,) = make.burned(kim, "2650")
    lot.refresh_from_db()
    assert (answer.balance, lot.remaining, lot.spent) == (0, 0, True)


@pytest.mark.clause("upstage/15.4")
def test_burn_stops_at_the_instant_of_expiry():
    kim = make.member()
    lot = make.granted(kim, "10", date(2026, 3, 26))
    (before,) = make.burned(kim, "1", at=lot.expires_at - make.timedelta(microseconds=1))
    (after,) = make.burned(kim, "1", at=lot.expires_at)
    assert (before.refused, after.refused) == (False, True)
    assert findings() == []


def test_burn_nothing_at_all():
    kim = make.member()
    make.granted(kim, "10")
    (answer,) = make.burned(kim, "0")
    assert (answer.taken, answer.owed, answer.refused, answer.allocations) == (0, 0, False, ())


def test_burn_without_an_account_is_refused_or_owed():
    kim = make.member()
    answers = burning.burn([make.charge(kim, "1"), make.charge(kim, "2", may_owe=True)], at=make.NOON, by=None)
    assert [(answer.refused, answer.owed, answer.balance) for answer in answers] == [(True, 0, 0), (False, 2, 0)]


def test_burn_no_charges():
    assert burning.burn([], at=make.NOON, by=None) == []


@pytest.mark.parametrize("amount", ["-1", "0.0000001"])
def test_burn_impossible_amount_is_refused(amount):
    kim = make.member()
    make.granted(kim, "10")
    with pytest.raises(InvalidAmount):
        make.burned(kim, amount)
    assert queries.balance(kim.pk, make.NOON).total == 10


def test_burn_same_charge_twice_changes_nothing():
    kim = make.member()
    make.granted(kim, "10")
    one = burning.Charge(id=new_id(), member_id=kim.pk, amount=Decimal(1))
    burning.burn([one], at=make.NOON, by=None)
    with pytest.raises(IntegrityError, match="entry_charge_once"), transaction.atomic():
        burning.burn([one], at=make.NOON, by=None)
    assert findings() == []


def test_burn_many_members_answers_in_the_order_of_the_charges():
    kim, lee = make.member(), make.member()
    make.granted(kim, "10")
    make.granted(lee, "10")
    charges = [make.charge(lee, "3"), make.charge(kim, "4"), make.charge(lee, "8"), make.charge(lee, "7")]
    answers = burning.burn(charges, at=make.NOON, by=None)
    assert [answer.charge_id for answer in answers] == [charge.id for charge in charges]
    assert [(answer.taken, answer.balance) for answer in answers] == [(3, 7), (4, 6), (0, 7), (7, 0)]
    assert findings() == []


def test_burn_writes_one_entry_for_each_lot_with_running_balances():
    kim = make.member()
    make.granted(kim, "3")
    make.granted(kim, "5", at=make.later(hours=1))
    make.burned(kim, "2", "4", at=make.later(hours=2))
    rows = (
        Entry.objects.filter(member=kim)
        .order_by("sequence")
        .values_list("sequence", "amount", "balance", "lot_remaining")
    )
    assert [tuple(map(int, row)) for row in rows] == [
        (1, 3, 3, 3),
        (2, 5, 8, 5),
        (3, -2, 6, 1),
        (4, -1, 5, 0),
        (5, -3, 2, 2),
    ]
    assert Account.objects.get(pk=kim.pk).balance == 2


@pytest.mark.parametrize("number", [1, 50])
def test_burn_is_one_query(django_assert_num_queries, number):
    kim = make.member()
    make.granted(kim, "100")
    with django_assert_num_queries(1):
        make.burned(kim, *["1"] * number)
