"""Objections to fees: received, answered by two, and what they do to the debt (upstage/20.3)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.errors import AlreadyAppealed
from accounts.models import Member, Notice, Restriction, User
from billing.errors import CreditTooLarge, DecidedAlready, NothingProposed
from billing.models import CreditNote, FeeObjection, Invoice, Refund, Repayment
from billing.queries.debts import debt_of
from billing.services import collecting, credit_notes, fee_objections, invoices, nonpayment, refunds, review_delays
from tests.billing import make
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone, Invalid, InvalidAmount, NotFound, SamePerson
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 3, 9, tzinfo=KST)


def billed(holder: Member, amount: int = 200_000, *, due_on: date = date(2026, 2, 24)) -> Invoice:
    return invoices.issue_single(
        member_id=holder.pk, amount=Decimal(amount), due_on=due_on, what_ko="요금", what_en="Fee", by=None, at=make.NOON
    )


def objected(invoice: Invoice, at: datetime = make.NOON) -> FeeObjection:
    return fee_objections.object_to(
        member_id=invoice.member_id, invoice_id=invoice.public_id, reason="counted twice", by=None, at=at
    )


@pytest.mark.clause("upstage/20.3")
def test_usage_and_payments_are_attached_and_staff_have_seven_business_days() -> None:
    holder = make.member(card="ok")
    invoice = billed(holder)
    invoices.pay(member_id=holder.pk, invoice_id=invoice.public_id, by=holder.user, at=make.NOON, key="p",
                 amount=Decimal(1000))  # fmt: skip
    made = objected(invoice)
    item = DueItem.objects.get(kind="fee_objection")
    assert (made.review_by, item.about) == (date(2026, 2, 24), holder.public_id)
    assert [line["charged"] for line in made.evidence["usage"]] == ["200000.00"]
    assert [paid["amount"] for paid in made.evidence["payments"]] == ["1000.00"]
    assert Notice.objects.filter(member=holder, about="fee_objection", stage="received").count() == 1


def test_what_is_refused_leaves_nothing() -> None:
    holder, stranger = make.member(card="ok"), make.member(card="ok")
    invoice = billed(holder)
    unsaid = [(holder, reason, Invalid) for reason in ("  ", "\u200b", "x" * 5001)]
    for member, reason, why in ((stranger, "x", NotFound), *unsaid):
        with pytest.raises(why):
            fee_objections.object_to(
                member_id=member.pk, invoice_id=invoice.public_id, reason=reason, by=None, at=make.NOON
            )
    assert (FeeObjection.objects.count(), DueItem.objects.filter(kind="fee_objection").count()) == (0, 0)
    objected(invoice)
    with pytest.raises(AlreadyAppealed):
        objected(invoice)


@pytest.mark.clause("upstage/20.3")
def test_a_large_one_is_upheld_by_two_and_lowers_the_debt(amy: User, ben: User) -> None:
    invoice = billed(make.member(card="ok"))
    made = objected(invoice)
    with pytest.raises(NothingProposed):
        fee_objections.agree(made.public_id, by=ben, at=make.NOON)
    for amount, why in (
        (Decimal(0), InvalidAmount),
        (Decimal("0.5"), InvalidAmount),
        (Decimal(200_001), CreditTooLarge),
    ):
        with pytest.raises(why):
            fee_objections.uphold(made.public_id, amount=amount, answer="yes", by=amy, at=make.NOON)
    fee_objections.uphold(made.public_id, amount=Decimal(150_000), answer="yes", by=amy, at=make.NOON)
    with pytest.raises(SamePerson):
        fee_objections.agree(made.public_id, by=amy, at=make.NOON)
    with pytest.raises(AlreadyDone):
        fee_objections.uphold(made.public_id, amount=Decimal(1), answer="yes", by=ben, at=make.NOON)
    assert debt_of(invoice, date(2026, 2, 10)).total == 220_000
    done = fee_objections.agree(made.public_id, by=ben, at=make.NOON)
    assert (done.status, debt_of(invoice, date(2026, 2, 10)).total) == ("approved", 55_000)
    assert DueItem.objects.get(kind="fee_objection").state == "done"
    with pytest.raises(DecidedAlready):
        fee_objections.reject(made.public_id, answer="no", by=amy, at=make.NOON)


@pytest.mark.clause("upstage/20.3")
def test_a_small_one_needs_one_and_what_was_paid_goes_back(amy: User) -> None:
    holder = make.member(card="ok")
    invoice = billed(holder, 50_000)
    invoices.pay(member_id=holder.pk, invoice_id=invoice.public_id, by=holder.user, at=make.NOON, key="p")
    done = fee_objections.uphold(objected(invoice).public_id, answer="yes", by=amy, at=make.NOON)
    note = CreditNote.objects.get()
    assert (done.credit_note, note.cause, note.back, Repayment.objects.get().amount) == (
        note, done.public_id, 55_000, 55_000,
    )  # fmt: skip


@pytest.mark.clause("upstage/20.3")
def test_a_small_one_after_others_that_one_person_granted_needs_two(amy: User, ben: User) -> None:
    invoice = billed(make.member(card="ok"))
    credit_notes.issue(
        invoice_id=invoice.public_id, amount=Decimal(90_000), reason="x", by=amy, approver=None, at=make.NOON
    )
    made = fee_objections.uphold(objected(invoice).public_id, amount=Decimal(9_000), answer="yes", by=amy, at=make.NOON)
    assert (made.status, made.needs_second, CreditNote.objects.count()) == ("under_review", True, 1)
    assert fee_objections.agree(made.public_id, by=ben, at=make.NOON).status == "approved"


@pytest.mark.clause("upstage/20.3")
def test_what_was_set_off_goes_back_to_the_purchases_payment(amy: User, ben: User) -> None:
    holder = make.member(card="ok")
    make.bought(holder, "10000")
    refund = refunds.request(member_id=holder.pk, way="offset", by=holder.user, at=make.NOON)
    invoice = invoices.issue_single(
        member_id=holder.pk, amount=Decimal(10_000), due_on=date(2026, 3, 20), what_ko="요금", what_en="Fee", by=None,
        at=MARCH,
    )  # fmt: skip
    collecting.collect(at=MARCH)
    refund.refresh_from_db()
    fee_objections.uphold(objected(invoice, MARCH).public_id, answer="yes", by=amy, at=MARCH)
    assert (refund.status, Refund.objects.count(), Repayment.objects.get().amount) == ("paid", 1, 11_000)


@pytest.mark.clause("upstage/18.2")
def test_while_it_is_open_nobody_is_suspended_for_the_invoice(amy: User) -> None:
    holder = make.member(card="ok")
    made = objected(billed(holder))
    for day in range(20):
        nonpayment.tell(at=MARCH + timedelta(days=day))
        nonpayment.suspend(at=MARCH + timedelta(days=day))
    assert not Restriction.objects.filter(member=holder).exists()
    after = MARCH + timedelta(days=20)
    fee_objections.reject(made.public_id, answer="You used it.", by=amy, at=after)
    assert (nonpayment.suspend(at=after), Notice.objects.filter(stage="rejected").count()) == (1, 1)


@pytest.mark.clause("upstage/20.3")
def test_a_late_answer_is_told_once() -> None:
    for _ in range(3):
        objected(billed(make.member(card="ok")))
    last = datetime(2026, 2, 24, 23, 59, tzinfo=KST)
    assert [review_delays.tell(at=at) for at in (last, MARCH, MARCH)] == [0, 3, 0]


def test_questions_about_delays_do_not_grow_with_the_late(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(3):
        objected(billed(make.member(card="ok")))
    with django_assert_max_num_queries(14):
        review_delays.tell(at=MARCH)
