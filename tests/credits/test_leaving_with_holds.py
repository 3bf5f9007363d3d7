"""Leaving while credits are held: what is under way is still used, what is left goes with the rest (upstage/3.5.1)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.models import Member, User
from accounts.services import leaving, rejoining, separation
from credits import queries
from credits.errors import HoldEnded
from credits.models import Account, Hold, Lot
from credits.services import expiry, holds, voiding
from tests.credits import make
from tests.credits.books import findings
from tests.credits.test_voiding import LAST_DAY, NEXT_DAY, kinds
from upstage_console.kernel.calendars import day_end

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/3.5.1")]

ENDED = day_end(LAST_DAY)


@pytest.fixture(autouse=True)
def books_that_add_up(db):
    yield
    assert findings() == []


def who_left_with(*held: str, lasts: timedelta = timedelta(days=90)) -> tuple[Member, list[Hold]]:
    """100 free and 50 paid credits, some of them held when the member leaves."""
    holder = make.member()
    make.granted(holder, "100")
    make.bought(holder, "50")
    placed = [make.held(holder, amount, lasts=lasts).hold for amount in held]
    leaving.withdraw(holder.pk, by=holder.user, at=make.NOON)
    return holder, placed


def test_what_is_under_way_is_captured_after_leaving():
    holder, (hold,) = who_left_with("120")
    assert make.captured(hold, "110", at=make.later(hours=1)).taken == 110
    now = queries.balance(holder.pk, make.later(hours=1))
    assert (now.total, now.held, now.available) == (40, 0, 40)


def test_what_is_held_when_the_window_ends_is_void_with_the_rest():
    holder, placed = who_left_with("120", "10")
    assert voiding.void_left(at=NEXT_DAY) == 1
    assert kinds(holder)[2:] == [("void", Decimal(-100), ENDED), ("void", Decimal(-50), ENDED)]
    assert set(Hold.objects.values_list("state", "ended_at")) == {("void", ENDED)}
    assert set(Lot.objects.values_list("remaining", "held")) == {(0, 0)}
    assert (Account.objects.get().held, queries.balance(holder.pk, NEXT_DAY).total) == (0, 0)
    for hold in placed:
        with pytest.raises(HoldEnded):
            make.captured(hold, "1", at=NEXT_DAY)
        with pytest.raises(HoldEnded):
            holds.release(hold_id=hold.public_id, at=NEXT_DAY, by=None)
    assert voiding.void_left(at=NEXT_DAY) == 0


def test_hold_over_before_the_window_ended_at_its_own_time():
    holder, _ = who_left_with("120", lasts=timedelta(days=3))
    voiding.void_left(at=NEXT_DAY)
    assert list(Hold.objects.values_list("state", "ended_at")) == [("expired", make.later(days=3))]
    assert kinds(holder)[2:] == [("void", Decimal(-100), ENDED), ("void", Decimal(-50), ENDED)]
    assert holds.expire(at=NEXT_DAY) == 0


def test_held_of_a_lot_that_expires_in_the_window_is_gone_when_the_hold_ends():
    """What nobody held expired in time; what was held goes with its hold, when the window ends."""
    holder = make.member()
    make.granted(holder, "40", date(2026, 3, 1))
    hold = make.held(holder, "15", lasts=timedelta(days=90)).hold
    leaving.withdraw(holder.pk, by=holder.user, at=make.NOON)
    expiry.post_expired(at=NEXT_DAY)
    voiding.void_left(at=NEXT_DAY)
    assert kinds(holder)[1] == ("expiry", Decimal(-25), day_end(date(2026, 3, 1)))
    (last,) = kinds(holder)[2:]
    assert last[1:] == (Decimal(-15), ENDED)
    hold.refresh_from_db()
    assert (hold.state, queries.balance(holder.pk, NEXT_DAY).total) == ("void", 0)


def test_who_came_back_has_the_hold_and_the_credits(amy: User):
    holder, (hold,) = who_left_with("120")
    rejoining.ask(holder.pk, by=holder.user, at=make.later(days=1))
    rejoining.approve(holder.pk, by=amy, at=make.later(days=2))
    voiding.void_left(at=NEXT_DAY)
    now = queries.balance(holder.pk, NEXT_DAY)
    assert (now.total, now.held, now.available) == (150, 120, 30)
    holds.release(hold_id=hold.public_id, at=NEXT_DAY, by=None)
    assert queries.balance(holder.pk, NEXT_DAY).available == 150


def test_data_is_separated_and_the_ledger_stays():
    holder, _ = who_left_with("120")
    voiding.void_left(at=NEXT_DAY)
    assert separation.separate_due(at=NEXT_DAY) == 1
    holder.refresh_from_db()
    assert holder.separated_at == NEXT_DAY
    assert Hold.objects.filter(member=holder).count() == 1
