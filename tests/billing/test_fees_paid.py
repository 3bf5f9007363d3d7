"""The fees paid that the cap of liability counts: what went back by the bank, by hand or by set-off is out (24.5)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from billing.models import Invoice
from billing.queries.fees_paid import fees_paid
from billing.services import collecting, credit_notes, hand_payments, invoices, payouts, refunds, repayments
from tests.billing import make
from upstage_console.kernel.clock import KST

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/24.5")]


def kept(holder, last):
    found = fees_paid(holder.pk, date(2026, 1, 1), last)
    return [(one.on, one.net, one.kept_until(last)) for one in found]


def test_what_staff_paid_back_by_hand_counts_as_refunded(db, amy, ben):
    holder = make.member(card="refund_fails")
    make.bought(holder, "10000")
    refund = refunds.request(member_id=holder.pk, by=None, at=make.NOON)
    payouts.pay_due(at=make.NOON)
    on = make.NOON.date()
    assert kept(holder, on) == [(on, 10_000, 10_000)]
    hand = hand_payments.propose(refund.public_id, is_interest=False, way="transfer", reference="T-1", reason="closed",
                                 by=amy, at=make.later(days=1))  # fmt: skip
    assert kept(holder, date(2026, 2, 28)) == [(on, 10_000, 10_000)]
    hand_payments.agree(hand.public_id, reason="seen", by=ben, at=make.later(days=2))
    assert (kept(holder, on), kept(holder, date(2026, 2, 12))) == ([(on, 10_000, 10_000)], [(on, 10_000, 0)])


def test_delay_interest_by_hand_is_no_refund_of_fees(db, amy, ben):
    holder = make.member(card="ok")
    make.bought(holder, "100000")
    refund = refunds.request(member_id=holder.pk, by=None, at=make.NOON)
    payouts.pay_due(at=make.later(days=30))
    hand = hand_payments.propose(refund.public_id, is_interest=True, way="transfer", reference="T-1", reason="late",
                                 by=amy, at=make.later(days=31))  # fmt: skip
    before = kept(holder, date(2026, 12, 31))
    hand_payments.agree(hand.public_id, reason="seen", by=ben, at=make.later(days=31))
    assert kept(holder, date(2026, 12, 31)) == before == [(make.NOON.date(), 100_000, 0)]


@pytest.fixture
def offset(db):
    """10,000 of credits bought in February, refunded, and set off in March against an invoice of 6,000."""
    holder = make.member(card="ok")
    make.bought(holder, "10000")
    refunds.request(member_id=holder.pk, way="offset", by=holder.user, at=make.NOON)
    march = datetime(2026, 3, 3, 9, tzinfo=KST)
    invoices.issue_single(member_id=holder.pk, amount=Decimal(6_000), due_on=date(2026, 3, 20), what_ko="요금",
                          what_en="Fee", by=None, at=march)  # fmt: skip
    collecting.collect(at=march)
    return holder


def test_what_is_set_off_pays_the_invoice_and_is_back_of_the_purchase(offset):
    march = date(2026, 3, 3)
    assert kept(offset, date(2026, 3, 2)) == [(make.NOON.date(), 10_000, 10_000)]
    assert kept(offset, march) == [(make.NOON.date(), 10_000, 4_000), (march, 6_000, 6_000)]
    payouts.pay_due(at=datetime(2026, 3, 10, 9, tzinfo=KST))
    assert kept(offset, date(2026, 3, 31)) == [(make.NOON.date(), 10_000, 0), (march, 6_000, 6_000)]
    assert [one.net for one in fees_paid(offset.pk, march, march)] == [6_000]


def test_what_a_credit_note_gives_back_of_a_set_off_is_out_once(offset, amy):
    at = datetime(2026, 3, 4, 9, tzinfo=KST)
    payouts.pay_due(at=at + timedelta(days=6))
    invoice = Invoice.objects.get()
    credit_notes.issue(
        invoice_id=invoice.public_id, amount=Decimal(2_000), reason="twice", by=amy, approver=None, at=at
    )
    repayments.reconcile(at=at + timedelta(days=1))
    assert kept(offset, date(2026, 3, 31)) == [(make.NOON.date(), 10_000, 0), (date(2026, 3, 3), 6_000, 4_000)]


def test_questions_do_not_grow_with_what_was_paid(offset, django_assert_max_num_queries):
    for number in range(3):
        make.bought(offset, "1000", key=f"more{number}")
        make.bought(offset, "2000", key=f"again{number}")
    with django_assert_max_num_queries(21):
        fees_paid(offset.pk, date(2026, 1, 1), date(2026, 12, 31))
