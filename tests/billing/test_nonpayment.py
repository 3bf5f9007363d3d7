"""Unpaid fees: a notice, then a suspension, and use back with the payment (upstage/18.2, 26.1)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.enums import SanctionKind
from accounts.errors import NoticeRequired
from accounts.models import Notice, Restriction, User
from accounts.queries import standing
from accounts.services import sanctions
from accounts.services.sanctions import Measure
from accounts.services.statements import Finding
from billing.services import invoices, nonpayment
from tests.billing import make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/18.2", "upstage/26.1.1")]

DUE = date(2026, 2, 20)
STATEMENTS = 13
AFTER = make.NOON + timedelta(days=11)  # 21 February


@pytest.fixture
def invoice():
    return invoices.issue_single(
        member_id=make.member(card="ok").pk, amount=Decimal(1000), due_on=DUE, what_ko="요금", what_en="Fee", by=None,
        at=make.NOON,
    )  # fmt: skip


def paid(invoice, at):
    return invoices.pay(member_id=invoice.member_id, invoice_id=invoice.public_id, by=None, at=at, key="k", amount=None)


def test_it_is_told_once_and_only_past_the_due_day(invoice):
    told = [nonpayment.tell(at=at) for at in (make.NOON + timedelta(days=10), AFTER, AFTER + timedelta(days=1))]
    assert told == [0, 1, 0]
    assert Notice.objects.filter(about="unpaid").count() == 1


def test_nobody_is_suspended_without_a_notice(invoice):
    assert nonpayment.suspend(at=AFTER + timedelta(days=30)) == 0


def test_use_is_suspended_once_seven_days_are_over(invoice):
    nonpayment.tell(at=AFTER)
    suspended = [nonpayment.suspend(at=AFTER + timedelta(days=days)) for days in (7, 8, 9)]
    assert suspended == [0, 1, 0]
    assert Restriction.objects.get().kind == "unpaid"


def test_paying_gives_use_back_in_the_same_moment(invoice):
    nonpayment.tell(at=AFTER)
    later = AFTER + timedelta(days=8)
    nonpayment.suspend(at=later)
    assert not standing(invoice.member, at=later).may_use
    paid(invoice, later)
    assert standing(invoice.member, at=later).may_use
    assert Notice.objects.filter(about="restored").count() == 1


def test_what_was_paid_in_time_suspends_nobody(invoice):
    nonpayment.tell(at=AFTER)
    paid(invoice, AFTER + timedelta(days=1))
    assert nonpayment.suspend(at=AFTER + timedelta(days=30)) == 0


def issued(member, due_on, at):
    return invoices.issue_single(
        member_id=member.pk, amount=Decimal(1000), due_on=due_on, what_ko="요금", what_en="Fee", by=None, at=at
    )


def imposed(invoice, kind, at, days=None):
    amy, _ = User.objects.get_or_create(email="amy@upstage.ai", defaults={"is_staff": True})
    measure = Measure(SanctionKind(kind), "upstage/18.2", Finding("요금 미납", "Fees are unpaid"), days=days)
    return sanctions.impose(invoice.member_id, measure, by=amy, at=at)


def test_a_suspension_by_staff_ends_with_the_payment_too(invoice):
    nonpayment.tell(at=AFTER)
    later = AFTER + timedelta(days=8)
    imposed(invoice, "warning", later)
    measure = imposed(invoice, "suspension", later, days=30)
    nonpayment.suspend(at=later)
    paid(invoice, later)
    measure.refresh_from_db()
    assert (measure.status, standing(invoice.member, at=later).may_use) == ("lifted", True)


def test_the_notice_of_a_debt_that_was_paid_suspends_nobody(invoice):
    nonpayment.tell(at=AFTER)
    paid(invoice, AFTER)
    later = AFTER + timedelta(days=60)
    again = issued(invoice.member, later.date(), later)
    imposed(again, "warning", later)
    with pytest.raises(NoticeRequired):
        imposed(again, "suspension", later + timedelta(days=1), days=5)


def test_who_pays_while_others_are_suspended_is_not_suspended_for_what_was_not_told(invoice, monkeypatch):
    nonpayment.tell(at=AFTER)
    later = AFTER + timedelta(days=8)
    issued(invoice.member, later.date(), make.NOON)
    chosen, found = [], nonpayment._to_suspend

    def paid_after_the_first_look(rows, at):
        members = found(rows, at)
        if not chosen:
            paid(invoice, at)
        chosen.append(members)
        return members

    monkeypatch.setattr(nonpayment, "_to_suspend", paid_after_the_first_look)
    assert nonpayment.suspend(at=later + timedelta(days=1)) == 0
    assert chosen == [{invoice.member_id}, set()]
    assert not Restriction.objects.exists()


def test_who_is_suspended_while_the_bank_is_asked_is_free_once_it_answers(invoice):
    nonpayment.tell(at=AFTER)
    asked = AFTER + timedelta(days=8)
    nonpayment.suspend(at=asked + timedelta(minutes=1))
    paid(invoice, asked)
    assert standing(invoice.member, at=asked + timedelta(minutes=2)).may_use


@pytest.mark.parametrize("members", [1, 3])
def test_suspending_takes_as_many_statements_for_three(members, django_assert_num_queries):
    for _number in range(members):
        issued(make.member(card="ok"), DUE, make.NOON)
    nonpayment.tell(at=AFTER)
    with django_assert_num_queries(STATEMENTS):
        assert nonpayment.suspend(at=AFTER + timedelta(days=8)) == members
