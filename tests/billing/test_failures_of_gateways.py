"""Every failure of a gateway, at every step, for everything that moves money: the right end, and moved once.

The cases are generated: what is asked for × how the bank decides × what fails where × what heals it.
"""

from contextlib import suppress
from decimal import Decimal
from itertools import product

import pytest
from django.db import transaction

from billing import gateways
from billing.enums import InvoiceStatus
from billing.errors import PaymentDeclined
from billing.gateways import Outcome, Said
from billing.gateways.sandbox import Sandbox
from billing.models import (
    Invoice,
    InvoicePayment,
    Payment,
    Purchase,
    RechargeCycle,
    Repayment,
    SandboxCharge,
    SandboxRefund,
)
from billing.services import fulfilment, invoices, payments, recharging, repayments
from credits import queries as credit_queries
from tests.billing import gateway, make, recharged

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15.2"), pytest.mark.clause("upstage/20.4")]
SILENT = Outcome(Said.UNKNOWN)
OUTAGE = (make.later(minutes=3), make.later(minutes=20))
AFTERWARDS = (make.later(hours=2), make.later(hours=3))


class Killed(BaseException):
    """The process dies here."""


@pytest.fixture(autouse=True)
def followers_of_this_test(monkeypatch):
    monkeypatch.setitem(fulfilment._followers, "tst", None)


class Buying:
    """Credits, paid for with a card."""

    service, bank, method = payments, SandboxCharge, "charge"
    cards = {True: "ok", False: "declined"}

    def __init__(self, card):
        self.kim = make.member(card=card)

    def act(self, at):
        make.bought(self.kim, "1000", at=at)

    def asked(self):
        return Payment.objects.get()

    def ended(self):
        return Purchase.objects.get().status, credit_queries.balance(self.kim.pk, make.later(days=1)).total

    ends = {True: ("paid", 1000), False: ("failed", 0)}


class Recharging:
    """Credits that come in by themselves: the job runs again and again, and tries no second time before its day."""

    service, bank, method = payments, SandboxCharge, "charge"
    cards = {True: "ok", False: "declined"}

    def __init__(self, card):
        self.kim = make.member(card=card)
        recharged.plan(self.kim, recharged.chosen(1000, number=10), at=make.later(days=-3))

    def act(self, at):
        recharging.charge_due(at=at)
        payments.reconcile(at=at)

    def asked(self):
        return Payment.objects.get()

    def ended(self):
        return RechargeCycle.objects.get().status, credit_queries.balance(self.kim.pk, make.later(days=1)).total

    ends = {True: ("paid", 1000), False: ("open", 0)}


class PayingAnInvoice:
    """What is owed, paid with a card."""

    service, bank, method = payments, SandboxCharge, "charge"
    cards = {True: "ok", False: "declined"}

    def __init__(self, card):
        self.kim = make.member(card=card)
        self.invoice = invoices.issue_single(
            member_id=self.kim.pk, amount=Decimal(1000), due_on=make.later(days=20).date(), what_ko="가", what_en="a",
            by=None, at=make.NOON,
        )  # fmt: skip

    def act(self, at):
        invoices.pay(member_id=self.kim.pk, invoice_id=self.invoice.public_id, key="pay", by=None, at=at)

    def asked(self):
        return Payment.objects.get()

    def ended(self):
        return Invoice.objects.get().status, list(InvoicePayment.objects.values_list("principal", flat=True))

    ends = {True: (InvoiceStatus.PAID, [Decimal(1100)]), False: (InvoiceStatus.ISSUED, [])}


class PayingBack:
    """Money that goes back to the card it came from."""

    service, bank, method = repayments, SandboxRefund, "refund"
    cards = {True: "ok", False: "refund_fails"}

    def __init__(self, card):
        self.payment = Payment.objects.get(pk=make.bought(make.member(card=card), "1000").payment_id)
        self.followed = []
        fulfilment._followers["tst"] = lambda repayment, by, at: self.followed.append(repayment.status)

    def act(self, at):
        with transaction.atomic():
            wanted = repayments.Wanted(self.payment.pk, "tst_1", "back", Decimal(600))
            repayment = repayments.create(wanted, by=None, at=at)
        repayments.ask(repayment.pk, by=None, at=at)

    def asked(self):
        return Repayment.objects.get()

    def ended(self):
        return Repayment.objects.get().status, self.followed

    ends = {True: ("succeeded", ["succeeded"]), False: ("failed", ["failed"])}


class Failing(Sandbox):
    """The sandbox, of which the first charge or refund fails in one way."""

    def __init__(self, deed, failure):
        self.deed, self.failure, self.calls = deed, failure, 0

    def charge(self, **asked):
        return self._first(super().charge, asked)

    def refund(self, **asked):
        return self._first(super().refund, asked)

    def find(self, **asked):
        return SILENT if self._is_down(asked) else super().find(**asked)

    def find_refund(self, **asked):
        return SILENT if self._is_down(asked) else super().find_refund(**asked)

    def _is_down(self, asked):
        return self.failure == "down" and asked["at"] <= OUTAGE[-1]

    def _first(self, move, asked):
        self.calls += 1
        if self._is_down(asked):
            return SILENT
        return move(**asked) if self.calls > 1 else getattr(self, f"_{self.failure}")(lambda: move(**asked))

    def _killed_before(self, _move):
        raise Killed

    def _killed_after(self, move):
        move()
        raise Killed

    def _request_lost(self, _move):
        return SILENT

    def _answer_lost(self, move):
        move()
        return SILENT

    def _told_first(self, move):
        outcome = move()
        say(self.deed, outcome)
        return outcome

    def _told_first_twice_and_killed(self, move):
        outcome = move()
        say(self.deed, outcome)
        say(self.deed, outcome)
        raise Killed

    def _told_while_the_answer_is_lost(self, move):
        say(self.deed, move())
        return SILENT

    def _asked_twice_at_once(self, move):
        self.deed.service.ask(self.deed.asked().pk, by=None, at=make.NOON)
        return move()


def say(deed, outcome, at=make.NOON):
    """The gateway tells by itself what it decided."""
    body = gateway.told(deed.asked(), said=outcome.said.value, reference=outcome.reference, failure=outcome.failure)
    gateway.sent(body, at=at)


GATEWAY_FAILURES = [
    "killed_before", "killed_after", "request_lost", "answer_lost", "told_first", "told_first_twice_and_killed",
    "told_while_the_answer_is_lost", "asked_twice_at_once", "down",
]  # fmt: skip
OWN_FAILURES = ["_note_asked", "settle", "follow"]


def fail(monkeypatch, deed, failure):
    """Let the deed meet its failure, once; whoever asked for it may see the process die or the card declined."""
    with monkeypatch.context() as patch:
        if failure in GATEWAY_FAILURES:
            monkeypatch.setitem(gateways._GATEWAYS, "sandbox", Failing(deed, failure))
        else:
            dies_in(patch, deed, failure)
        with suppress(Killed, PaymentDeclined):
            deed.act(make.NOON)


def dies_in(patch, deed, step):
    def dying(*args, **named):
        raise Killed

    names = {"follow": "follow_repayment" if deed.service is repayments else "follow"}
    patch.setattr(fulfilment if step == "follow" else deed.service, names.get(step, step), dying)


def by_the_job(deed):
    for at in (*OUTAGE, *AFTERWARDS):
        deed.service.reconcile(at=at)


def by_pressing_again(deed):
    for at in (*OUTAGE, *AFTERWARDS):
        with suppress(PaymentDeclined):
            deed.act(at)


def by_the_gateway(deed):
    """The gateway tells what it has, late and twice; what never reached it is left to the job."""
    row = deed.bank.objects.filter(key=deed.asked().public_id).first()
    if row is not None:
        said = Said.SUCCEEDED if row.succeeded else Said.FAILED
        for at in OUTAGE:
            say(deed, Outcome(said, f"sandbox_{row.pk}", row.failure), at)
    by_the_job(deed)


CASES = list(
    product(
        (Buying, Recharging, PayingAnInvoice, PayingBack),
        (True, False),
        GATEWAY_FAILURES + OWN_FAILURES,
        (by_the_job, by_pressing_again, by_the_gateway),
    )
)


def test_all_cases_are_walked():
    assert len(CASES) == 4 * 2 * 12 * 3


@pytest.mark.parametrize(("deed", "succeeds", "failure", "heal"), CASES)
def test_right_end_and_moved_once(monkeypatch, deed, succeeds, failure, heal):
    deed = deed(deed.cards[succeeds])
    before = deed.bank.objects.count()
    fail(monkeypatch, deed, failure)
    heal(deed)
    assert deed.ended() == deed.ends[succeeds]
    assert deed.bank.objects.count() == before + 1
    assert deed.bank.objects.latest("pk").succeeded is succeeds
    assert deed.service.reconcile(at=make.later(days=2)) == 0
