"""Promotions on prices: usage × price ± add-ons − promotions, for who joined, while it lasts (upstage/18.5)."""

from datetime import date
from decimal import Decimal

import pytest

from billing.errors import PromotionOver
from billing.models import Charge, PromotionJoined, Service
from billing.services import catalogue, charging, price_promotions, trials
from billing.services.catalogue import AddOnLine
from billing.services.rating import Use
from tests.billing import make
from upstage_console.kernel.errors import AlreadyDone, DayHasPassed, InvalidAmount, InvalidDates, NotFound

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/18.5")]

FIRST, LAST = date(2026, 2, 10), date(2026, 2, 28)


def promotion(code="spring", percent=20, first=FIRST, last=LAST, services=("ocr",)):
    rows = [row.pk for row in Service.objects.filter(code__in=services)]
    what = price_promotions.Offered(code, "봄", "Spring", "약관", "Terms", percent, rows, first, last)
    return price_promotions.publish(what, by=None, at=make.NOON)


def joined(holder, row, at=make.NOON):
    return price_promotions.join(promotion_id=row.public_id, member_id=holder.pk, by=None, at=at)


def used(holder, at=make.NOON, *add_ons):
    use = Use("ocr", "page", Decimal(100), add_ons=add_ons)
    return charging.charge(member_id=holder.pk, use=use, by=None, at=at).amount


@pytest.fixture
def kim(db):
    catalogue.set_price(
        meter_id=make.meter_row().pk, currency="KRW", unit_price=Decimal(12), effective_on=date(2026, 1, 1), by=None,
        at=make.NOON, add_ons=[AddOnLine("fast", Decimal(50))],
    )  # fmt: skip
    holder = make.member()
    make.granted(holder, "100000")
    return holder


def test_who_joined_pays_less_also_for_add_ons(kim):
    joined(kim, promotion())
    assert (used(kim), used(kim, make.NOON, "fast")) == (960, 1440)
    parts = Charge.objects.select_related("price").first().price.parts
    assert [(one["kind"], one["price"]) for one in parts] == [("usage", "12"), ("add_on", "6"), ("promotion", "-3.6")]


def test_who_did_not_join_and_what_was_used_before_costs_the_list(kim):
    row, other = promotion(), make.member()
    make.granted(other, "100000")
    joined(kim, row, at=make.later(hours=1))
    assert (used(kim), used(other, make.later(hours=2)), used(kim, make.later(hours=1))) == (1200, 1200, 960)


def test_it_ends_with_its_last_day(kim):
    joined(kim, promotion(last=date(2026, 2, 11)))
    assert [used(kim, make.later(hours=hours)) for hours in (35, 36)] == [960, 1200]


def test_it_begins_with_its_first_day(kim):
    joined(kim, promotion(first=date(2026, 2, 11)))
    assert [used(kim, make.later(hours=hours)) for hours in (11, 12)] == [1200, 960]


def test_the_one_that_gives_most_counts(kim):
    joined(kim, promotion("small", 10))
    joined(kim, promotion("large", 30))
    assert used(kim) == 840


def test_other_services_keep_their_price(kim):
    make.price("7", service="parse")
    joined(kim, promotion())
    use = Use("parse", "page", Decimal(100))
    assert charging.charge(member_id=kim.pk, use=use, by=None, at=make.NOON).amount == 700


def test_a_trial_comes_first(kim):
    joined(kim, promotion())
    service = Service.objects.get(code="ocr")
    trials.offer(service_id=service.pk, days=7, effective_on=FIRST, by=None, at=make.NOON)
    trials.start(member_id=kim.pk, service_id=service.pk, agrees=True, by=None, at=make.NOON)
    assert used(kim) == 0


def test_hundred_percent_costs_nothing_and_is_recorded(kim):
    joined(kim, promotion(percent=100))
    assert (used(kim), Charge.objects.get().quantity) == (0, 100)


def test_joining_once_and_in_time(kim):
    row = promotion()
    joined(kim, row)
    with pytest.raises(AlreadyDone):
        joined(kim, row)
    with pytest.raises(PromotionOver):
        joined(make.member(), row, at=make.later(days=19))
    with pytest.raises(NotFound):
        price_promotions.join(promotion_id="ppr_0", member_id=kim.pk, by=None, at=make.NOON)
    assert PromotionJoined.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"percent": 0}, InvalidAmount), ({"percent": 101}, InvalidAmount), ({"services": ()}, InvalidAmount),
        ({"last": date(2026, 2, 9)}, DayHasPassed), ({"first": date(2026, 3, 1)}, InvalidDates),
    ],
)  # fmt: skip
def test_promotions_that_are_not_possible(kim, changes, refusal):
    with pytest.raises(refusal) as refused:
        promotion(**changes)
    assert "%" not in str(refused.value)


def test_a_code_is_taken_once(kim):
    promotion()
    with pytest.raises(AlreadyDone):
        promotion(percent=30)
