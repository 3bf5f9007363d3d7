"""Waiving late fees, and the statement of what is owed and why (upstage/18.2)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Notice
from accounts.queries import standing
from billing.errors import NothingLate, PaymentRunning, WaiverWaits
from billing.models import LateFeeWaiver
from billing.queries import ageing
from billing.queries.debts import debt_of
from billing.queries.statements import statement
from billing.rules import late_fees, statements
from billing.rules.late_fees import Paid
from billing.rules.statements import Bill, Kind, Lowered
from billing.services import fees, invoices, nonpayment, waiving
from tests.billing import make
from upstage_console.kernel.errors import SamePerson

pytestmark = [pytest.mark.clause("upstage/18.2")]

DUE = date(2026, 2, 27)
LATE = make.NOON + timedelta(days=60)  # 11 April: one month is complete
LATE_FEE = 1650


@pytest.fixture
def invoice(db):
    return issued(make.member(card="ok"))


def issued(member, amount=100_000):
    return invoices.issue_single(
        member_id=member.pk, amount=Decimal(amount), due_on=DUE, what_ko="요금", what_en="Fee", by=None, at=make.NOON
    )


def paid(invoice, amount=None, at=LATE, key="k"):
    return invoices.pay(
        member_id=invoice.member_id, invoice_id=invoice.public_id, by=None, at=at, key=key, amount=amount
    )


def waived(invoice, amy, ben, amount=None):
    row = waiving.propose(invoice.public_id, amount=amount, reason="a hard month", by=amy, at=LATE)
    return waiving.approve(row.public_id, reason="yes", by=ben, at=LATE)


def test_nothing_changes_before_a_second_person_approves(invoice, amy, ben):
    row = waiving.propose(invoice.public_id, reason="a hard month", by=amy, at=LATE)
    assert (row.amount, debt_of(invoice, LATE.date()).late_fee) == (LATE_FEE, LATE_FEE)
    with pytest.raises(SamePerson):
        waiving.approve(row.public_id, reason="mine", by=amy, at=LATE)
    waiving.approve(row.public_id, reason="yes", by=ben, at=LATE)
    assert debt_of(invoice, LATE.date()).total == 110_000
    assert Notice.objects.get(about="late_fee_waived").body_en.startswith("₩1,650 of the late fee")


def test_late_fees_go_on_after_a_waiver(invoice, amy, ben):
    waived(invoice, amy, ben)
    assert debt_of(invoice, LATE.date() + timedelta(days=30)).late_fee == LATE_FEE


@pytest.mark.parametrize("amount", ["0", "-1", "1651", "0.5"])
def test_what_is_not_owed_cannot_be_waived(invoice, amy, amount):
    with pytest.raises(NothingLate):
        waiving.propose(invoice.public_id, amount=Decimal(amount), reason="x", by=amy, at=LATE)
    assert not LateFeeWaiver.objects.exists()


def test_one_waiver_waits_at_a_time(invoice, amy):
    first = waiving.propose(invoice.public_id, amount=Decimal(1), reason="x", by=amy, at=LATE)
    with pytest.raises(WaiverWaits):
        waiving.propose(invoice.public_id, reason="x", by=amy, at=LATE)
    waiving.drop(first.public_id, reason="no", by=amy, at=LATE)
    assert waiving.propose(invoice.public_id, reason="x", by=amy, at=LATE).amount == LATE_FEE


def test_an_invoice_that_owes_only_the_waived_fee_is_paid_and_use_is_open_again(invoice, amy, ben):
    nonpayment.tell(at=LATE - timedelta(days=10))
    nonpayment.suspend(at=LATE)
    paid(invoice, Decimal(110_000))
    assert not standing(invoice.member, at=LATE).may_use
    waived(invoice, amy, ben)
    invoice.refresh_from_db()
    assert (invoice.status, standing(invoice.member, at=LATE).may_use) == ("paid", True)


def test_what_was_paid_meanwhile_is_not_waived(invoice, amy, ben):
    row = waiving.propose(invoice.public_id, reason="x", by=amy, at=LATE)
    paid(invoice)
    with pytest.raises(NothingLate):
        waiving.approve(row.public_id, reason="yes", by=ben, at=LATE)


def test_while_the_bank_is_asked_nothing_is_waived(invoice, amy, ben):
    row = waiving.propose(invoice.public_id, reason="x", by=amy, at=LATE)
    make.give_card(invoice.member, "times_out", at=LATE)
    paid(invoice)
    with pytest.raises(PaymentRunning):
        waiving.approve(row.public_id, reason="yes", by=ben, at=LATE)


# The statement


def test_the_statement_tells_every_payment_and_every_month(invoice, amy, ben):
    paid(invoice, Decimal(10_000), at=make.NOON + timedelta(days=30))
    waived(invoice, amy, ben, Decimal(500))
    found = statement(invoice.member_id, "KRW", LATE)
    told = [(entry.on, entry.kind, entry.amount, entry.left) for entry in found.debts[0].entries]
    assert told == [
        (date(2026, 2, 10), Kind.BILLED, 110_000, 110_000),
        (date(2026, 3, 12), Kind.PAID, -10_000, 100_000),
        (date(2026, 3, 27), Kind.LATE_FEE, 1500, 101_500),
        (LATE.date(), Kind.WAIVED, -500, 101_000),
    ]
    assert (found.principal, found.late_fee, found.total, found.overdue) == (100_000, 1000, 101_000, 101_000)
    assert "₩100,000 still unpaid × 1.5% = ₩1,500" in found.debts[0].entries[2].why.en


def test_what_is_not_due_yet_is_owed_and_not_overdue(invoice):
    found = statement(invoice.member_id, "KRW", make.NOON)
    assert (found.total, found.overdue) == (110_000, 0)


amounts = st.integers(1, 10**9)
days = st.dates(date(2026, 1, 2), date(2027, 12, 31))


@given(amounts, st.lists(st.tuples(days, amounts), max_size=6), st.integers(0, 10**8), days, st.booleans())
def test_the_entries_always_leave_what_is_owed(total, payments, waive, today, is_credited):
    total, due_on = Decimal(total), date(2026, 1, 31)
    put, note = [], Lowered(date(2026, 6, 1), Decimal(min(total, 5)), "CN-1")
    off = [Paid(date(2026, 1, 1), note.amount, Decimal(0))] if is_credited and note.amount < total else []
    for on, amount in sorted(payments):
        if on <= today:
            owed = late_fees.debt(total, due_on, [*put, *off], today=on, currency="KRW")
            put.append(Paid(on, *late_fees.put(Decimal(amount), owed)))
    debt = late_fees.debt(total, due_on, [*put, *off], today=today, currency="KRW", waived=Decimal(waive))
    bill = Bill(date(2026, 1, 1), total, put, [note] if off else [], [Lowered(today, Decimal(waive))] if waive else [])
    assert (
        statements.entries(bill, debt)[-1].left == debt.total
        or sum((one.amount for one in statements.entries(bill, debt)), Decimal(0)) == debt.total
    )


@pytest.mark.parametrize("number", [1, 3])
def test_a_statement_takes_as_many_queries_for_three_debts(db, number, django_assert_num_queries):
    member = make.member(card="ok")
    for _each in range(number):
        issued(member)
    with django_assert_num_queries(5):
        assert len(statement(member.pk, "KRW", LATE).debts) == number


# Ageing


@pytest.mark.parametrize(
    ("days_late", "bucket"),
    [(-5, "not_due"), (0, "not_due"), (1, "days_30"), (30, "days_30"), (31, "days_60"), (60, "days_60"),
     (61, "days_90"), (90, "days_90"), (91, "older")],
)  # fmt: skip
def test_the_age_of_a_debt(invoice, days_late, bucket):
    today = DUE + timedelta(days=days_late)
    assert ageing.bucket_of(DUE, today) == bucket
    assert [(one.name, one.principal, one.invoices) for one in ageing.totals(today)] == [(bucket, 110_000, 1)]


def test_part_payments_lower_what_is_aged_and_late_fees_stand_apart(invoice, amy, ben):
    paid(invoice, Decimal(10_000), at=make.NOON)
    found = list(ageing.every(LATE.date()))
    assert [(one.buckets["days_60"], one.late_fee, one.total) for one in found] == [(100_000, 1500, 101_500)]
    assert ageing.totals(LATE.date())[0].principal == 100_000


@pytest.mark.parametrize("members", [1, 3])
def test_the_report_takes_as_many_statements_for_three_members(db, members, django_assert_num_queries):
    for _each in range(members):
        issued(make.member(card="ok"))
    with django_assert_num_queries(7):
        assert len(ageing.totals(LATE.date())) == 1
        assert len(list(ageing.every(LATE.date()))) == members


# A fee paid at once


def test_a_fee_is_paid_at_once_and_once(db):
    member = make.member(card="ok")
    how = {"member_id": member.pk, "amount": Decimal(1000), "what_ko": "요금", "what_en": "Fee", "by": member.user}
    first, again = (fees.pay_at_once(**how, at=make.NOON, key="one") for _ in range(2))
    assert (first.status, first.total, first.pk == again.pk, member.payments.count()) == ("paid", 1100, True, 1)
