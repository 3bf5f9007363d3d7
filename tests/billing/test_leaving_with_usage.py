"""Leaving while usage is not settled: it is settled and paid as ever, and the data waits for it (upstage/21.1)."""

from datetime import timedelta

import pytest

from accounts.services import leaving, separation
from billing.models import Charge
from billing.services import settlement
from credits import queries
from credits.services import voiding
from tests.billing import make
from upstage_console.kernel.calendars import day_end

pytestmark = pytest.mark.django_db


@pytest.fixture
def kim():
    """30 credits, 12 of them used and not settled when the member leaves."""
    holder = make.member()
    make.price("12")
    make.granted(holder, "30")
    make.unsettled(make.event(holder))
    leaving.withdraw(holder.pk, by=holder.user, at=make.NOON)
    return holder


def after_the_window(holder):
    return day_end(holder.departures.get().kept_until) + timedelta(minutes=15)


@pytest.mark.clause("upstage/2.7")
def test_usage_of_before_is_settled_after_leaving(kim):
    assert settlement.settle(at=make.later(minutes=1)) == 1
    assert (Charge.objects.get().burned, queries.balance(kim.pk, make.later(minutes=1)).available) == (12, 18)
    at = after_the_window(kim)
    voiding.void_left(at=at)
    assert queries.balance(kim.pk, at).total == 0
    assert separation.separate_due(at=at) == 1


@pytest.mark.clause("upstage/21.1")
def test_data_waits_for_what_is_not_settled(kim):
    at = after_the_window(kim)
    assert separation.separate_due(at=at) == 0
    settlement.settle(at=at)
    assert separation.separate_due(at=at) == 1
