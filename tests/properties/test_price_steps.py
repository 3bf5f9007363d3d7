"""Steps of a price under whatever uses come: single charges together are the rating of the total (upstage/18.1)."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.models import UsageEvent, UsageSteps
from billing.rules import steps
from tests.billing import make
from tests.billing.test_steps import stepped

pytestmark = [pytest.mark.clause("upstage/18.1"), pytest.mark.clause("upstage/17.1")]

MILLIONTH = Decimal("0.000001")
prices = st.decimals(0, 1000, places=6)
quantities = st.decimals(MILLIONTH, 500, places=6)


@st.composite
def whole_steps(draw):
    """Where steps begin and what each costs."""
    widths = draw(st.lists(st.decimals(MILLIONTH, 300, places=6), min_size=1, max_size=4))
    starts = [sum(widths[:number], Decimal(0)) for number in range(len(widths) + 1)]
    return starts, draw(st.lists(prices, min_size=len(starts), max_size=len(starts)))


def charged(starts, each, uses, per):
    """The uses one after the other: what each costs, and what is used of each step in the end."""
    there, amounts = [Decimal(0)] * len(starts), []
    for quantity in uses:
        places = steps.fill(starts, there, quantity)
        there = [one + more for one, more in zip(there, places, strict=True)]
        amounts.append(steps.cost(each, places, per))
    return amounts, there


@given(whole_steps(), st.lists(quantities, min_size=1, max_size=12), st.integers(1, 1000))
def test_single_charges_are_the_rating_of_the_total(found, uses, per):
    starts, each = found
    amounts, there = charged(starts, each, uses, per)
    whole = steps.cost(each, steps.fill(starts, [Decimal(0)] * len(starts), sum(uses)), per)
    assert sum(there) == sum(uses)
    assert 0 <= whole - sum(amounts) < len(uses) * MILLIONTH


@given(whole_steps(), st.lists(quantities, min_size=1, max_size=8), st.randoms())
def test_the_order_changes_no_total(found, uses, random):
    starts, each = found
    shuffled = random.sample(uses, len(uses))
    assert charged(starts, each, uses, 1)[1] == charged(starts, each, shuffled, 1)[1]


@given(whole_steps(), st.lists(quantities, min_size=2, max_size=8), st.decimals(0, 1, places=3))
def test_nobody_pays_more_after_a_correction_than_if_it_had_been_reported_right(found, uses, share):
    starts, each = found
    there, places = [Decimal(0)] * len(starts), []
    for quantity in uses:
        places.append(steps.fill(starts, there, quantity))
        there = [one + more for one, more in zip(there, places[-1], strict=True)]
    kept = (uses[0] * share).quantize(MILLIONTH)
    places[0] = steps.keep(each, places[0], kept)
    used_now = [sum(column) for column in zip(*places, strict=True)]
    room = tuple(width - one for width, one in zip(steps.widths(starts), used_now, strict=True))
    for number in range(len(places) - 1, 0, -1):
        places[number], room = steps.refill(each, places[number], room)
    right = steps.fill(starts, [Decimal(0)] * len(starts), kept + sum(uses[1:]))
    pays = sum(price * quantity for one in places for price, quantity in zip(each, one, strict=True))
    assert sum(sum(one) for one in places) == kept + sum(uses[1:])
    assert pays <= sum(price * quantity for price, quantity in zip(each, right, strict=True))


@pytest.mark.django_db
@settings(max_examples=15, deadline=None)
@given(whole_steps(), st.lists(quantities, min_size=1, max_size=5))
def test_database_rates_as_the_rules_do(found, uses):
    starts, each = found
    meter = make.meter_row("ocr", f"page{UsageEvent.objects.count()}-{UsageSteps.objects.count()}")
    price = stepped(str(each[0]), *((start, str(one)) for start, one in zip(starts[1:], each[1:], strict=True)),
                    meter=meter)  # fmt: skip
    holder = make.member(postpaid=True)
    make.taken(*(make.event(holder, str(number), meter=meter.code, quantity=str(quantity))
                 for number, quantity in enumerate(uses)))  # fmt: skip
    rows = UsageEvent.objects.filter(price=price).order_by("event_id")
    amounts, there = charged(starts, each, uses, 1)
    assert [row.amount for row in rows] == amounts
    assert UsageSteps.objects.get(listed=price).quantities == there
