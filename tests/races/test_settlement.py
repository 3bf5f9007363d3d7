"""Settling beside settling, beside the close, beside intake, and killed: every event is charged exactly once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum

from billing.models import Charge, Invoice, Settlement, UsageBatch, UsageDay, UsageHour, UsageTally
from billing.services import charging, closing, settlement
from billing.services.charging import Use
from credits import queries as credit_queries
from credits.services import books
from tests.billing import make
from tests.races.test_billing_money import at_once
from tests.races.test_credits_burning import beside, own_connection
from upstage_console.kernel.clock import KST

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("upstage/2.7")]

FEBRUARY = date(2026, 2, 1)
FIRST_OF_MARCH = datetime(2026, 3, 1, 0, 10, tzinfo=KST)


@pytest.fixture(autouse=True)
def books_that_add_up():
    yield
    assert [str(finding) for finding in books.findings()] == []


@pytest.fixture
def members():
    make.price("12")
    members = [make.member() for _ in range(4)]
    for member in members:
        make.granted(member, "30")
    return members


def batches(members: list[Any], count: int) -> None:
    for number in range(count):
        make.unsettled(*[make.event(member, f"b{number}") for member in members])


def test_two_settlers_charge_every_batch_once(members, monkeypatch):
    monkeypatch.setattr(settlement, "BATCHES_AT_A_TIME", 2)
    batches(members, 6)
    settled = at_once(*[lambda: settlement.settle(at=make.NOON)] * 3)
    assert sum(settled) == 6
    assert not UsageTally.objects.exists()
    assert Charge.objects.aggregate(Sum("amount"), Sum("burned")) == {"amount__sum": 288, "burned__sum": 120}


def test_close_waits_for_the_settler(members):
    batches(members, 3)
    with beside(lambda: closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)) as (start, started):
        settlement.settle(at=make.NOON)
        start()
    started[0].result()
    assert Invoice.objects.aggregate(Sum("usage"))["usage__sum"] == 144
    assert Settlement.objects.count() == 1


def test_close_waits_for_a_charge(members):
    """It goes on the month's invoice; once closing has begun, the next one goes on the next month's."""
    late = FIRST_OF_MARCH - timedelta(minutes=20)
    use = Use.of_amount(Decimal(5))
    with beside(lambda: closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH)) as (start, started):
        charging.charge(member_id=members[0].pk, use=use, by=None, at=late)
        start()
    started[0].result()
    assert Invoice.objects.get().usage == 5
    charging.charge(member_id=members[0].pk, use=use, by=None, at=late)
    assert UsageDay.objects.get(billing_month=date(2026, 3, 1)).amount == 5


def test_settler_and_close_at_once(members):
    batches(members, 4)
    at_once(
        lambda: closing.close(FEBRUARY, by=None, at=FIRST_OF_MARCH), lambda: settlement.settle(at=FIRST_OF_MARCH),
        lambda: make.unsettled(make.event(members[0], "late"), at=FIRST_OF_MARCH),
    )  # fmt: skip
    settlement.settle(at=FIRST_OF_MARCH)
    late = UsageDay.objects.filter(billing_month=date(2026, 3, 1)).aggregate(total=Sum("amount"))["total"] or 0
    assert Invoice.objects.aggregate(Sum("usage"))["usage__sum"] + late == 204


def test_intake_never_waits_for_a_settlement(members):
    """The settlement holds every account while a batch of the same members comes in."""
    batches(members, 2)
    take = own_connection(lambda: make.unsettled(make.event(members[0], "beside")))
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        settlement.settle(at=make.NOON)
        assert pool.submit(take).result(timeout=20).accepted == 1
    assert UsageTally.objects.get().events == 1
    assert credit_queries.balance(members[0].pk, make.NOON).available == Decimal(-6)


def test_killed_settlement_leaves_nothing(members, monkeypatch):
    batches(members, 2)
    with monkeypatch.context() as patch:
        patch.setattr(settlement, "ADD_TO_DAYS", "SELECT 1 / 0")
        with pytest.raises(Exception, match="division by zero"):
            settlement.settle(at=make.NOON)
    assert (Settlement.objects.count(), Charge.objects.count(), UsageHour.objects.count()) == (0, 0, 0)
    assert credit_queries.balance(members[0].pk, make.NOON).unsettled == 24
    assert settlement.settle(at=make.NOON) == 2
    assert not UsageBatch.objects.filter(settlement=None).exists()


def test_moved_batches_are_settled_by_themselves(members):
    """The same day before and after its month was shut: two charges, each on an invoice of its own."""
    make.unsettled(make.event(members[0], "before"))
    closing._begin(FEBRUARY, FIRST_OF_MARCH)
    make.unsettled(make.event(members[0], "after"), at=FIRST_OF_MARCH + timedelta(minutes=1))
    assert settlement.settle(at=FIRST_OF_MARCH) == 2
    assert Settlement.objects.count() == 2
    months = Charge.objects.order_by("billing_month").values_list("billing_month", flat=True)
    assert list(months) == [FEBRUARY, date(2026, 3, 1)]
