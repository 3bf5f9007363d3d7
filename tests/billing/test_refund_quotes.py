"""The quote of a refund, read from the books."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from billing.queries.refunds import quote
from billing.services.charging import Use, charge
from tests.billing import make
from upstage_console.kernel import policy
from upstage_console.kernel.errors import NotFound

pytestmark = pytest.mark.django_db

LATER = make.NOON + timedelta(days=30)


def used(holder, amount, at=make.NOON):
    charge(member_id=holder.pk, use=Use.of_amount(Decimal(amount)), by=None, at=at)


@pytest.mark.clause("upstage/16.2")
def test_the_base_is_what_was_there_after_the_last_recharge():
    holder = make.member(card="ok")
    make.bought(holder, "59500", key="one")
    used(holder, "42500")
    make.bought(holder, "66000", key="two", at=make.NOON + timedelta(days=9))
    used(holder, "49800", at=LATER)
    found = quote(holder, at=LATER)
    assert (found.credits, found.clauses) == (33200, ("upstage/16.2",))
    assert "83,000" in found.lines[0].reason.en


@pytest.mark.clause("upstage/16.2")
def test_free_credits_count_for_nothing():
    holder = make.member(card="ok")
    bought = make.bought(holder, "1000")
    make.granted(holder, "5000")
    found = quote(holder, at=make.NOON)
    assert (found.credits, [line.purchase.name for line in found.lines]) == (1000, [bought.public_id])


def test_the_base_can_be_read_as_the_last_payment_alone(amy: User, ben: User):
    holder = make.member(card="ok")
    make.bought(holder, "1000", key="one")
    make.bought(holder, "1000", key="two")
    used(holder, "1500")
    assert quote(holder, at=LATER).is_refundable
    row = policy.propose("refund_base", "payment", reason="test", starts_at=make.NOON, by=amy, at=make.NOON)
    policy.approve(row.pk, by=ben, at=make.NOON)
    assert quote(holder, at=LATER).refused == "balance_above_limit"


def test_a_strangers_purchase_is_not_there():
    holder, stranger = make.member(card="ok"), make.member(card="ok")
    bought = make.bought(stranger, "1000")
    with pytest.raises(NotFound):
        quote(holder, at=make.NOON, purchase=bought.public_id)


def test_questions_do_not_grow_with_the_purchases():
    counted = []
    for number in (1, 3):
        holder = make.member(card="ok")
        for key in range(number):
            make.bought(holder, "1000", key=str(key))
        with CaptureQueriesContext(connection) as made:
            quote(holder, at=LATER)
        counted.append(len(made))
    assert counted[0] == counted[1]
