from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Notice
from billing.errors import AmountTooLarge, NoPaymentMethod, PaymentDeclined, PaymentRunning
from billing.models import Invoice, InvoiceLine, InvoicePayment, Payment
from billing.queries.debts import debt_of, owed_total
from billing.services import invoices, payments
from tests.billing import make
from upstage_console.kernel import outbox
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, InvalidDates, NotFound
from upstage_console.kernel.idempotency import IdempotencyMismatch

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/18.2")]


def issued(holder, amount="1000", due_on=date(2026, 2, 13)):
    return invoices.issue_single(
        member_id=holder.pk, amount=Decimal(amount), due_on=due_on, what_ko="요금", what_en="Fee", by=None, at=make.NOON
    )


def paid(invoice, amount=None, *, key="k", at=make.NOON):
    money = None if amount is None else Decimal(amount)
    return invoices.pay(
        member_id=invoice.member_id, invoice_id=invoice.public_id, by=None, at=at, key=key, amount=money
    )


def test_single_invoice_has_vat_and_a_number():
    kim = make.member()
    numbers = [issued(kim).number, issued(kim).number]
    assert numbers == ["UC-202602-000001", "UC-202602-000002"]
    assert list(Invoice.objects.values_list("tax", "total")) == [(100, 1100), (100, 1100)]


@pytest.mark.parametrize("amount", ["0", "-5", "0.5"])
def test_amount_that_is_none(amount):
    with pytest.raises(InvalidAmount):
        issued(make.member(), amount)


def test_due_day_in_the_past():
    with pytest.raises(InvalidDates):
        issued(make.member(), due_on=date(2026, 2, 9))


def test_due_day_of_rest_moves_to_the_next_business_day():
    """14 February 2026 is a Saturday, and the 16th to 18th are the lunar new year."""
    assert issued(make.member(), due_on=date(2026, 2, 14)).due_on == date(2026, 2, 19)


def test_member_is_told_of_a_fee_once():
    invoice = issued(make.member())
    outbox.deliver_due(at=make.NOON)
    outbox.deliver_due(at=make.NOON)
    notice = Notice.objects.get(member=invoice.member_id, about="invoice")
    assert notice.body_en == (
        "₩1,100 (with VAT) are due by 13 Feb 2026; the invoice says for what. "
        f"Invoice and PDF: http://localhost:8000/invoices/{Invoice.objects.get().number}/"
    )


def test_paid_in_full():
    invoice = issued(make.member(card="ok"))
    assert paid(invoice).amount == 1100
    invoice.refresh_from_db()
    assert (invoice.status, invoice.paid_at) == ("paid", make.NOON)
    with pytest.raises(AlreadyDone):
        paid(invoice, key="again")


def test_same_key_pays_once():
    invoice = issued(make.member(card="ok"))
    assert paid(invoice, "100").pk == paid(invoice, "100").pk
    assert debt_of(invoice, date(2026, 2, 10)).total == 1000


@pytest.mark.parametrize(("other", "amount"), [(True, None), (True, "100"), (False, "200")])
def test_same_key_for_something_else(other, amount):
    kim = make.member(card="ok")
    first, second = issued(kim), issued(kim)
    paid(first, "100")
    with pytest.raises(IdempotencyMismatch):
        paid(second if other else first, amount)
    assert Payment.objects.count() == 1


def test_part_goes_to_the_principal_first_then_to_late_fees():
    invoice = issued(make.member(card="ok"), "1000000", due_on=date(2026, 2, 13))
    late = make.later(days=33)  # 2026-03-15, the first month ended with the 13th
    assert debt_of(invoice, date(2026, 3, 15)).late_fee == 16500
    paid(invoice, "1100000", at=late, key="principal")
    debt = debt_of(invoice, date(2026, 3, 15))
    assert (debt.principal, debt.late_fee, Invoice.objects.get().status) == (0, 16500, "issued")
    paid(invoice, at=late, key="fee")
    assert (Invoice.objects.get().status, owed_total(invoice.member_id, late)) == ("paid", 0)


@pytest.mark.parametrize("amount", ["0", "-1", "1101", "0.5"])
def test_amount_that_cannot_be_paid(amount):
    invoice = issued(make.member(card="ok"))
    with pytest.raises(AmountTooLarge):
        paid(invoice, amount)
    assert not Payment.objects.exists()


def test_without_a_card():
    invoice = issued(make.member())
    with pytest.raises(NoPaymentMethod):
        paid(invoice)


def test_strangers_invoice_is_not_there():
    invoice, stranger = issued(make.member(card="ok")), make.member(card="ok")
    with pytest.raises(NotFound):
        invoices.pay(member_id=stranger.pk, invoice_id=invoice.public_id, by=None, at=make.NOON, key="k")


def test_declined_leaves_it_owed():
    invoice = issued(make.member(card="declined"))
    with pytest.raises(PaymentDeclined):
        paid(invoice)
    assert owed_total(invoice.member_id, make.NOON) == 1100


def test_unknown_outcome_blocks_a_second_payment():
    invoice = issued(make.member(card="times_out"))
    assert paid(invoice).status == "pending"
    with pytest.raises(PaymentRunning):
        paid(invoice, key="impatient")
    payments.reconcile(at=make.later(minutes=15))
    assert Invoice.objects.get().status == "paid"


def test_bank_that_answers_after_midnight_makes_nobody_late():
    """Asked on the last day of the first month, answered on the first of the next: no late fee (rules.md, I-5)."""
    invoice = issued(make.member(card="times_out"), "1000000", due_on=date(2026, 2, 13))
    assert paid(invoice, at=datetime(2026, 3, 13, 23, 55, tzinfo=KST)).status == "pending"
    answered = datetime(2026, 3, 14, 0, 10, tzinfo=KST)
    assert debt_of(invoice, date(2026, 3, 14)).late_fee == 16500
    assert payments.reconcile(at=answered) == 1
    invoice.refresh_from_db()
    assert (invoice.status, invoice.paid_at, owed_total(invoice.member_id, answered)) == ("paid", answered, 0)
    assert InvoicePayment.objects.get().paid_on == date(2026, 3, 13)


@pytest.mark.clause("upstage/19")
def test_decline_that_comes_late_is_told_too():
    invoice = issued(make.member(card="times_out_declined"))
    assert paid(invoice).status == "pending"
    payments.reconcile(at=make.later(minutes=15))
    assert Notice.objects.get(about="invoice").body_en.startswith("The payment of ₩1,100 was declined.")


@pytest.mark.clause("upstage/19")
def test_a_decline_after_the_due_day_says_when_it_was_due():
    invoice = issued(make.member(card="declined"))
    with pytest.raises(PaymentDeclined):
        paid(invoice, at=make.later(days=9))
    assert "The invoice was due on 13 Feb 2026: please pay it now" in Notice.objects.get(about="invoice").body_en


@pytest.mark.parametrize("column", ["total", "due_on", "number", "subtotal", "member_id"])
def test_issued_invoice_is_final(column):
    invoice = issued(make.member())
    values = {"total": 1, "due_on": date(2030, 1, 1), "number": "X", "subtotal": 1, "member_id": make.member().pk}
    with pytest.raises(DatabaseError), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(**{column: values[column]})


def test_invoice_and_lines_are_never_deleted():
    invoice = issued(make.member())
    with pytest.raises(TypeError):
        InvoiceLine.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk)._raw_delete("default")
