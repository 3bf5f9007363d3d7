"""Gateways that tell again and again, and money that goes back two ways at once: each moves once (upstage/20.4)."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Member, User
from billing.models import (
    Dispute,
    GatewayEvent,
    HandPayment,
    Invoice,
    InvoicePayment,
    Payment,
    Reinvoice,
    SetOff,
)
from billing.queries.debts import owed_total
from billing.services import hand_payments, invoices, payouts, refunds, reinvoicing, setting_off
from credits import queries as credit_queries
from credits.services import books
from tests.billing import gateway, make
from tests.races.test_billing_money import at_once
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone, Refusal

pytestmark = pytest.mark.django_db(transaction=True)
MARCH = datetime(2026, 3, 2, 12, tzinfo=KST)


@pytest.fixture(autouse=True)
def books_that_add_up() -> Iterator[None]:
    yield
    assert [str(finding) for finding in books.findings()] == []


def billed(holder: Member, *, at: datetime = make.NOON, due_on: date = date(2026, 3, 31)) -> Invoice:
    return invoices.issue_single(
        member_id=holder.pk, amount=Decimal(5000), due_on=due_on, what_ko="요금", what_en="Fee", by=None, at=at
    )


def pay(invoice: Invoice, key: str, at: datetime) -> Callable[[], Payment]:
    return lambda: invoices.pay(member_id=invoice.member_id, invoice_id=invoice.public_id, by=None, at=at, key=key)


def test_a_payment_that_is_told_many_times_at_once_counts_once() -> None:
    kim = make.member(card="times_out")
    purchase = make.bought(kim, "1000")
    told = gateway.told(purchase.payment)
    events = at_once(*[lambda: gateway.sent(told)] * 4)
    assert {event.pk for event in events} == {GatewayEvent.objects.get().pk}
    assert (GatewayEvent.objects.get().deliveries, credit_queries.balance(kim.pk, make.NOON).total) == (4, 1000)


def test_a_loss_that_is_told_many_times_at_once_is_owed_again_once() -> None:
    invoice = billed(make.member(card="ok"))
    payment = pay(invoice, "k", make.NOON)()
    lost = gateway.disputed(payment, "lost")
    at_once(*[lambda: gateway.sent(lost)] * 3, lambda: gateway.sent(lost | {"id": "evt_other"}))
    assert (Dispute.objects.count(), InvoicePayment.objects.filter(dispute__isnull=False).count()) == (1, 1)
    assert owed_total(invoice.member_id, make.NOON) == 5500


def test_a_bank_that_says_both_at_once_and_a_member_who_pays() -> None:
    invoice = billed(make.member(card="ok"))
    payment = pay(invoice, "k", make.NOON)()
    gateway.sent(gateway.disputed(payment, "lost"))
    done = at_once(
        lambda: gateway.sent(gateway.disputed(payment, "won")),
        pay(invoice, "k2", make.NOON),
        lambda: gateway.sent(gateway.disputed(payment, "won", id="evt_again")),
    )
    assert not [one for one in done if isinstance(one, Refusal) and not isinstance(one, AlreadyDone)]
    assert (owed_total(invoice.member_id, make.NOON), Invoice.objects.get().status) == (0, "paid")


def test_a_set_off_beside_the_card_pays_an_invoice_once() -> None:
    kim = make.member(card="ok")
    make.bought(kim, "10000")
    refunds.request(member_id=kim.pk, way="offset", by=kim.user, at=make.NOON)
    invoice = billed(kim, at=MARCH)
    at_once(
        lambda: setting_off.set_off_due(at=MARCH),
        pay(invoice, "a", MARCH),
        lambda: setting_off.set_off_due(at=MARCH),
        pay(invoice, "b", MARCH),
    )
    taken = [*SetOff.objects.all(), *InvoicePayment.objects.all()]
    assert (sum(one.principal for one in taken), owed_total(kim.pk, MARCH)) == (5500, 0)


def test_what_is_paid_beside_stating_it_again() -> None:
    invoice = billed(make.member(card="ok"), due_on=date(2026, 2, 13))
    late = datetime(2026, 3, 14, 1, tzinfo=KST)
    at_once(lambda: reinvoicing.state_again(at=late), pay(invoice, "a", late), lambda: reinvoicing.state_again(at=late))
    assert Reinvoice.objects.count() <= 1
    assert owed_total(invoice.member_id, late) == 0


@pytest.fixture
def refused(db: Any) -> str:
    kim = make.member(card="refund_fails")
    make.bought(kim, "10000")
    refund = refunds.request(member_id=kim.pk, by=kim.user, at=make.NOON)
    payouts.pay_due(at=make.NOON)
    return str(refund.public_id)


def staff(name: str) -> User:
    return User.objects.create(email=f"{name}@upstage.ai", is_staff=True)


def test_a_payment_by_hand_is_proposed_and_agreed_to_once(refused: str) -> None:
    amy, ben = staff("amy"), staff("ben")
    told: dict[str, Any] = {"is_interest": False, "way": "transfer", "reason": "closed", "by": amy, "at": make.NOON}
    proposed = at_once(*[lambda: hand_payments.propose(refused, reference="T-1", **told)] * 3)
    row = HandPayment.objects.get()
    assert sorted(isinstance(one, AlreadyDone) for one in proposed) == [False, True, True]
    agreed = at_once(
        lambda: hand_payments.agree(row.public_id, reason="seen", by=ben, at=make.NOON),
        lambda: hand_payments.agree(row.public_id, reason="seen", by=ben, at=make.NOON),
        lambda: hand_payments.drop(row.public_id, reason="no", by=ben, at=make.NOON),
    )
    assert sorted(isinstance(one, AlreadyDone) for one in agreed) == [False, True, True]
