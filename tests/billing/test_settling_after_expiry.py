"""What was used before a lot ended is paid by that lot, in whichever order the jobs of the night run (upstage/15.4)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from billing.models import Charge
from billing.services import holding, settlement
from billing.services.rating import Use
from credits import queries
from credits.models import Entry
from credits.services import correcting, expiry, holds
from tests.billing import make
from tests.credits.make import burned, captured, held
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


def release(hold, charge, at):
    holds.release(hold_id=hold.public_id, at=at, by=None)


def capture(hold, charge, at):
    captured(hold, "2", at=at)


def correct(hold, charge, at):
    correcting.correct(
        charge_id=charge.charge_id, member_id=charge.member_id, amount=Decimal(1), reason="r", by=None, at=at
    )  # fmt: skip


def let_go(hold, charge, at):
    holds.expire(at=at + timedelta(minutes=2))


@pytest.mark.parametrize("verb", [release, capture, correct, let_go])
def test_what_moves_a_lot_that_is_over_leaves_the_rest_to_what_is_not_settled(verb):
    """What a hold frees, or a correction restores, of it is gone; the 12 used before still find theirs there."""
    kim = make.member()
    make.price("12")
    make.granted(kim, "20", until=TODAY)
    make.granted(kim, "50", until=TODAY + timedelta(days=30))
    charge = burned(kim, "1", at=MIDNIGHT - timedelta(hours=2))[0]
    hold = held(kim, "5", at=MIDNIGHT - timedelta(hours=1), lasts=timedelta(minutes=61)).hold
    used_at = MIDNIGHT - timedelta(minutes=1)
    make.unsettled(make.event(kim, at=used_at.isoformat()), at=used_at)
    verb(hold, charge, MIDNIGHT + timedelta(seconds=30))
    night = MIDNIGHT + timedelta(minutes=3)
    settlement.settle(at=night)
    assert queries.balance(kim.pk, night).available == 50
    assert Entry.objects.filter(member=kim, kind="use", amount=-12).get().lot.expires_on == TODAY


def test_a_hold_that_is_over_meanwhile_leaves_what_it_reserved_to_use_of_the_day_before():
    """It ended half a minute after midnight; what it had kept from the evening is free when that is settled."""
    holder = make.member()
    make.price("12")
    make.granted(holder, "100")
    evening, night = MIDNIGHT - timedelta(minutes=1), MIDNIGHT + timedelta(minutes=2)
    brief = timedelta(seconds=90)
    holding.place(member_id=holder.pk, use=Use.of_amount(Decimal(95)), expires_in=brief, by=None, at=evening)
    make.unsettled(make.event(holder, at=evening.isoformat()), at=evening)
    assert queries.balance(holder.pk, night).available == 88
    settlement.settle(at=night)
    assert (Charge.objects.get().owed, queries.balance(holder.pk, night).available) == (0, 88)


def test_use_a_moment_ahead_of_our_clock_is_burned_now_and_ends_no_hold():
    """A gateway's clock is past midnight already: nothing in the ledger happens later than now."""
    holder = make.member()
    make.price("12")
    make.granted(holder, "100")
    evening = MIDNIGHT - timedelta(minutes=1)
    brief = timedelta(seconds=90)
    kept = holding.place(member_id=holder.pk, use=Use.of_amount(Decimal(50)), expires_in=brief, by=None, at=evening)
    make.taken(make.event(holder, at=(MIDNIGHT + timedelta(minutes=3)).isoformat()), at=evening)
    assert Entry.objects.get(kind="use").at == evening
    assert holding.release(hold=kept.hold.public_id, by=None, at=MIDNIGHT).credits.available == 88
