from decimal import Decimal

import pytest

from accounts.errors import NotActive
from billing.errors import BadQuantity, NoSuchPrice
from billing.models import Charge, Service, UsageEvent
from billing.services import charging
from billing.services.charging import Use
from credits import queries as credit_queries
from credits.errors import InsufficientCredits
from tests.billing import make
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15.3")]


def charged(holder, amount, key=None):
    use = Use.of_amount(Decimal(amount))
    return charging.charge(member_id=holder.pk, use=use, by=None, at=make.NOON, key=key)


def test_amount_burns_credits():
    kim = make.member()
    lot = make.granted(kim, "100")
    done = charged(kim, "30.5")
    assert [(part.lot, part.amount) for part in done.allocations] == [(lot.public_id, Decimal("30.5"))]
    assert (done.balance, done.charge.owed) == (Decimal("69.5"), 0)
    assert not Service.objects.filter(is_listed=True).exists()


def test_prepaid_is_refused_whole():
    kim = make.member(card="ok")
    make.granted(kim, "100")
    with pytest.raises(InsufficientCredits) as refused:
        charged(kim, "100.000001")
    assert refused.value.facts["available"] == 100
    assert not (Charge.objects.exists())
    assert not (UsageEvent.objects.exists())
    assert credit_queries.balance(kim.pk, make.NOON).total == 100


@pytest.mark.clause("upstage/17.1")
def test_postpaid_owes_the_rest():
    kim = make.member(postpaid=True)
    make.granted(kim, "100")
    done = charged(kim, "130")
    assert (done.charge.burned, done.charge.owed, done.balance) == (100, 30, 0)
    assert charged(kim, "5").charge.owed == 5


def test_by_meter():
    kim = make.member()
    make.price("640", service="solar", meter="token", per=1000)
    make.granted(kim, "1000")
    use = Use("solar", "token", Decimal(1500))
    assert charging.charge(member_id=kim.pk, use=use, by=None, at=make.NOON).charge.amount == 960


def test_same_key_again():
    kim = make.member()
    make.granted(kim, "100")
    charged(kim, "10", key="one")
    with pytest.raises(AlreadyDone):
        charged(kim, "10", key="one")
    assert credit_queries.balance(kim.pk, make.NOON).total == 90


@pytest.mark.parametrize(("amount", "refusal"), [("0", BadQuantity), ("-1", BadQuantity), ("0.0000001", InvalidAmount),
                                                 ("1000000001", BadQuantity), ("NaN", InvalidAmount)])  # fmt: skip
def test_amount_that_cannot_be_used(amount, refusal):
    kim = make.member()
    with pytest.raises(refusal):
        charged(kim, amount)
    assert not Charge.objects.exists()


def test_meter_without_a_price():
    use = Use("solar", "token", Decimal(1))
    with pytest.raises(NoSuchPrice):
        charging.charge(member_id=make.member().pk, use=use, by=None, at=make.NOON)


def test_member_who_left():
    kim = make.member()
    type(kim).objects.filter(pk=kim.pk).update(status="withdrawn", withdrawn_at=make.NOON)
    with pytest.raises(NotActive):
        charged(kim, "1")
