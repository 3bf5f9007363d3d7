"""Whoever locks the member first, and then their account, beside a charge: its rows refer to the member at its end."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Member
from billing.models import Charge, Purchase, UsageBatch
from billing.services import charging, correcting, payments, settlement
from billing.services.rating import Use
from credits import queries
from credits.services import accounts, books
from tests.billing import make
from tests.races.test_credits_burning import beside

pytestmark = pytest.mark.django_db(transaction=True)
LATER = make.later(minutes=20)


@pytest.fixture(autouse=True)
def books_that_add_up() -> Iterator[None]:
    yield
    assert [str(finding) for finding in books.findings()] == []


@pytest.fixture
def kim() -> Member:
    make.price("12")
    holder = make.member(card="times_out")
    make.granted(holder, "100")
    return holder


def correction(holder: Member) -> Callable[[], Any]:
    wanted = correcting.Use(holder.pk, make.NOON, "e1")
    return lambda: correcting.of_platform(wanted, quantity=Decimal(0), reason="twice", by=None, at=LATER)


def charge_beside(work: Callable[[], Any], holder: Member) -> None:
    """A charge that holds the account; the work comes as far as that, and the charge is written down."""
    with beside(work) as (start, started):
        accounts.lock(holder.pk)
        start()
        charging.charge(member_id=holder.pk, use=Use.of_amount(Decimal(1)), by=None, at=LATER)
    started[0].result()


def test_a_correction_beside_a_charge(kim: Member) -> None:
    make.taken(make.event(kim))
    charge_beside(correction(kim), kim)
    assert queries.balance(kim.pk, LATER).total == 99


def test_credits_that_are_paid_come_beside_a_charge(kim: Member) -> None:
    charging.charge(member_id=kim.pk, use=Use.of_amount(Decimal(1)), by=None, at=LATER)
    make.bought(kim, "1000")
    charge_beside(lambda: payments.reconcile(at=LATER), kim)
    assert Purchase.objects.get().status == "paid"
    assert queries.balance(kim.pk, LATER).total == 1098


def test_a_correction_beside_the_settlement_of_its_use(kim: Member) -> None:
    make.unsettled(make.event(kim))
    with beside(correction(kim)) as (start, started):
        found = list(UsageBatch.objects.locked())
        start()
        settlement.settle_batches(found, by=None, at=make.NOON)
    assert started[0].result().row.restored == 12
    assert Charge.objects.count() == 1
