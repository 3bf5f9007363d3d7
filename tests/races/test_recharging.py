"""Auto-recharge by several workers at once, and while its member changes or cancels it: charged once, or not at all."""

import pytest

from billing.models import Purchase, RechargeCycle, RechargePlan, SandboxCharge
from billing.services import recharging, topping
from tests.billing import make
from tests.billing.recharged import balance, cancelled, changed, chosen, day, line, plan, table
from tests.billing.test_topping import wished
from tests.races.test_billing_money import at_once, books_that_add_up

__all__ = ["books_that_add_up"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("upstage/15-2.1")]
DUE = day(2, 20)


@pytest.fixture
def kim(transactional_db):
    return make.member(card="ok")


def test_workers_at_once_charge_a_cycle_once(kim):
    table(line())
    plan(kim)
    at_once(*[lambda: recharging.charge_due(at=DUE)] * 4)
    assert (RechargeCycle.objects.count(), Purchase.objects.count(), SandboxCharge.objects.count()) == (1, 1, 1)
    assert balance(kim, DUE) == (50_000, 5_000)


def test_changed_while_it_is_charged(kim):
    plan(kim)
    at_once(lambda: recharging.charge_due(at=DUE), lambda: changed(kim, chosen(70_000), at=DUE))
    recharging.charge_due(at=DUE)
    paid = [int(one.amount) for one in Purchase.objects.filter(status="paid")]
    assert (paid in ([], [50_000]), RechargePlan.objects.get().next_on.isoformat()) == (True, "2026-03-20")


def test_cancelled_while_it_is_charged(kim):
    plan(kim)
    at_once(lambda: recharging.charge_due(at=DUE), lambda: cancelled(kim, at=DUE))
    recharging.charge_due(at=DUE)
    assert RechargePlan.objects.get().status == "cancelled"
    assert SandboxCharge.objects.count() == Purchase.objects.filter(status="paid").count() <= 1
    assert not RechargeCycle.objects.filter(status="open").exists()


def test_workers_at_once_top_up_once(kim):
    wished(kim)
    at_once(*[lambda: topping.top_up_due(at=make.NOON)] * 4)
    assert (Purchase.objects.count(), SandboxCharge.objects.count()) == (1, 1)
