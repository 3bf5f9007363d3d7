from decimal import Decimal

import pytest

from billing.models import Charge
from billing.queries.calls import recent_calls
from tests.billing import make

pytestmark = pytest.mark.django_db


def test_latest_calls_with_the_lots_that_paid(django_assert_num_queries):
    kim, lee = make.member(), make.member()
    make.price("12")
    small, large = make.granted(kim, "20"), make.granted(kim, "100", until=make.later(days=400).date())
    make.taken(*[make.event(kim, f"e{n}", at=make.later(seconds=-n).isoformat(), quantity=2) for n in range(3)])
    make.taken(make.event(lee))
    with django_assert_num_queries(1):
        calls = recent_calls(kim.pk, before=make.later(seconds=1), limit=2)
    assert [(one.id, one.service, one.meter, one.amount) for one in calls] == [
        ("e0", "ocr", "page", 24),
        ("e1", "ocr", "page", 24),
    ]
    assert set(calls[0].lots) == {small.public_id, large.public_id}
    charge = Charge.objects.get(member=kim)
    assert (calls[0].charge, calls[0].charge_burned, calls[0].charge_owed) == (charge.public_id, 72, Decimal(0))


def test_call_on_the_house():
    kim = make.member()
    make.price("0")
    make.taken(make.event(kim))
    (call,) = recent_calls(kim.pk, before=make.later(hours=1))
    assert (call.amount, call.lots) == (0, ())


def test_strangers_calls_are_not_there():
    make.price("12")
    make.taken(make.event(make.member()))
    assert recent_calls(make.member().pk, before=make.later(hours=1)) == []
