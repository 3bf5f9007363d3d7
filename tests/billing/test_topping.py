"""Topping up when the balance runs low: below 5,000 buy 30,000, once a day, unless the test says otherwise."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Notice
from accounts.services import leaving
from billing.errors import NoPaymentMethod
from billing.models import Purchase, TopUp
from billing.services import invoices, payments, topping
from billing.services.topping import Wish
from tests.billing import make
from tests.billing.recharged import balance, line, table
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15.2")]


def wished(holder, below=5_000, amount=30_000, most_a_day=1, at=make.NOON):
    wish = Wish(Decimal(below), Decimal(amount), most_a_day)
    return topping.set_top_up(member_id=holder.pk, wish=wish, by=holder.user, at=at)


@pytest.fixture
def kim():
    return make.member(card="ok")


def test_setting_it_buys_nothing_in_that_moment(kim):
    wished(kim)
    assert not Purchase.objects.exists()


def test_bought_once_when_it_is_low(kim):
    table(line(30_000, "10", mode="once"))
    wished(kim)
    assert (topping.top_up_due(at=make.NOON), topping.top_up_due(at=make.later(minutes=1))) == (1, 0)
    assert balance(kim, make.NOON) == (30_000, 3_000)
    assert Notice.objects.filter(member=kim, about="recharged").count() == 1


def test_enough_is_enough(kim):
    make.granted(kim, "5000")
    wished(kim)
    assert topping.top_up_due(at=make.NOON) == 0


def test_what_is_used_and_not_settled_counts(kim):
    make.price("1")
    make.granted(kim, "5000")
    wished(kim)
    make.unsettled(make.event(kim, quantity=1))
    assert topping.top_up_due(at=make.NOON) == 1


def test_not_more_often_a_day_than_wished(kim):
    wished(kim, below=100_000, most_a_day=2)
    assert [topping.top_up_due(at=make.later(minutes=number)) for number in range(4)] == [1, 1, 0, 0]
    assert topping.top_up_due(at=make.later(hours=11, minutes=59)) == 0
    assert topping.top_up_due(at=make.later(hours=12)) == 1


def test_never_while_one_is_under_way():
    kim = make.member(card="times_out")
    wished(kim, most_a_day=5)
    assert [topping.top_up_due(at=make.later(minutes=number)) for number in range(3)] == [1, 0, 0]
    payments.reconcile(at=make.later(minutes=20))
    assert (Purchase.objects.get().status, topping.top_up_due(at=make.later(minutes=21))) == ("paid", 0)


def test_a_new_wish_does_not_double_what_is_under_way():
    kim = make.member(card="times_out")
    wished(kim, most_a_day=5)
    topping.top_up_due(at=make.NOON)
    wished(kim, below=6_000, most_a_day=5, at=make.later(minutes=1))
    assert topping.top_up_due(at=make.later(minutes=2)) == 0
    payments.reconcile(at=make.later(minutes=20))
    assert (Purchase.objects.get().status, topping.top_up_due(at=make.later(minutes=21))) == ("paid", 0)


def test_a_new_wish_does_not_begin_the_day_anew(kim):
    wished(kim, below=100_000)
    topping.top_up_due(at=make.NOON)
    wished(kim, below=100_001, at=make.later(minutes=1))
    assert topping.top_up_due(at=make.later(minutes=2)) == 0
    assert topping.top_up_due(at=make.later(hours=12)) == 1


@pytest.mark.clause("upstage/19")
def test_declines_are_waited_out_and_then_it_goes_off():
    kim = make.member(card="declined")
    wished(kim, most_a_day=5)
    hours = [0, 0.5, 1, 2, 24, 25, 26, 100]
    assert [topping.top_up_due(at=make.later(hours=number)) for number in hours] == [1, 0, 1, 0, 0, 1, 0, 0]
    assert (TopUp.objects.get().status, TopUp.objects.get().off_because) == ("off", "declined")
    assert Notice.objects.filter(member=kim, about="recharge_failed").count() == 3


def test_a_payment_that_goes_through_forgets_declines(kim):
    make.give_card(kim, "declined")
    wished(kim)
    topping.top_up_due(at=make.NOON)
    make.give_card(kim, "ok", at=make.later(minutes=5))
    topping.top_up_due(at=make.later(hours=1))
    assert (TopUp.objects.get().declines, TopUp.objects.get().not_before) == (0, None)


@pytest.mark.clause("upstage/15.1")
def test_unpaid_fees_stop_it_and_it_is_said_once_a_day(kim):
    wished(kim)
    invoices.issue_single(
        member_id=kim.pk, amount=Decimal(1000), due_on=date(2026, 2, 13), what_ko="요금", what_en="Fee", by=None,
        at=make.NOON,
    )  # fmt: skip
    assert [topping.top_up_due(at=make.later(days=4, minutes=number)) for number in range(3)] == [0, 0, 0]
    assert Notice.objects.filter(member=kim, about="recharge_failed").count() == 1
    topping.top_up_due(at=make.later(days=5))
    assert Notice.objects.filter(member=kim, about="recharge_failed").count() == 2


def test_another_wish_takes_its_place(kim):
    wished(kim)
    wished(kim, amount=50_000, at=make.later(minutes=1))
    assert list(TopUp.objects.order_by("pk").values_list("status", "off_because")) == [("off", "replaced"), ("on", "")]
    topping.top_up_due(at=make.later(minutes=2))
    assert Purchase.objects.get().amount == 50_000


def test_switched_off_once(kim):
    wished(kim)
    topping.stop(member_id=kim.pk, by=kim.user, at=make.NOON)
    assert topping.top_up_due(at=make.NOON) == 0
    with pytest.raises(AlreadyDone):
        topping.stop(member_id=kim.pk, by=kim.user, at=make.NOON)


def test_leaving_switches_it_off(kim):
    wished(kim)
    leaving.withdraw(kim.pk, by=kim.user, at=make.later(minutes=1))
    assert (TopUp.objects.get().off_because, topping.top_up_due(at=make.later(minutes=2))) == ("left", 0)


@pytest.mark.parametrize("wrong", [{"below": 0}, {"amount": 0}, {"most_a_day": 0}, {"most_a_day": 6}])
def test_wishes_that_cannot_be(kim, wrong):
    with pytest.raises(InvalidAmount):
        wished(kim, **wrong)
    assert not TopUp.objects.exists()


def test_without_a_card():
    with pytest.raises(NoPaymentMethod):
        wished(make.member())
    assert not TopUp.objects.exists()


def test_looking_takes_one_question_for_many(django_assert_num_queries):
    def look(length):
        for _ in range(length):
            holder = make.member(card="ok")
            make.granted(holder, "9000")
            wished(holder)
        with django_assert_num_queries(1):
            topping.top_up_due(at=make.NOON)

    look(1)
    look(3)


@pytest.mark.clause("upstage/20.2")
def test_a_top_up_keeps_the_conditions_as_they_were_shown(kim):
    rule = wished(kim)
    topping.top_up_due(at=make.later(days=3))
    bought = Purchase.objects.get()
    assert (bought.conditions, bought.conditions_shown_at) == (rule.conditions, make.NOON)


def test_what_goes_wrong_with_one_stops_no_other(kim, monkeypatch):
    other = make.member(card="ok")
    wished(kim), wished(other)
    begin, first = topping._begin, TopUp.objects.get(member=kim).pk

    def failing(rule_id, at):
        if rule_id == first:
            raise RuntimeError("out of order")
        return begin(rule_id, at)

    monkeypatch.setattr(topping, "_begin", failing)
    with pytest.raises(ExceptionGroup):
        topping.top_up_due(at=make.NOON)
    assert Purchase.objects.get().member == other
