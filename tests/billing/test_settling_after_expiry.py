"""What was used before a lot ended is paid by that lot, in whichever order the jobs of the night run (upstage/15.4)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.models import Charge
from billing.services import settlement
from credits import queries
from credits.models import Entry
from credits.services import expiry
from tests.billing import make
from upstage_console.kernel.calendars import day_end

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15.4"), pytest.mark.clause("upstage/15.3")]

TODAY = date(2026, 2, 10)
MIDNIGHT = day_end(TODAY)


@pytest.fixture
def kim():
    """20 credits end tonight, 50 later; 12 are used a minute before midnight."""
    holder = make.member()
    make.price("12")
    make.granted(holder, "20", until=TODAY)
    make.granted(holder, "50", until=TODAY + timedelta(days=30))
    at = MIDNIGHT - timedelta(minutes=1)
    make.unsettled(make.event(holder, at=at.isoformat()), at=at)
    return holder


def test_expiry_waits_for_what_is_not_settled(kim):
    night = MIDNIGHT + timedelta(minutes=5)
    assert queries.balance(kim.pk, night).available == 38
    assert expiry.post_expired(at=night) == 0
    settlement.settle(at=night + timedelta(minutes=1))
    assert expiry.post_expired(at=night + timedelta(days=1)) == 1
    moved = Entry.objects.filter(member=kim).exclude(kind="grant").order_by("sequence")
    assert list(moved.values_list("kind", "amount", "lot__expires_on")) == [
        ("use", Decimal(-12), TODAY), ("expiry", Decimal(-8), TODAY),
    ]  # fmt: skip
    assert queries.balance(kim.pk, night).available == 50


def test_settling_first_comes_to_the_same(kim):
    night = MIDNIGHT + timedelta(minutes=5)
    settlement.settle(at=night)
    assert expiry.post_expired(at=night) == 1
    assert (Charge.objects.get().burned, queries.balance(kim.pk, night).available) == (12, 50)
