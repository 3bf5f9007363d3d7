"""Real connections beside each other: bought once, billed once, closed once, and nobody waits for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db.models import Sum

from billing.errors import PaymentRunning
from billing.models import BillingMonth, Charge, Invoice, InvoicePayment, Payment, Purchase, SandboxCharge, UsageEvent
from billing.services import closing, invoices, payments, usage
from credits import queries as credit_queries
from credits.services import books
from tests.billing import make
from tests.races.test_credits_burning import beside, own_connection
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone, Refusal

pytestmark = pytest.mark.django_db(transaction=True)

FEBRUARY = date(2026, 2, 1)
FIRST_OF_MARCH = datetime(2026, 3, 1, 0, 10, tzinfo=KST)


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """The works begun together, each on a connection of its own; what each returned, or the refusal it raised."""
    barrier = Barrier(len(works))

    def one(work: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return work()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(own_connection(one), works))


@pytest.fixture(autouse=True)
def books_that_add_up():
    yield
    assert [str(finding) for finding in books.findings()] == []


def test_two_buys_with_one_key_are_one():
    kim = make.member(card="ok")
    bought = at_once(*[lambda: make.bought(kim, "1000")] * 4)
    assert {one.pk for one in bought} == {Purchase.objects.get().pk}
    assert (SandboxCharge.objects.count(), credit_queries.balance(kim.pk, make.NOON).total) == (1, 1000)


def test_reconciling_beside_the_answer_credits_once():
    kim = make.member(card="times_out")
    purchase = make.bought(kim, "1000")
    later = make.later(minutes=20)
    at_once(
        lambda: payments.reconcile(at=later),
        lambda: payments.reconcile(at=later),
        lambda: payments.ask(purchase.payment_id, by=None, at=later),
    )
    assert credit_queries.balance(kim.pk, later).total == 1000


def test_invoice_is_not_paid_twice():
    kim = make.member(card="ok")
    invoice = invoices.issue_single(
        member_id=kim.pk, amount=1000, due_on=date(2026, 3, 3), what_ko="요금", what_en="Fee", by=None, at=make.NOON
    )

    def pay(key: str) -> Callable[[], Payment]:
        return lambda: invoices.pay(member_id=kim.pk, invoice_id=invoice.public_id, by=None, at=make.NOON, key=key)

    done = at_once(pay("a"), pay("b"), pay("c"))
    assert sum(isinstance(one, Payment) for one in done) == 1
    assert all(isinstance(one, Payment | AlreadyDone | PaymentRunning) for one in done)
    assert InvoicePayment.objects.count() == 1


def test_same_batch_at_once_is_taken_once():
    kim = make.member()
    make.price("12")
    make.granted(kim, "50")
    events = [make.event(kim, f"e{n}") for n in range(50)]
    taken = at_once(*[lambda: make.taken(*events)] * 3)
    assert sorted((one.accepted, one.duplicate) for one in taken) == [(0, 50), (0, 50), (50, 0)]
    assert Charge.objects.aggregate(Sum("amount"), Sum("burned")) == {"amount__sum": 600, "burned__sum": 50}


def test_same_id_at_two_instants_at_once():
    """Only one of the two may pass, whichever comes first."""
    kim = make.member()
    make.price("12")
    make.granted(kim, "50")
    taken = at_once(
        lambda: make.taken(make.event(kim)),
        lambda: make.taken(make.event(kim, at=make.later(seconds=-1).isoformat())),
    )
    assert sorted(one.accepted for one in taken) == [0, 1]
    assert UsageEvent.objects.count() == 1


def test_batches_over_several_days_do_not_lock_each_other_out():
    make.price("12")
    members = [make.member() for _ in range(6)]
    for member in members:
        make.granted(member, "10")

    def batch(name: str, members: list) -> Callable[[], usage.Taken]:
        days = [make.later(days=-day).isoformat() for day in range(3)]
        events = [make.event(member, f"{name}{place}", at=days[place % 3]) for place, member in enumerate(members * 2)]
        return lambda: make.taken(*events)

    taken = at_once(batch("a", members), batch("b", members[::-1]), batch("c", members[3:] + members[:3]))
    assert [one.accepted for one in taken] == [12, 12, 12]


def test_close_waits_for_the_batch_under_way():
    kim = make.member()
    make.price("12")
    make.taken(make.event(kim))
    with beside(lambda: closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)) as (start, started):
        make.taken(make.event(kim, "late"), at=make.later(days=18))
        start()
    started[0].result()
    assert Invoice.objects.get().usage == 24


def test_batch_behind_the_close_goes_on_the_next_month():
    kim = make.member()
    make.price("12")
    make.taken(make.event(kim))
    at = FIRST_OF_MARCH + timedelta(minutes=1)
    with beside(lambda: make.taken(make.event(kim, "late"), at=at)) as (start, started):
        closing._begin(FEBRUARY, FIRST_OF_MARCH)
        start()
    started[0].result()
    closing.close_due(at=at)
    assert Invoice.objects.get().usage == 12
    assert Charge.objects.latest("pk").billing_month == date(2026, 3, 1)


def test_two_closes_at_once_invoice_once(monkeypatch):
    monkeypatch.setattr(closing, "BATCH", 2)
    make.price("12")
    make.taken(*[make.event(make.member()) for _ in range(12)])
    at_once(*[lambda: closing.close_due(at=FIRST_OF_MARCH)] * 3)
    assert list(Invoice.objects.order_by("sequence").values_list("sequence", flat=True)) == list(range(1, 13))
    assert BillingMonth.objects.get(month=FEBRUARY).closed_at == FIRST_OF_MARCH
