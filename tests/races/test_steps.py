"""Uses of one member at once at a price with steps: each takes places of its own (upstage/18.1)."""

from datetime import date
from decimal import Decimal

import pytest

from billing.models import UsageEvent, UsageSteps
from billing.services import correcting, settlement, usage
from billing.services.correcting import Use
from tests.billing import make
from tests.billing.test_steps import stepped, used
from tests.races.test_billing_money import at_once, books_that_add_up
from upstage_console.kernel.errors import Refusal

__all__ = ["books_that_add_up"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("upstage/18.1")]


@pytest.fixture
def kim(transactional_db):
    stepped("10", (100, "8"), (500, "5"))
    holder = make.member(postpaid=True)
    make.granted(holder, "1000000")
    return holder


def batch(holder, name, quantity):
    return lambda: usage.take([make.event(holder, name, quantity=quantity)], batch_key=name, at=make.NOON)


def test_charges_and_batches_at_once_fill_the_steps_once(kim):
    works = [lambda: used(kim, 90)] * 3 + [batch(kim, f"b{number}", 90) for number in range(3)]
    results = at_once(*works)
    assert not [one for one in results if isinstance(one, Refusal)]
    assert sum(UsageEvent.objects.values_list("amount", flat=True)) == 100 * 10 + 400 * 8 + 40 * 5
    rows = UsageSteps.objects.values_list("quantities", flat=True)
    assert [sum(each) for each in zip(*rows, strict=True)] == [100, 400, 40]


def test_members_in_either_order_wait_for_nobody_for_ever(kim):
    lee = make.member(postpaid=True)

    def both(first, second, name):
        events = [make.event(first, f"{name}1", quantity=60), make.event(second, f"{name}2", quantity=60)]
        return lambda: usage.take(events, batch_key=name, at=make.NOON)

    at_once(both(kim, lee, "a"), both(lee, kim, "b"), both(kim, lee, "c"), both(lee, kim, "d"))
    assert UsageEvent.objects.count() == 8
    assert {tuple(row.quantities) for row in UsageSteps.objects.all()} == {(100, 140, 0)}


def test_correcting_while_others_settle_and_use(kim):
    batch(kim, "first", 100)()
    batch(kim, "second", 100)()

    def corrected():
        use = Use(kim.pk, make.NOON, "first")
        return correcting.of_platform(use, quantity=Decimal(40), reason="r", by=None, at=make.NOON)

    at_once(corrected, lambda: settlement.settle(at=make.NOON), lambda: used(kim, 30), batch(kim, "third", 30))
    rows = UsageSteps.objects.filter(month=date(2026, 2, 1)).values_list("quantities", flat=True)
    assert sum(sum(row) for row in rows) == 200
