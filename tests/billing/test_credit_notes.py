"""Credit notes: the debt falls first, what was paid goes back, and the invoice stays as it was issued."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from accounts.errors import SecondPersonNeeded
from accounts.models import Notice, User
from billing.errors import CreditTooLarge, CreditWaits, PaymentRunning
from billing.models import CreditNote, CreditProposal, Invoice, Payment, Repayment
from billing.queries.debts import debt_of, owed_total
from billing.queries.fees_paid import fees_paid
from billing.services import (
    credit_backs,
    credit_notes,
    credit_proposals,
    fee_objections,
    hand_payments,
    invoices,
    keeping,
    repayments,
)
from tests.billing import make
from upstage_console.kernel import due
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, NotFound, SamePerson
from upstage_console.kernel.models import AuditEvent, DueItem

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/20.3")]

DUE = date(2026, 2, 13)


@pytest.fixture
def kim(db):
    return make.member(card="ok")


@pytest.fixture
def anna(db):
    return User.objects.create(email="anna@example.com", is_staff=True)


@pytest.fixture
def ben(db):
    return User.objects.create(email="ben@example.com", is_staff=True)


def issued(holder, amount="1000", *parts):
    made = [invoices.Part("요금", "Fee", Decimal(part)) for part in (amount, *parts)]
    return invoices.issue(holder.pk, made, kind="single", due_on=DUE, by=None, at=make.NOON)


def paid(invoice, amount=None, *, key="k", at=make.NOON):
    money = None if amount is None else Decimal(amount)
    return invoices.pay(
        member_id=invoice.member_id, invoice_id=invoice.public_id, by=None, at=at, key=key, amount=money
    )


def credited(invoice, amount, *, by=None, approver=None, at=make.NOON, subject=""):
    return credit_notes.issue(
        invoice_id=invoice.public_id, amount=Decimal(amount), reason="counted twice", by=by, approver=approver, at=at,
        subject=subject,
    )  # fmt: skip


def test_less_is_owed_and_the_invoice_stays(kim):
    invoice = issued(kim)
    note = credited(invoice, "400")
    assert (note.number, note.subtotal, note.tax, note.total) == ("CN-202602-000001", -400, -40, -440)
    assert (debt_of(invoice, DUE).total, owed_total(kim.pk, make.NOON)) == (660, 660)
    assert Invoice.objects.values_list("total", "status").get() == (1100, "issued")


def test_numbers_have_no_gap_and_a_series_of_their_own(kim):
    notes = [credited(issued(kim), "1").number for _ in range(3)]
    assert notes == [f"CN-202602-00000{place}" for place in (1, 2, 3)]


def test_lines_share_it_by_what_they_charge(kim):
    note = credited(issued(kim, "1000", "500", "1"), "751")
    assert [line.charged for line in note.lines.all()] == [-500, -250, -1]
    with pytest.raises(CreditTooLarge):
        credited(note.invoice, "751")
    assert [line.charged for line in credited(note.invoice, "750").lines.all()] == [-500, -250]


def test_tax_is_what_the_rest_does_not_bear(kim):
    """1,005 bear 100; 1,000 would bear 100 as well, so 5 take no tax off, and all of it all."""
    invoice = issued(kim, "1005")
    assert credited(invoice, "5").tax == 0
    assert credited(invoice, "1000").tax == -100
    assert Invoice.objects.get().status == "paid"


def test_what_was_paid_goes_back_the_last_payment_first(kim):
    invoice = issued(kim)
    paid(invoice, "300", key="a")
    paid(invoice, "800", key="b")
    note = credited(invoice, "800")
    assert (note.off_principal, note.back_principal) == (0, 880)
    assert list(Repayment.objects.order_by("pk").values_list("payment__amount", "amount")) == [(800, 800), (300, 80)]
    assert repayments.reconcile(at=make.later(hours=1)) == 2
    assert Notice.objects.filter(member=kim, about="refund").count() == 1


def test_the_debt_falls_first_then_what_was_paid_goes_back(kim):
    invoice = issued(kim)
    paid(invoice, "900")
    note = credited(invoice, "500")
    assert (note.off_principal, note.back_principal) == (200, 350)
    assert Invoice.objects.get().status == "paid"


def test_late_fees_on_what_was_never_owed_fall_with_it(kim):
    invoice = issued(kim, "1000000")
    late = datetime(2026, 4, 1, 10, tzinfo=KST)
    assert debt_of(invoice, late.date()).late_fee == 16_500
    credited(invoice, "500000", approver=kim.user, at=late)
    assert debt_of(invoice, late.date()).late_fee == 8_250


def test_late_fees_that_were_paid_go_back(kim):
    invoice = issued(kim, "1000000")
    late = datetime(2026, 4, 1, 10, tzinfo=KST)
    paid(invoice, at=late)
    note = credited(invoice, "1000000", approver=kim.user, at=late)
    assert (note.back_principal, note.back_late_fee) == (1_100_000, 16_500)
    debt = debt_of(invoice, date(2026, 9, 1))
    assert (debt.principal, debt.late_fee) == (0, 0)


@pytest.mark.parametrize("amount", ["0", "-5", "0.5"])
def test_amount_that_is_none(kim, amount):
    with pytest.raises(InvalidAmount):
        credited(issued(kim), amount)


def test_more_than_stands_on_it(kim):
    with pytest.raises(CreditTooLarge):
        credited(issued(kim), "1001")
    assert not CreditNote.objects.exists()


def test_unknown_invoice():
    with pytest.raises(NotFound):
        credit_notes.issue(invoice_id="inv_1", amount=Decimal(1), reason="x", by=None, approver=None, at=make.NOON)


def test_while_the_bank_is_asked_nothing_is_credited(kim):
    invoice = issued(kim)
    make.give_card(kim, "times_out")
    paid(invoice)
    with pytest.raises(PaymentRunning):
        credited(invoice, "1")


def test_the_same_cause_is_credited_once(kim):
    invoice = issued(kim)
    assert credited(invoice, "10", subject="fob_1") == credited(invoice, "10", subject="fob_1")


def test_above_the_setting_two_people_decide(kim, anna, ben):
    invoice = issued(kim, "200000")
    with pytest.raises(SecondPersonNeeded):
        credited(invoice, "100000", by=anna)
    with pytest.raises(SamePerson):
        credited(invoice, "100000", by=anna, approver=anna)
    assert credited(invoice, "100000", by=anna, approver=ben).approved_by == ben


def test_parts_are_no_way_round_the_second_person(kim, anna):
    invoice = issued(kim, "200000")
    credited(invoice, "90000", by=anna)
    with pytest.raises(SecondPersonNeeded):
        credited(invoice, "9000", by=anna)


def test_a_small_one_by_staff_is_issued_at_once(kim, anna):
    answer = credit_proposals.propose(
        issued(kim).public_id, amount=Decimal(100), reason="x", by=anna, at=make.NOON, key="staff:1"
    )
    assert answer.note is not None
    assert answer.note.issued_by == anna


def test_a_large_one_waits_and_is_issued_by_the_second(kim, anna, ben):
    invoice = issued(kim, "300000")
    row = proposed(invoice, anna)
    with pytest.raises(CreditWaits):
        proposed(invoice, anna)
    with pytest.raises(SamePerson):
        credit_proposals.approve(row.public_id, reason="me", by=anna, at=make.NOON)
    assert not CreditNote.objects.exists()
    note = credit_proposals.approve(row.public_id, reason="right", by=ben, at=make.NOON)
    assert (note.issued_by, note.approved_by, note.total) == (anna, ben, -330_000)
    with pytest.raises(AlreadyDone):
        credit_proposals.approve(row.public_id, reason="right", by=ben, at=make.NOON)
    assert not DueItem.objects.filter(kind="credit_proposal", closed_at=None).exists()


def proposed(invoice, by):
    answer = credit_proposals.propose(invoice.public_id, amount=Decimal(300_000), reason="x", by=by, at=make.NOON)
    return answer.proposal


def test_a_dropped_one_credits_nothing(kim, anna, ben):
    row = proposed(issued(kim, "300000"), anna)
    credit_proposals.drop(row.public_id, reason="no", by=ben, at=make.NOON)
    assert (CreditProposal.objects.get().status, CreditNote.objects.count()) == ("dropped", 0)


@pytest.mark.parametrize(("deed", "status"), [("approve", "approved"), ("drop", "dropped")])
def test_a_waived_task_stays_waived_and_holds_up_nobody(kim, anna, ben, deed, status):
    row = proposed(issued(kim, "300000"), anna)
    due.close_item("credit_proposal", row.public_id, by=ben, at=make.NOON, outcome="not our task", waived=True)
    getattr(credit_proposals, deed)(row.public_id, reason="decided", by=ben, at=make.NOON)
    item = DueItem.objects.get(kind="credit_proposal")
    assert (CreditProposal.objects.get().status, item.state, item.outcome) == (status, "waived", "not our task")


def test_the_member_is_told_once_and_it_stands_in_the_history(kim):
    credited(issued(kim), "400")
    notice = Notice.objects.get(member=kim, about="credit_note")
    assert "₩440 (with VAT) of invoice UC-202602-000001 are not owed after all" in notice.body_en
    assert AuditEvent.objects.filter(action="credit_note.issued").count() == 1


def test_what_no_payment_is_left_for_is_a_task(kim):
    invoice = issued(kim)
    payment = paid(invoice)
    with transaction.atomic():
        wanted = repayments.Wanted(payment.pk, "crn_x", "elsewhere", Decimal(1000))
        repayments.create(wanted, by=None, at=make.NOON)
    credited(invoice, "1000")
    assert DueItem.objects.get(kind="credit_by_hand").title_en.endswith("₩1,000")
    assert Payment.objects.get().repayments.count() == 2


def test_a_credit_note_is_final(kim):
    note = credited(issued(kim), "1")
    for change in (lambda: CreditNote.objects.filter(pk=note.pk).update(total=0), note.lines.get().delete):
        with pytest.raises((DatabaseError, TypeError)), transaction.atomic():
            change()


def test_paid_later_than_the_credit(kim):
    invoice = issued(kim)
    credited(invoice, "400")
    paid(invoice, at=make.NOON + timedelta(hours=1))
    assert Invoice.objects.get().status == "paid"


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused_with_a_sentence(kim, anna, amount):
    invoice = issued(kim)
    objection = fee_objections.object_to(
        member_id=kim.pk, invoice_id=invoice.public_id, reason="x", by=kim.user, at=make.NOON
    )
    for wrong in (
        lambda: credited(invoice, amount),
        lambda: credit_proposals.propose(invoice.public_id, amount=Decimal(amount), reason="x", by=anna, at=make.NOON),
        lambda: fee_objections.uphold(objection.public_id, amount=Decimal(amount), answer="x", by=anna, at=make.NOON),
        lambda: paid(invoice, amount),
    ):
        with pytest.raises(InvalidAmount):
            wrong()
    assert [rows.objects.count() for rows in (CreditNote, CreditProposal, Payment)] == [0, 0, 0]


@pytest.mark.clause("upstage/20.4")
def test_what_the_bank_does_not_take_back_is_paid_by_hand_by_two(anna, ben):
    kim = make.member(card="refund_fails")
    invoice = issued(kim)
    paid(invoice)
    note = credited(invoice, "400")
    repayments.reconcile(at=make.later(hours=1))
    assert (credit_backs.missing(note), keeping.not_settled([kim.pk], make.NOON)) == (440, [kim.pk])
    told = {"way": "transfer", "reference": "T-1", "reason": "card closed", "at": make.later(days=1)}
    row = hand_payments.propose_for(CreditNote, note.public_id, by=anna, **told)
    with pytest.raises(AlreadyDone):
        hand_payments.propose_for(CreditNote, note.public_id, by=ben, **told)
    with pytest.raises(SamePerson):
        hand_payments.agree(row.public_id, reason="yes", by=anna, at=make.later(days=1))
    hand_payments.agree(row.public_id, reason="seen", by=ben, at=make.later(days=1))
    assert (credit_backs.missing(note), keeping.not_settled([kim.pk], make.NOON)) == (0, [])
    assert DueItem.objects.get(kind="credit_by_hand").state == "done"
    assert "₩440 of it were paid to you another way: transfer" in Notice.objects.get(stage="paid").body_en
    found = fees_paid(kim.pk, make.NOON.date(), make.NOON.date())
    assert [(fee.net, [back.net for back in fee.refunds]) for fee in found] == [(1000, [400])]


@pytest.mark.clause("upstage/20.4")
def test_a_payment_by_hand_that_is_dropped_is_owed_still(anna):
    kim = make.member(card="refund_fails")
    invoice = issued(kim)
    paid(invoice)
    note = credited(invoice, "400")
    repayments.reconcile(at=make.later(hours=1))
    told = {"way": "transfer", "reference": "T-1", "reason": "x", "by": anna, "at": make.NOON}
    row = hand_payments.propose_for(CreditNote, note.public_id, **told)
    hand_payments.drop(row.public_id, reason="no", by=anna, at=make.NOON)
    assert hand_payments.propose_for(CreditNote, note.public_id, **told).amount == 440
