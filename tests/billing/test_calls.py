from datetime import timedelta
from decimal import Decimal

import pytest

from billing.models import Charge
from billing.queries import calls as queries
from billing.queries.calls import calls, every_call
from billing.queries.sums import Scope
from tests.billing import make

pytestmark = pytest.mark.django_db

DAY = make.NOON.date()


def of(holder, **narrowed):
    return Scope(holder.pk, DAY - timedelta(days=1), DAY, **narrowed)


def test_latest_calls_with_the_lots_that_paid(django_assert_num_queries):
    kim, lee = make.member(), make.member()
    make.price("12")
    small, large = make.granted(kim, "20"), make.granted(kim, "100", until=make.later(days=400).date())
    make.taken(*[make.event(kim, f"e{n}", at=make.later(seconds=-n).isoformat(), quantity=2) for n in range(3)])
    make.taken(make.event(lee))
    with django_assert_num_queries(1):
        found = calls(of(kim), limit=2)
    assert [(one.id, one.service, one.meter, one.amount) for one in found] == [
        ("e0", "ocr", "page", 24),
        ("e1", "ocr", "page", 24),
    ]
    assert set(found[0].lots) == {small.public_id, large.public_id}
    charge = Charge.objects.get(member=kim)
    assert (found[0].charge, found[0].charge_burned, found[0].charge_owed) == (charge.public_id, 72, Decimal(0))


def test_call_on_the_house():
    kim = make.member()
    make.price("0")
    make.taken(make.event(kim))
    (call,) = calls(of(kim))
    assert (call.amount, call.lots) == (0, ())


def test_call_that_is_not_settled_has_no_charge():
    kim = make.member()
    make.price("12")
    make.unsettled(make.event(kim))
    (call,) = calls(of(kim))
    assert (call.amount, call.charge, call.charge_owed, call.lots) == (12, None, None, ())


def test_call_says_why():
    kim = make.member()
    make.price("12")
    make.taken(make.event(kim, quantity="2.5"))
    (call,) = calls(of(kim))
    assert call.why.en == "2.5 page × ₩12 = ₩30 (the price since 1 Jan 2026)"


def test_strangers_calls_are_not_there():
    make.price("12")
    make.taken(make.event(make.member()))
    assert calls(of(make.member())) == []


def test_pages_of_calls_of_one_instant_miss_none():
    kim = make.member()
    make.price("12")
    make.taken(*[make.event(kim, f"e{number}") for number in range(5)])
    first = calls(of(kim), limit=2)
    rest = calls(of(kim), before=first[-1].place)
    assert [one.id for one in first + rest] == ["e4", "e3", "e2", "e1", "e0"]


def test_every_call_is_read_in_blocks(monkeypatch, django_assert_num_queries):
    kim = make.member()
    make.price("12")
    make.taken(*[make.event(kim, f"e{number}") for number in range(5)])
    monkeypatch.setattr(queries, "A_BLOCK", 2)
    with django_assert_num_queries(3):
        assert len(list(every_call(of(kim)))) == 5


def test_calls_are_narrowed():
    kim = make.member()
    make.price("12")
    make.price("1", meter="line")
    make.taken(make.event(kim, "1"), make.event(kim, "2", meter="line"))
    assert [one.id for one in calls(of(kim, service="ocr", meter="line"))] == ["2"]
    assert calls(of(kim, service="solar")) == []
