"""Refunds and objections at the desk."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Member, User
from billing.models import FeeObjection, HandPayment, Invoice, Purchase, Refund
from billing.services import fee_objections, invoices, payouts, refunds
from tests.admin.conftest import clerk, desk_of
from tests.admin.verbs import page_of, preview, use, verb_of
from tests.billing import make
from upstage_console.kernel import clock

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed(make.NOON + timedelta(hours=1)):
        yield


@pytest.fixture
def purchase(db: None) -> Purchase:
    return make.bought(make.member(card="refund_fails"), "10000")


@pytest.fixture
def asked(db: None) -> Refund:
    holder = make.member(card="ok")
    make.bought(holder, "10000")
    Member.objects.filter(pk=holder.pk).update(status="disqualified", disqualified_at=make.NOON)
    return refunds.request(member_id=holder.pk, by=holder.user, at=make.NOON)


@pytest.mark.clause("upstage/20.4")
def test_staff_start_a_refund_and_another_agrees(amy: User, ben: User, purchase: Purchase) -> None:
    shown = preview(desk_of(amy), verb_of(purchase, "start-refund"), credits="4000", reason="an outage")
    assert ("₩4,400" in shown.content.decode(), Refund.objects.exists()) == (True, False)
    use(desk_of(amy), verb_of(purchase, "start-refund"), credits="4000", reason="an outage")
    row = Refund.objects.get()
    use(desk_of(ben), verb_of(row, "agree"), reason="I saw the outage")
    row.refresh_from_db()
    assert (row.status, row.total, row.proposed_by, row.decided_by) == ("approved", 4400, amy, ben)


@pytest.mark.clause("upstage/16.3")
def test_a_members_request_is_granted_by_two(amy: User, ben: User, asked: Refund) -> None:
    use(desk_of(amy), verb_of(asked, "uphold"), reason="goodwill")
    refused = use_refused(desk_of(amy), asked, "agree")
    assert "A second person has to do this" in refused
    use(desk_of(ben), verb_of(asked, "agree"), reason="goodwill")
    asked.refresh_from_db()
    assert (asked.status, asked.pay_by is not None) == ("approved", True)


def use_refused(desk: Client, row: Refund, verb: str) -> str:
    return preview(desk, verb_of(row, verb), reason="x").content.decode()


def test_a_request_is_turned_down_after_its_delay_is_explained(amy: User, asked: Refund) -> None:
    use(desk_of(amy), verb_of(asked, "explain-delay"), reason="We ask the bank.")
    use(desk_of(amy), verb_of(asked, "reject"), reason="The credits were a gift.")
    asked.refresh_from_db()
    assert (asked.status, asked.delay_reason, asked.answer) == (
        "rejected", "We ask the bank.", "The credits were a gift.",
    )  # fmt: skip


@pytest.mark.clause("upstage/20.4")
def test_what_the_bank_refused_is_paid_by_hand_by_two(amy: User, ben: User, purchase: Purchase) -> None:
    row = refunds.request(member_id=purchase.member_id, by=None, at=make.NOON)
    payouts.pay_due(at=make.NOON)
    use(desk_of(amy), verb_of(row, "pay-by-hand"), way="transfer", reference="T-1", reason="card closed")
    hand = HandPayment.objects.get()
    assert desk_of(amy).get(page_of(row)).status_code == 200
    use(desk_of(ben), verb_of(hand, "approve"), reason="seen")
    row.refresh_from_db()
    assert (row.status, row.hand_payments.get().decided_by) == ("paid", ben)


@pytest.mark.clause("upstage/20.3")
def test_an_objection_is_upheld_with_a_preview_of_its_credit_note(amy: User) -> None:
    holder = make.member(card="ok")
    invoice = billed(holder)
    row = fee_objections.object_to(
        member_id=holder.pk, invoice_id=invoice.public_id, reason="twice", by=holder.user, at=make.NOON
    )
    shown = preview(desk_of(amy), verb_of(row, "uphold"), amount="10000", reason="yes").content.decode()
    assert ("−₩11,000" in shown, FeeObjection.objects.get().status) == (True, "under_review")
    use(desk_of(amy), verb_of(row, "uphold"), amount="10000", reason="yes")
    row.refresh_from_db()
    assert (row.status, desk_of(amy).get(page_of(row)).status_code) == ("approved", 200)


def billed(holder: Member) -> Invoice:
    return invoices.issue_single(
        member_id=holder.pk, amount=Decimal(30_000), due_on=make.NOON.date(), what_ko="요금", what_en="Fee", by=None,
        at=make.NOON,
    )  # fmt: skip


def test_who_may_not_decide_sees_no_verb(clerk: Callable[..., Client], asked: Refund) -> None:
    client = clerk("billing.view_refund")
    page = client.get(reverse("admin:billing_refund_change", args=[asked.pk])).content.decode()
    assert ("Turn it down" in page, client.get(verb_of(asked, "reject")).status_code) == (False, 403)


@pytest.mark.parametrize("model", ["refund", "handpayment", "feeobjection"])
def test_lists_ask_as_many_questions_for_three_as_for_one(amy: User, model: str) -> None:
    assert desk_of(amy).get(reverse(f"admin:billing_{model}_changelist")).status_code == 200
