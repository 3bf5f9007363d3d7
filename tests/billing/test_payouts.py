"""Money of refunds goes back on its days, is set off, or is paid by hand (upstage/20.1, 20.4)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Member, Notice, User
from billing.enums import REFUND_MOVES, InvoiceStatus, RefundStatus
from billing.models import Invoice, Refund, Repayment, SetOff
from billing.queries.debts import owed_total
from billing.rules import repaying
from billing.services import collecting, hand_payments, invoices, keeping, payouts, refunds, repayments, setting_off
from billing.services.charging import Use, charge
from tests.billing import make
from upstage_console.kernel.calendars import Calendar
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone, IllegalMove, Invalid, SamePerson
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db

LATER = make.NOON + timedelta(days=30)


def refund(card: str = "ok", *, at: datetime = make.NOON, **how: Any) -> Refund:
    holder = make.member(card=card)
    make.bought(holder, "10000")
    return refunds.request(member_id=holder.pk, by=holder.user, at=at, **how)


def waits_for(row: Refund) -> bool:
    """Whether the member's data is kept until this is settled."""
    return row.member_id in keeping.not_settled([row.member_id], LATER)


def told(stage: str) -> str:
    """What the member reads at a stage of a refund, in English."""
    return Notice.objects.get(about="refund", stage=stage).body_en


def now(row: Refund) -> Refund:
    row.refresh_from_db()
    return row


@pytest.mark.clause("upstage/20.4")
@pytest.mark.parametrize(
    ("upheld", "withdrawal", "first", "last"),
    [
        (date(2027, 5, 10), False, date(2027, 5, 14), date(2027, 5, 18)),
        (date(2027, 3, 29), True, date(2027, 3, 29), date(2027, 4, 1)),
        (date(2027, 2, 5), True, date(2027, 2, 5), date(2027, 2, 12)),
        (date(2027, 10, 1), False, date(2027, 10, 7), date(2027, 10, 12)),
    ],
)
def test_paying_days_pass_over_holidays(upheld: date, withdrawal: bool, first: date, last: date) -> None:
    found = repaying.paying_days(upheld, Calendar(), is_withdrawal=withdrawal)
    assert (found.first, found.last) == (first, last)


@pytest.mark.clause("upstage/20.1.1")
@pytest.mark.parametrize(
    ("paid_on", "interest"), [(date(2027, 4, 1), 0), (date(2027, 4, 2), 15), (date(2027, 4, 30), 437)]
)
def test_delay_interest_runs_by_days(paid_on: date, interest: int) -> None:
    assert repaying.delay_interest(Decimal(36700), date(2027, 4, 1), paid_on, "KRW") == interest


@pytest.mark.clause("upstage/20.4")
def test_money_goes_back_on_its_day_and_once() -> None:
    row = refund()
    assert payouts.pay_due(at=make.NOON) == 1
    assert payouts.pay_due(at=LATER) == 0
    back = Repayment.objects.get()
    assert (now(row).status, back.amount, back.status, row.interest) == ("paid", 11000, "succeeded", 0)
    assert (DueItem.objects.get(kind="refund_payout").state, Notice.objects.filter(stage="paid").count()) == ("done", 1)


@pytest.mark.clause("upstage/20.4")
def test_before_its_day_nothing_is_paid() -> None:
    holder = make.member(card="ok")
    make.bought(holder, "10000")
    charge(member_id=holder.pk, use=Use.of_amount(Decimal(6000)), by=None, at=make.NOON)
    row = refunds.request(member_id=holder.pk, by=holder.user, at=LATER)
    assert (payouts.pay_due(at=LATER), now(row).status) == (0, "approved")


@pytest.mark.clause("upstage/20.4")
def test_a_killed_run_is_gone_on_with_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    row = refund()
    with monkeypatch.context() as killed:
        killed.setattr(repayments, "ask", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            payouts.pay_due(at=make.NOON)
    assert (now(row).status, Repayment.objects.get().status) == ("pending", "created")
    assert repayments.reconcile(at=make.later(hours=1)) == 1
    assert (now(row).status, Repayment.objects.count()) == ("paid", 1)


@pytest.mark.clause("upstage/20.1.1")
def test_a_gateway_that_is_down_is_waited_for_and_lateness_earns_interest(amy: User, ben: User) -> None:
    row = refund("refund_down")
    payouts.pay_due(at=make.NOON)
    assert now(row).status == "pending"
    late = datetime(2026, 2, 23, 12, tzinfo=KST)
    repayments.reconcile(at=late)
    repayments.reconcile(at=late + timedelta(hours=2))
    assert (now(row).status, row.interest) == ("paid", 45)
    assert waits_for(row)
    hand = hand_payments.propose(
        row.public_id, is_interest=True, way="transfer", reference="T-1", reason="late", by=amy, at=late
    )
    hand_payments.agree(hand.public_id, reason="seen", by=ben, at=late)
    assert (hand.amount, DueItem.objects.get(kind="refund_interest").state) == (45, "done")
    assert not waits_for(row)
    with pytest.raises(IllegalMove):
        hand_payments.propose(
            row.public_id, is_interest=True, way="transfer", reference="T-2", reason="late", by=amy, at=late
        )


@pytest.mark.clause("upstage/20.4")
def test_what_the_bank_refuses_is_paid_by_hand_by_two_people(amy: User, ben: User) -> None:
    row = refund("refund_fails")
    payouts.pay_due(at=make.NOON)
    assert (now(row).status, DueItem.objects.get(kind="refund_by_hand").about) == ("failed", row.member.public_id)
    wanted: dict[str, Any] = {"is_interest": False, "way": "transfer", "reason": "card closed", "at": LATER}
    with pytest.raises(Invalid):
        hand_payments.propose(row.public_id, **wanted, reference=" ", by=amy)
    hand = hand_payments.propose(row.public_id, **wanted, reference="T-9", by=amy)
    with pytest.raises(AlreadyDone):
        hand_payments.propose(row.public_id, **wanted, reference="T-10", by=ben)
    with pytest.raises(SamePerson):
        hand_payments.agree(hand.public_id, reason="paid", by=amy, at=LATER)
    hand_payments.agree(hand.public_id, reason="paid", by=ben, at=LATER)
    assert (now(row).status, hand.amount, DueItem.objects.filter(state="done").count()) == ("paid", 11000, 2)
    assert "₩11,000 were paid to you another way: transfer (reference T-9)." in told("paid")
    assert row.interest > 0


def test_a_payment_by_hand_can_be_dropped_and_proposed_anew(amy: User) -> None:
    row = refund("refund_fails")
    payouts.pay_due(at=make.NOON)
    wanted: dict[str, Any] = {"is_interest": False, "way": "transfer", "reason": "x", "by": amy, "at": LATER}
    first = hand_payments.propose(row.public_id, **wanted, reference="T-1")
    hand_payments.drop(first.public_id, reason="wrong account", by=amy, at=LATER)
    assert hand_payments.propose(row.public_id, **wanted, reference="T-2").amount == 11000


@pytest.mark.clause("upstage/20.4")
@pytest.mark.parametrize(
    ("fee", "status", "set_off", "to_pay"), [(2000, "approved", 2200, 8800), (50000, "paid", 11000, 0)]
)
def test_next_months_fees_take_it_and_the_rest_goes_back(fee: int, status: str, set_off: int, to_pay: int) -> None:
    row = refund(way="offset")
    march = datetime(2026, 3, 3, 9, tzinfo=KST)
    assert (row.pay_from, payouts.pay_due(at=march), setting_off.set_off_due(at=march)) == (None, 0, 0)
    invoice = bill(row.member, fee, march)
    collecting.collect(at=march)
    assert (now(row).status, row.set_off, row.to_pay, owed_total(row.member_id, march)) == (
        status, set_off, to_pay, max(fee * 11 // 10 - 11000, 0),
    )  # fmt: skip
    invoice.refresh_from_db()
    assert invoice.status == (InvoiceStatus.PAID if fee == 2000 else InvoiceStatus.ISSUED)
    assert (setting_off.set_off_due(at=march), SetOff.objects.count()) == (0, 1)
    payouts.pay_due(at=march)
    assert (now(row).status, sum(one.amount for one in Repayment.objects.all())) == ("paid", to_pay)


@pytest.mark.clause("upstage/20.4")
def test_what_the_bank_refuses_of_the_rest_is_told_as_such() -> None:
    row = refund("refund_fails", way="offset")
    march = datetime(2026, 3, 3, 9, tzinfo=KST)
    bill(row.member, 2000, march)
    setting_off.set_off_due(at=march)
    payouts.pay_due(at=march)
    assert (now(row).status, "did not take ₩8,800 of your refund" in told("failed")) == ("failed", True)


@pytest.mark.clause("upstage/20.4")
def test_without_fees_next_month_all_of_it_goes_back() -> None:
    row = refund(way="offset")
    bill(row.member, 500, make.NOON)
    may = datetime(2026, 4, 2, 9, tzinfo=KST)
    assert (setting_off.set_off_due(at=may), payouts.pay_due(at=may)) == (1, 1)
    assert (now(row).status, row.set_off, Repayment.objects.get().amount) == ("paid", 0, 11000)


def bill(holder: Member, amount: int, at: datetime) -> Invoice:
    return invoices.issue_single(
        member_id=holder.pk, amount=Decimal(amount), due_on=at.date() + timedelta(days=14), what_ko="요금",
        what_en="Fee", by=None, at=at,
    )  # fmt: skip


def test_the_database_keeps_what_was_asked_for_and_who_decided(amy: User) -> None:
    row = refund()
    for change in ({"total": 1, "amount": 1, "tax": 0}, {"credits": 1}, {"status": "approved", "pay_from": None},
                   {"needs_second": True, "proposed_by": amy, "decided_by": amy}):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            Refund.objects.filter(pk=row.pk).update(**change)
    assert now(row).total == 11000


@pytest.mark.parametrize("state", RefundStatus.values)
def test_every_state_leads_only_where_its_moves_say(state: str) -> None:
    ends = {RefundStatus.PAID, RefundStatus.REJECTED}
    assert (state in REFUND_MOVES) != (state in ends)
