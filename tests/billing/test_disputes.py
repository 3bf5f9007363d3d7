"""Payments that a holder takes back through the bank: no second payout, no loss that nobody looks at."""

import pytest
from django.db import transaction

from billing.errors import MoreThanPaid, NoAnswerProposed, NotLost
from billing.models import Dispute, Payment
from billing.services import disputes, fulfilment, repayments, sandbox_bank
from credits import queries as credit_queries
from tests.billing import gateway, make
from upstage_console.kernel.errors import AlreadyDone, SamePerson
from upstage_console.kernel.models import DueItem

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
