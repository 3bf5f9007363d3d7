from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from accounts.models import Notice
from billing.errors import MonthNotOver
from billing.models import BillingMonth, Charge, Invoice, InvoiceLine, InvoiceSeries, Payment
from billing.services import closing, collecting, settlement
from tests.billing import make
from upstage_console.kernel import outbox
from upstage_console.kernel.clock import KST
from upstage_console.kernel.models import OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/2.7")]

FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)
FIRST_OF_MARCH = datetime(2026, 3, 1, 0, 10, tzinfo=KST)


def test_invoice_charges_what_credits_left():
    kim = make.member()
    make.price("12")
    make.granted(kim, "6600")
    make.taken(make.event(kim, quantity=2300))
    closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)
    invoice = Invoice.objects.get()
    assert (invoice.number, invoice.member_id, invoice.status) == ("UC-202602-000001", kim.pk, "issued")
    assert (invoice.usage, invoice.credits_applied, invoice.subtotal) == (27600, 6600, 21000)
    assert (invoice.tax, invoice.total, invoice.rounding) == (2100, 23100, 0)
    line = invoice.lines.get()
    assert (line.quantity, line.unit_price, line.amount, line.credits, line.charged) == (2300, 12, 27600, 6600, 21000)
    assert (line.kind, line.what_en, line.month_of_use) == ("usage", "ocr · page", FEBRUARY)


@pytest.mark.clause("upstage/18.2")
def test_due_fourteen_days_later():
    make.price("12")
    make.taken(make.event(make.member()))
    closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)
    invoice = Invoice.objects.get()
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 3, 1), date(2026, 3, 16))  # the 15th is a Sunday


@pytest.mark.clause("upstage/18.4")
def test_rounded_down_once_a_line_and_the_rest_kept():
    kim = make.member()
    make.price("0.35")
    make.price("0.77", meter="stamp")
    make.taken(make.event(kim, quantity=5), make.event(kim, "e2", meter="stamp", quantity=17))
    closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)
    invoice = Invoice.objects.get()
    assert sorted(invoice.lines.values_list("charged", "rounding")) == [(1, Decimal("0.75")), (13, Decimal("0.09"))]
    assert (invoice.subtotal, invoice.rounding, invoice.tax, invoice.total) == (14, Decimal("0.84"), 1, 15)


def test_dollars_are_rounded_to_cents():
    kim = make.member(currency="USD")
    make.price("0.0155", currency="USD")
    make.taken(make.event(kim, quantity=3))
    closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)
    invoice = Invoice.objects.get()
    assert (invoice.subtotal, invoice.tax, invoice.total) == (Decimal("0.04"), Decimal("0.00"), Decimal("0.04"))
    assert invoice.rounding == Decimal("0.0065")


def test_invoice_of_nothing_is_paid_at_once():
    kim = make.member()
    make.price("12")
    make.granted(kim, "100")
    make.taken(make.event(kim))
    closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)
    invoice = Invoice.objects.get()
    assert (invoice.status, invoice.total, invoice.credits_applied, invoice.paid_at) == ("paid", 0, 12, FIRST_OF_MARCH)


def test_month_that_is_not_over():
    with pytest.raises(MonthNotOver):
        closing.close(FEBRUARY, by=None, at=datetime(2026, 2, 28, 23, 59, 59, tzinfo=KST))
    assert not BillingMonth.objects.exists()


def test_closing_again_changes_nothing():
    make.price("12")
    make.taken(make.event(make.member()))
    assert closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH).invoices == 1
    assert closing.close(FEBRUARY, by=None, at=make.later(days=60)).invoices == 0
    assert Invoice.objects.count() == 1


def test_late_use_goes_on_the_next_month_as_an_adjustment():
    kim = make.member()
    make.price("12")
    make.taken(make.event(kim))
    closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)
    make.taken(make.event(kim, "late"), make.event(kim, "march", at=FIRST_OF_MARCH.isoformat()), at=FIRST_OF_MARCH)
    assert list(Charge.objects.order_by("pk").values_list("billing_month", flat=True)) == [FEBRUARY, MARCH, MARCH]
    closing.close(MARCH, by=None, at=datetime(2026, 4, 1, 0, 10, tzinfo=KST))
    lines = InvoiceLine.objects.filter(invoice__month=MARCH).values_list("position", "kind", "month_of_use")
    assert list(lines) == [(1, "usage", MARCH), (2, "adjustment", FEBRUARY)]


def test_use_at_the_first_instant_of_march_is_march():
    kim = make.member()
    make.price("12")
    at = datetime(2026, 3, 1, tzinfo=KST)
    make.taken(make.event(kim, "feb", at="2026-02-28T23:59:59.999999+09:00"), make.event(kim, at=at.isoformat()), at=at)
    assert list(Charge.objects.order_by("day").values_list("billing_month", flat=True)) == [FEBRUARY, MARCH]


def test_due_months_are_closed_oldest_first():
    kim = make.member()
    make.price("12", since=date(2023, 1, 1))
    make.taken(make.event(kim, "old", at="2023-11-16T18:00:00+00:00"), make.event(kim), late_limit=None)
    closed = closing.close_due(at=FIRST_OF_MARCH)
    assert [(one.month, one.invoices) for one in closed] == [(date(2023, 11, 1), 1), (FEBRUARY, 1)]
    assert closing.close_due(at=FIRST_OF_MARCH) == []


def test_quiet_month_needs_no_closing():
    assert closing.close_due(at=FIRST_OF_MARCH) == []
    assert not BillingMonth.objects.exists()


def test_member_is_told_once():
    kim = make.member()
    make.price("12")
    make.taken(make.event(kim, quantity=100))
    closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)
    outbox.deliver_due(at=FIRST_OF_MARCH)
    outbox.deliver_due(at=FIRST_OF_MARCH)
    notice = Notice.objects.get(member=kim, about="invoice")
    assert "₩1,320 (with VAT) are due by 16 Mar 2026. Invoice and PDF: http" in notice.body_en


def test_member_whose_credits_paid_all_is_told_of_nothing_to_pay():
    kim = make.member()
    make.price("12")
    make.granted(kim, "100")
    make.taken(make.event(kim))
    closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)
    outbox.deliver_due(at=FIRST_OF_MARCH)
    assert Notice.objects.get(member=kim, about="invoice").body_en.endswith("there is nothing to pay.")


def test_numbers_go_on_after_the_millionth():
    make.price("12")
    make.taken(make.event(make.member()), make.event(make.member()))
    with transaction.atomic():  # undone, since the numbers before are made up
        InvoiceSeries.objects.create(code="UC-202602", last=999_998)
        closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)
        numbers = list(Invoice.objects.order_by("sequence").values_list("number", flat=True))
        transaction.set_rollback(True)
    assert numbers == ["UC-202602-999999", "UC-202602-1000000"]


def test_card_is_charged_once():
    kim = make.member(card="ok")
    make.price("12")
    make.taken(make.event(kim, quantity=100))
    closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)
    assert (collecting.collect(at=FIRST_OF_MARCH), collecting.collect(at=FIRST_OF_MARCH)) == (1, 0)
    assert (Invoice.objects.get().status, Payment.objects.get().amount) == ("paid", 1320)


@pytest.mark.clause("upstage/19")
def test_declined_card_leaves_the_invoice_issued_and_tells():
    kim = make.member(card="declined")
    make.price("12")
    make.taken(make.event(kim, quantity=100))
    closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)
    assert (collecting.collect(at=FIRST_OF_MARCH), collecting.collect(at=FIRST_OF_MARCH)) == (0, 0)
    assert (Invoice.objects.get().status, Payment.objects.get().status) == ("issued", "failed")
    assert Notice.objects.filter(member=kim, about="invoice").count() == 1


@pytest.mark.parametrize("members", [1, 3])
def test_statements_of_a_batch_do_not_grow_with_members(django_assert_num_queries, members):
    make.price("12")
    make.taken(*[make.event(make.member()) for _ in range(members)])
    settlement.settle(at=FIRST_OF_MARCH)
    with django_assert_num_queries(31):
        closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)
    assert Invoice.objects.count() == members


def test_members_between_who_have_their_invoice_get_no_second():
    """A batch is a range of members: who was invoiced meanwhile is passed over, and leaves no gap in the numbers."""
    make.price("12")
    members = [make.member() for _ in range(3)]
    make.taken(make.event(members[1]))
    closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)
    BillingMonth.objects.update(closed_at=None, closing_at=None)
    make.taken(make.event(members[0]), make.event(members[2]))
    closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)
    assert list(Invoice.objects.order_by("sequence").values_list("sequence", "member_id")) == [
        (1, members[1].pk), (2, members[0].pk), (3, members[2].pk),
    ]  # fmt: skip
    assert OutboxMessage.objects.filter(topic="invoice").count() == 3
