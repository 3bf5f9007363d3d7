"""Payments that a holder takes back through the bank: no second payout, no loss that nobody looks at."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from accounts.models import Notice
from billing.errors import MoreThanPaid, NoAnswerProposed, NotLost, OwedAgain
from billing.models import Dispute, Invoice, Payment
from billing.queries.debts import debt_of
from billing.queries.fees_paid import fees_paid
from billing.services import (
    chargebacks,
    closing,
    collecting,
    credit_notes,
    disputes,
    fulfilment,
    hand_payments,
    invoices,
    nonpayment,
    repayments,
    sandbox_bank,
)
from credits import queries as credit_queries
from tests.billing import gateway, make
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone, Refusal, SamePerson
from upstage_console.kernel.models import AuditEvent, DueItem

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/19")]
LATER = make.later(days=1)


@pytest.fixture(autouse=True)
def followed(monkeypatch):
    monkeypatch.setitem(fulfilment._followers, "tst", lambda repayment, by, at: None)


def paid():
    return Payment.objects.get(pk=make.bought(make.member(card="ok"), "1000").payment_id)


def open_tasks():
    return set(DueItem.objects.filter(closed_at__isnull=True).values_list("kind", flat=True))


def test_dispute_is_written_down_once_with_a_task():
    payment = paid()
    assert gateway.sent(gateway.disputed(payment)).outcome == "applied"
    assert gateway.sent(gateway.disputed(payment, id="evt_again")).outcome == "known"
    dispute = Dispute.objects.get()
    assert (dispute.amount, dispute.status, dispute.evidence_by) == (1100, "open", make.later(days=7))
    assert open_tasks() == {disputes.TASK}


def test_what_is_disputed_is_not_refunded_as_well():
    payment = paid()
    gateway.sent(gateway.disputed(payment))
    with pytest.raises(MoreThanPaid), transaction.atomic():
        repayments.create(repayments.Wanted(payment.pk, "tst_1", "k", payment.amount), by=None, at=make.NOON)
    gateway.sent(gateway.disputed(payment, "won"))
    assert (open_tasks(), repayments.left_of(payment)) == (set(), 1100)


def test_decision_may_come_before_the_dispute_was_told():
    payment = paid()
    gateway.sent(gateway.disputed(payment, "lost"))
    gateway.sent(gateway.disputed(payment))
    assert (Dispute.objects.get().status, open_tasks()) == ("lost", {disputes.LOSS})


def lost():
    payment = paid()
    gateway.sent(gateway.disputed(payment, "lost"))
    return Dispute.objects.get()


def test_loss_is_answered_by_two_people(amy, ben):
    dispute = lost()
    disputes.answer(dispute.public_id, how="written_off", reason="적은 금액", by=amy, at=LATER)
    with pytest.raises(SamePerson):
        disputes.approve(dispute.public_id, reason="예", by=amy, at=LATER)
    assert open_tasks() == {disputes.LOSS}
    done = disputes.approve(dispute.public_id, reason="예", by=ben, at=LATER)
    assert (done.answered_by, open_tasks()) == (ben, set())
    with pytest.raises(AlreadyDone):
        disputes.answer(dispute.public_id, how="claimed", reason="x", by=amy, at=LATER)


def test_unused_credits_of_a_lost_payment_are_taken_back(amy, ben):
    dispute = lost()
    disputes.answer(dispute.public_id, how="credits_taken", reason="되가져감", by=amy, at=LATER)
    assert credit_queries.balance(dispute.member_id, LATER).total == 1000
    disputes.approve(dispute.public_id, reason="예", by=ben, at=LATER)
    assert credit_queries.balance(dispute.member_id, LATER).total == 0


def test_what_is_not_lost_is_not_answered(amy):
    payment = paid()
    gateway.sent(gateway.disputed(payment))
    with pytest.raises(NotLost):
        disputes.answer(Dispute.objects.get().public_id, how="claimed", reason="x", by=amy, at=LATER)
    assert Dispute.objects.get().answer == ""


def test_nothing_is_approved_before_it_is_proposed(ben):
    with pytest.raises(NoAnswerProposed):
        disputes.approve(lost().public_id, reason="x", by=ben, at=LATER)


def test_card_that_disputes_everything():
    make.bought(make.member(card="disputed"), "1000")
    assert sandbox_bank.deliver(at=make.NOON) == 0
    assert sandbox_bank.deliver(at=make.later(minutes=1)) == 1
    assert (Dispute.objects.get().reason, open_tasks()) == ("fraudulent", {disputes.TASK})


DUE = date(2026, 2, 20)
MARCH = datetime(2026, 3, 1, 12, tzinfo=KST)
AUGUST = datetime(2026, 8, 10, 12, tzinfo=KST)


def invoice_paid(at=make.NOON, amount="1000000", card="ok"):
    """An invoice of a fee, paid by card."""
    holder = make.member(card=card)
    made = invoices.issue_single(
        member_id=holder.pk, amount=Decimal(amount), due_on=DUE, what_ko="요금", what_en="Fee", by=None, at=make.NOON
    )
    return invoices.pay(member_id=holder.pk, invoice_id=made.public_id, by=None, at=at, key="k")


def of(payment):
    return Invoice.objects.get_public(payment.subject)


@pytest.mark.clause("upstage/18.2")
def test_an_invoice_whose_payment_the_bank_took_back_is_owed_again():
    payment = invoice_paid()
    gateway.sent(gateway.disputed(payment, "lost"), at=LATER)
    invoice = of(payment)
    assert (invoice.status, invoice.paid_at, debt_of(invoice, LATER.date()).total) == ("issued", None, 1_100_000)
    assert AuditEvent.objects.filter(action="invoice.owed_again").count() == 1
    assert Notice.objects.filter(key__contains="owed_again").count() == 1
    assert open_tasks() == set()
    again = invoices.pay(member_id=payment.member_id, invoice_id=invoice.public_id, by=None, at=LATER, key="k2")
    assert (again.amount, of(payment).status) == (1_100_000, "paid")


@pytest.mark.clause("upstage/18.2")
def test_late_fee_runs_on_months_that_were_unpaid_all_through():
    payment = invoice_paid()
    gateway.sent(gateway.disputed(payment, "lost"), at=AUGUST)
    ends = [(one.ends_on, one.fee) for one in debt_of(of(payment), date(2026, 10, 21)).months]
    assert ends == [(date(2026, 9, 20), 16_500), (date(2026, 10, 20), 16_500)]


@pytest.mark.clause("upstage/18.2")
def test_it_suspends_only_after_a_notice_of_its_own():
    after = datetime(2026, 3, 2, 9, tzinfo=KST)
    payment = invoice_paid_late(after)
    gateway.sent(gateway.disputed(payment, "lost"), at=AUGUST)
    assert nonpayment.suspend(at=AUGUST) == 0
    assert nonpayment.tell(at=AUGUST) == 1
    assert [nonpayment.suspend(at=AUGUST + timedelta(days=days)) for days in (7, 8)] == [0, 1]


def invoice_paid_late(at):
    holder = make.member(card="ok")
    made = invoices.issue_single(
        member_id=holder.pk, amount=Decimal(1000), due_on=DUE, what_ko="요금", what_en="Fee", by=None, at=make.NOON
    )
    nonpayment.tell(at=at - timedelta(days=5))
    return invoices.pay(member_id=holder.pk, invoice_id=made.public_id, by=None, at=at, key="k")


def test_what_an_invoice_owes_again_needs_no_answer(amy):
    payment = invoice_paid()
    gateway.sent(gateway.disputed(payment, "lost"))
    with pytest.raises(OwedAgain):
        disputes.answer(Dispute.objects.get().public_id, how="claimed", reason="x", by=amy, at=LATER)


def test_part_of_a_payment_that_went_back_already_is_not_owed_again():
    payment = invoice_paid(amount="1000")
    credit_notes.issue(
        invoice_id=payment.subject, amount=Decimal(200), reason="x", by=None, approver=None, at=make.NOON
    )
    gateway.sent(gateway.disputed(payment, "lost"))
    assert (debt_of(of(payment), DUE).total, open_tasks()) == (880, {disputes.LOSS})


def test_a_bank_that_decides_otherwise_pays_the_invoice_again():
    payment = invoice_paid()
    gateway.sent(gateway.disputed(payment, "lost"), at=LATER)
    gateway.sent(gateway.disputed(payment, "won"), at=AUGUST)
    invoice = of(payment)
    assert (debt_of(invoice, AUGUST.date()).principal, invoice.status) == (0, "issued")
    assert debt_of(invoice, AUGUST.date()).late_fee == 5 * 16_500
    assert Notice.objects.filter(key__contains="paid_again").count() == 1


def test_what_comes_twice_goes_back_to_the_card():
    payment = invoice_paid()
    gateway.sent(gateway.disputed(payment, "lost"), at=LATER)
    invoices.pay(member_id=payment.member_id, invoice_id=payment.subject, by=None, at=LATER, key="k2")
    gateway.sent(gateway.disputed(payment, "won"), at=AUGUST)
    assert repayments.reconcile(at=AUGUST + timedelta(hours=1)) == 1
    back = payment.repayments.get()
    assert (back.amount, back.status, of(payment).status) == (1_100_000, "succeeded", "paid")
    assert Notice.objects.filter(key__startswith="paid_twice").count() == 1


def test_what_comes_twice_and_the_bank_does_not_take_is_paid_by_hand(amy, ben):
    payment = invoice_paid(card="refund_fails")
    gateway.sent(gateway.disputed(payment, "lost"), at=LATER)
    invoices.pay(member_id=payment.member_id, invoice_id=payment.subject, by=None, at=LATER, key="k2")
    gateway.sent(gateway.disputed(payment, "won"), at=AUGUST)
    repayments.reconcile(at=AUGUST + timedelta(hours=1))
    assert open_tasks() == {chargebacks.TASK}
    told = {"way": "transfer", "reference": "T-1", "reason": "card closed", "by": amy, "at": AUGUST}
    row = hand_payments.propose_for(Dispute, Dispute.objects.get().public_id, **told)
    hand_payments.agree(row.public_id, reason="seen", by=ben, at=AUGUST)
    assert (row.amount, open_tasks(), chargebacks.not_gone_back(Dispute.objects.get())) == (1_100_000, set(), 0)


def test_a_disputed_card_is_not_charged_again_by_itself():
    holder = make.member(card="ok", postpaid=True)
    make.price()
    make.taken(make.event(holder))
    closing.close(date(2026, 2, 1), by=None, at=MARCH)
    assert collecting.collect(at=MARCH) == 1
    gateway.sent(gateway.disputed(Payment.objects.get(), "lost"), at=MARCH + timedelta(days=1))
    assert collecting.waiting(at=AUGUST) == []


def test_the_cap_counts_what_was_paid_again_once():
    payment = invoice_paid()
    gateway.sent(gateway.disputed(payment, "lost"), at=LATER)
    invoices.pay(member_id=payment.member_id, invoice_id=payment.subject, by=None, at=LATER, key="k2")
    found = fees_paid(payment.member_id, make.NOON.date(), AUGUST.date())
    assert sum(fee.net - sum(back.net for back in fee.refunds) for fee in found) == 1_000_000


def test_what_was_only_proposed_falls_with_the_banks_other_decision(amy, ben):
    dispute = lost()
    disputes.answer(dispute.public_id, how="written_off", reason="적은 금액", by=amy, at=LATER)
    gateway.sent(gateway.disputed(dispute.payment, "won"))
    dispute.refresh_from_db()
    assert (dispute.status, dispute.answer, dispute.proposed_by) == ("won", "", None)
    with pytest.raises(Refusal):
        disputes.approve(dispute.public_id, reason="예", by=ben, at=LATER)
