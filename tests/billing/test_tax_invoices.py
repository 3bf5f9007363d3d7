"""Tax invoices: prepared for each month's supply to a business, issued by staff, amended by credit notes."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Member, User
from billing.errors import ApprovalNumberInvalid, TaxInvoiceIncomplete
from billing.models import TaxInvoice
from billing.rules import tax_invoices as rules
from billing.services import business, closing, credit_notes, invoices, refund_reviews, refunds, tax_invoices
from tests.billing import make
from upstage_console.kernel.calendars import Calendar
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone, InvalidDates
from upstage_console.kernel.models import AuditEvent, DueItem, Holiday

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/18.4")]

FEBRUARY = date(2026, 2, 1)
IN_MARCH = datetime(2026, 3, 1, 1, tzinfo=KST)
NUMBER = "20260309-41000013-12345678"


@pytest.fixture(autouse=True)
def company(settings):
    settings.COMPANY = {
        "name": "Upstage", "representative": "대표", "registration": "124-81-00998", "address": "경기도 용인시",
    }  # fmt: skip


@pytest.fixture
def amy(db):
    return User.objects.create(email="amy@example.com", is_staff=True)


def firm(**changes):
    made = make.member(card="ok", postpaid=True)
    values = {"kind": "firm", "business_number": "124-81-00998", "name": "가람"} | changes
    Member.objects.filter(pk=made.pk).update(**values)
    made.refresh_from_db()
    return made


def used(*holders):
    make.price("12")
    make.taken(*(make.event(holder, f"e{holder.pk}", quantity=100) for holder in holders))
    closing.close_due(at=IN_MARCH)


def prepared(**given):
    holder = firm()
    used(holder)
    if given:
        business.state(member_id=holder.pk, given=given, by=None, at=make.NOON)
    tax_invoices.prepare_due(at=IN_MARCH)
    return TaxInvoice.objects.get()


COMPLETE = {"representative": "김대표", "address": "서울"}


def test_a_months_supply_is_its_fees_and_the_credits_paid_in_it():
    holder = firm()
    make.bought(holder, "10000")
    invoices.issue_single(
        member_id=holder.pk, amount=Decimal(500), due_on=date(2026, 3, 2), what_ko="요금", what_en="Fee", by=None,
        at=make.NOON,
    )  # fmt: skip
    make.price("12")
    make.taken(make.event(holder, quantity=1000))
    assert tax_invoices.prepare_due(at=make.NOON) == 0
    closing.close_due(at=IN_MARCH)
    assert tax_invoices.prepare_due(at=IN_MARCH) == 1
    row = TaxInvoice.objects.get()
    assert (row.supply_value, row.tax, row.total) == (12_500, 1_250, 13_750)
    assert (row.supplied_on, row.issue_by) == (date(2026, 2, 28), date(2026, 3, 10))
    assert sorted(row.items.values_list("supply_value", "tax")) == [(500, 50), (2_000, 200), (10_000, 1_000)]
    item = DueItem.objects.get(kind="tax_invoice")
    assert (item.about, item.due_at) == (holder.public_id, datetime(2026, 3, 11, tzinfo=KST))


def test_a_repeat_prepares_nothing():
    prepared()
    assert tax_invoices.prepare_due(at=IN_MARCH) == 0
    assert DueItem.objects.filter(kind="tax_invoice").count() == 1


def test_who_is_no_business_here_gets_none():
    used(make.member(card="ok", postpaid=True), firm(country="US"), firm(country="US", business_number=""))
    assert tax_invoices.prepare_due(at=IN_MARCH) == 0


def test_statements_do_not_grow_with_the_firms(django_assert_max_num_queries):
    used(*(firm() for _ in range(3)))
    with django_assert_max_num_queries(24):
        assert tax_invoices.prepare_due(at=IN_MARCH) == 3


@pytest.mark.parametrize(("month", "day"), [("2026-02-01", "2026-03-10"), ("2026-09-01", "2026-10-12"),
                                            ("2026-12-01", "2027-01-11")])  # fmt: skip
def test_due_on_the_tenth_or_the_next_business_day(month, day):
    calendar: Calendar = Holiday.objects.calendar()
    assert rules.issue_by(date.fromisoformat(month), calendar) == date.fromisoformat(day)


def test_without_what_the_law_wants_it_is_not_issued(amy):
    row = prepared()
    assert tax_invoices.missing(row) == ["recipient_representative", "recipient_address"]
    with pytest.raises(TaxInvoiceIncomplete):
        noted(row, amy)
    business.state(member_id=row.member_id, given=COMPLETE, by=None, at=IN_MARCH)
    tax_invoices.take_data_anew(row.public_id, reason="stated", by=amy, at=IN_MARCH)
    assert tax_invoices.missing(TaxInvoice.objects.get()) == []


def test_a_wrong_check_digit_is_missing():
    assert rules.missing(
        numbers=("124-81-00998", "124-81-00997"), names=("a", "b"), representatives=("a", "b"), addresses=("a", "b")
    ) == ["recipient_number"]


def noted(row, by, number=NUMBER, on=date(2026, 3, 9), at=datetime(2026, 3, 9, 10, tzinfo=KST)):
    return tax_invoices.note_issued(row.public_id, approval_number=number, issued_on=on, reason="sent", by=by, at=at)


def test_issued_by_staff_with_the_approval_number(amy):
    row = prepared(**COMPLETE)
    noted(row, amy)
    row.refresh_from_db()
    assert (row.status, row.approval_number, row.issued_by) == ("issued", NUMBER.replace("-", ""), amy)
    assert DueItem.objects.get(kind="tax_invoice").closed_at is not None
    assert AuditEvent.objects.filter(action="tax_invoice.issued").count() == 1
    for again in (noted, lambda row, by: tax_invoices.take_data_anew(row.public_id, reason="r", by=by, at=IN_MARCH)):
        with pytest.raises(AlreadyDone):
            again(row, amy)


@pytest.mark.parametrize("number", ["", "123", "가" * 24])
def test_a_number_that_the_tax_office_does_not_give(amy, number):
    with pytest.raises(ApprovalNumberInvalid):
        noted(prepared(**COMPLETE), amy, number)


@pytest.mark.parametrize("on", ["2026-03-10", "2026-02-27"])
def test_a_day_to_come_or_before_the_supply(amy, on):
    with pytest.raises(InvalidDates):
        noted(prepared(**COMPLETE), amy, on=date.fromisoformat(on))


def test_a_credit_note_amends_it_by_the_tenth_after_it():
    row = prepared(**COMPLETE)
    invoice = invoices.Invoice.objects.get()
    april = datetime(2026, 4, 3, 10, tzinfo=KST)
    note = credit_notes.issue(
        invoice_id=invoice.public_id, amount=Decimal(200), reason="r", by=None, approver=None, at=april
    )
    assert [tax_invoices.prepare_due(at=april) for _ in range(2)] == [1, 0]
    amendment = TaxInvoice.objects.get(amends=row)
    assert (amendment.supply_value, amendment.tax, amendment.issue_by) == (-200, -20, date(2026, 5, 11))
    assert (amendment.credit_note, amendment.recipient_representative) == (note, "김대표")
    assert amendment.items.get().document == note.number


@pytest.mark.clause("upstage/16.1", "upstage/18.4")
@pytest.mark.parametrize("way", ["original", "offset"])
def test_a_refund_of_credits_amends_what_states_their_purchase_once(way):
    holder = firm()
    make.bought(holder, "10000", at=datetime(2026, 2, 27, 9, tzinfo=KST))
    used(make.member(card="ok", postpaid=True))
    tax_invoices.prepare_due(at=IN_MARCH)
    row, march = TaxInvoice.objects.get(), datetime(2026, 3, 3, 10, tzinfo=KST)
    refund = refunds.request(member_id=holder.pk, way=way, by=holder.user, at=march)
    assert [tax_invoices.prepare_due(at=march) for _ in range(2)] == [1, 0]
    amendment = TaxInvoice.objects.get(amends=row)
    assert (amendment.supply_value, amendment.tax, amendment.total) == (-10_000, -1_000, -11_000)
    assert (amendment.supplied_on, amendment.issue_by) == (date(2026, 3, 3), date(2026, 4, 10))
    assert (amendment.refund_line.refund, amendment.items.get().document) == (refund, refund.public_id)
    item = DueItem.objects.get(kind="tax_invoice", subject=amendment.public_id)
    assert ("수정 세금계산서" in item.title_ko, item.due_at) == (True, datetime(2026, 4, 11, tzinfo=KST))


@pytest.mark.clause("upstage/20.3", "upstage/18.4")
def test_a_refund_under_review_amends_nothing_yet(amy, ben):
    holder = firm()
    purchase = make.bought(holder, "10000")
    used(make.member(card="ok", postpaid=True))
    tax_invoices.prepare_due(at=IN_MARCH)
    asked = refund_reviews.propose(member_id=holder.pk, purchase=purchase.public_id, credits=Decimal(4_000),
                                   reason="an outage", by=amy, at=IN_MARCH)  # fmt: skip
    assert tax_invoices.prepare_due(at=IN_MARCH) == 0
    refund_reviews.agree(asked.public_id, by=ben, at=IN_MARCH)
    assert (tax_invoices.prepare_due(at=IN_MARCH), TaxInvoice.objects.get(supply_value__lt=0).total) == (1, -4_400)


def test_a_refund_of_what_no_tax_invoice_states_amends_nothing():
    holder = make.member(card="ok")
    make.bought(holder, "10000")
    refunds.request(member_id=holder.pk, by=holder.user, at=make.NOON)
    used(make.member(card="ok", postpaid=True))
    assert tax_invoices.prepare_due(at=IN_MARCH) == 0


def test_statements_do_not_grow_with_the_refunds():
    counts = []
    used(make.member(card="ok", postpaid=True))
    for number in (1, 3):
        for _ in range(number):
            holder = firm()
            make.bought(holder, "10000")
            refunds.request(member_id=holder.pk, by=holder.user, at=make.NOON)
        with CaptureQueriesContext(connection) as asked:
            assert tax_invoices.prepare_due(at=IN_MARCH) == 2 * number
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_what_was_supplied_is_final():
    prepared()
    with pytest.raises(DatabaseError), transaction.atomic():
        TaxInvoice.objects.update(supply_value=1)
