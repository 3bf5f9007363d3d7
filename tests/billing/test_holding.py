"""Holds as billing places them: standing, price, limits; and what is captured is a use like any other."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from accounts.enums import RestrictionKind
from accounts.errors import NotActive, Restricted
from accounts.models import Member
from accounts.rules.keys import MEMBER_SCOPES
from accounts.services import keys
from billing.errors import BadQuantity, HoldTooLong, NoSuchPrice, NothingToHold
from billing.models import Charge, HeldUse, UsageDay, UsageEvent, UsageHour
from billing.queries import holds as queries
from billing.services import charging, holding
from billing.services.rating import Use
from credits import queries as credit_queries
from credits.errors import HoldExceeded, InsufficientCredits
from credits.models import Hold
from credits.services import books
from tests.accounts.restricting import restricted
from tests.billing import make
from upstage_console.kernel.errors import AlreadyDone, NotFound
from upstage_console.kernel.money import Money

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/15.3")]
PAGES = Use("ocr", "page", Decimal(10))


@pytest.fixture
def kim():
    make.price("12")
    holder = make.member()
    make.granted(holder, "1000")
    return holder


def placed(holder, use=PAGES, at=make.NOON, **more):
    more.setdefault("expires_in", None)
    return holding.place(member_id=holder.pk, use=use, by=None, at=at, **more)


def amount(text, key=None):
    return Use.of_amount(Decimal(text), key)


def captured(hold, at=make.NOON, **used):
    return holding.capture(hold=hold.public_id, by=None, at=at, **used)


def released(hold, at=make.NOON):
    return holding.release(hold=hold.public_id, by=None, at=at)


def left(holder, at=make.NOON):
    now = credit_queries.balance(holder.pk, at)
    return now.total, now.held, now.available


def test_quantity_is_held_at_the_price_of_now(kim):
    done = placed(kim)
    assert (done.hold.amount, done.hold.expires_at) == (120, make.later(minutes=15))
    assert (done.credits.total, done.credits.held, done.credits.available) == (1000, 120, 880)
    assert (done.hold.use.meter.code, done.hold.use.quantity) == ("page", 10)
    assert not Charge.objects.exists()


def test_it_lasts_as_long_as_asked(kim):
    assert placed(kim, expires_in=timedelta(seconds=1)).hold.expires_at == make.later(seconds=1)
    assert placed(kim, expires_in=timedelta(days=7)).hold.expires_at == make.later(days=7)


@pytest.mark.parametrize("seconds", [0, -1, 7 * 86_400 + 1])
def test_it_lasts_neither_for_ever_nor_not_at_all(kim, seconds):
    with pytest.raises(HoldTooLong):
        placed(kim, expires_in=timedelta(seconds=seconds))
    assert left(kim) == (1000, 0, 1000)


def test_settings_bound_it(kim, settings):
    settings.HOLD_SECONDS, settings.HOLD_SECONDS_MOST = 60, 120
    assert placed(kim).hold.expires_at == make.later(seconds=60)
    with pytest.raises(HoldTooLong):
        placed(kim, expires_in=timedelta(seconds=121))


def test_more_than_is_available_is_refused(kim):
    placed(kim)
    with pytest.raises(InsufficientCredits) as refused:
        placed(kim, amount("880.000001"))
    assert refused.value.facts == {
        "available": Money(Decimal(880), "KRW"),
        "amount": Money(Decimal("880.000001"), "KRW"),
    }
    assert (Hold.objects.count(), HeldUse.objects.count()) == (1, 1)
    placed(kim, amount("880"))


def test_usage_that_is_not_settled_counts(kim):
    make.unsettled(make.event(kim, quantity="50"))
    assert left(kim) == (1000, 0, 400)
    with pytest.raises(InsufficientCredits) as refused:
        placed(kim, amount("400.5"))
    assert refused.value.facts["available"].amount == 400
    assert placed(kim, amount("400")).credits.available == 0


@pytest.mark.clause("upstage/17.1")
def test_postpaid_member_holds_what_is_there(kim):
    make.give_card(kim, postpaid=True)
    hold = placed(kim, amount("1500")).hold
    assert (hold.amount, hold.reserved) == (1500, 1000)
    done = captured(hold, use=amount("1200"))
    assert (done.charge.burned, done.charge.owed, left(kim)) == (1000, 200, (0, 0, 0))
    assert books.findings() == []


def test_same_key_holds_once(kim):
    one, other = placed(kim, key="k"), placed(kim, key="k")
    assert one.hold == other.hold
    assert left(kim) == (1000, 120, 880)


@pytest.mark.parametrize("quantity", ["0", "-1", "1000000001"])
def test_quantity_that_cannot_be_held(kim, quantity):
    with pytest.raises(BadQuantity):
        placed(kim, Use("ocr", "page", Decimal(quantity)))


def test_what_costs_nothing_is_not_held(kim):
    make.price("0", meter="free")
    with pytest.raises(NothingToHold):
        placed(kim, Use("ocr", "free", Decimal(1)))


def test_unknown_things(kim):
    with pytest.raises(NoSuchPrice):
        placed(kim, Use("ocr", "word", Decimal(1)))
    for who in ("mem_x", "mem_" + "0" * 32, 0):
        with pytest.raises(NotFound):
            holding.place(member_id=who, use=PAGES, expires_in=None, by=None, at=make.NOON)
    for key in ("key_x", "key_" + "0" * 32):
        with pytest.raises(NotFound):
            placed(kim, amount("1", key))


@pytest.mark.clause("upstage/11.3")
def test_restricted_member_holds_nothing_new_but_what_is_held_can_be_used(kim):
    scan, other = placed(kim).hold, placed(kim).hold
    restricted(kim, RestrictionKind.SUSPENSION, at=make.NOON)
    with pytest.raises(Restricted) as refused:
        placed(kim)
    assert refused.value.clauses
    assert captured(scan, quantity=Decimal(4)).charge.amount == 48
    assert released(other).credits.held == 0
    assert left(kim) == (952, 0, 952)


def test_member_who_left_holds_nothing(kim):
    Member.objects.filter(pk=kim.pk).update(status="withdrawn", withdrawn_at=make.NOON)
    with pytest.raises(NotActive):
        placed(kim)


@pytest.mark.clause("upstage/2.7")
def test_what_is_captured_is_a_use_like_any_other(kim):
    hold, at = placed(kim).hold, make.later(minutes=5)
    done = captured(hold, quantity=Decimal("7.5"), at=at)
    assert (done.held.hold.state, done.held.hold.captured, done.charge.burned) == ("captured", 90, 90)
    assert left(kim) == (910, 0, 910)
    event, charge = UsageEvent.objects.get(), Charge.objects.get()
    assert (event.occurred_at, event.quantity, event.amount, charge.at) == (at, Decimal("7.5"), 90, at)
    for total in (UsageDay.objects.get(), UsageHour.objects.get()):
        assert (total.events, total.quantity, total.amount) == (1, Decimal("7.5"), 90)
    paid = credit_queries.entries_of_charge(kim.pk, credit_queries.hold(kim.pk, hold.public_id).charge)
    assert [-entry.amount for entry in paid] == [90]
    assert books.findings() == []


def test_it_costs_the_price_of_its_own_time(kim):
    make.price("20", since=date(2026, 2, 11))
    hold = placed(kim, expires_in=timedelta(days=2)).hold
    with pytest.raises(HoldExceeded) as refused:
        captured(hold, quantity=Decimal(7), at=make.later(days=1))
    assert refused.value.facts == {"held": Money(Decimal(120), "KRW"), "amount": Money(Decimal(140), "KRW")}
    assert captured(hold, quantity=Decimal(6), at=make.later(days=1)).charge.amount == 120


def test_amount_of_a_hold_by_quantity_and_a_quantity_of_a_hold_by_amount(kim):
    by_quantity, by_amount = placed(kim).hold, placed(kim, amount("50")).hold
    assert captured(by_quantity, use=amount("33.25")).charge.amount == Decimal("33.25")
    assert captured(by_amount, use=Use("ocr", "page", Decimal(4))).charge.meter.code == "page"
    with pytest.raises(HoldExceeded):
        captured(placed(kim, amount("50")).hold, use=Use("ocr", "page", Decimal(5)))


def test_refused_capture_leaves_everything_as_it_was(kim):
    hold = placed(kim).hold
    with pytest.raises(HoldExceeded):
        captured(hold, quantity=Decimal("10.000001"))
    assert left(kim) == (1000, 120, 880)
    assert not UsageEvent.objects.exists()
    assert not Charge.objects.exists()
    assert captured(hold, quantity=Decimal(10)).charge.amount == 120


def test_hold_ends_once(kim):
    used, freed = placed(kim).hold, placed(kim).hold
    captured(used, quantity=Decimal(1))
    released(freed)
    for hold in (used, freed):
        with pytest.raises(AlreadyDone):
            captured(hold, quantity=Decimal(1))
        with pytest.raises(AlreadyDone):
            released(hold)
    assert left(kim) == (988, 0, 988)


def test_past_its_expiry_it_is_over_whatever_jobs_have_run(kim):
    hold, late = placed(kim).hold, make.later(minutes=15)
    assert left(kim, late) == (1000, 0, 1000)
    shown = credit_queries.as_it_is(hold, late)
    assert (shown.state, shown.held, shown.ended_at) == ("expired", 0, late)
    with pytest.raises(AlreadyDone):
        captured(hold, quantity=Decimal(1), at=late)
    charging.charge(member_id=kim.pk, use=amount("1000"), by=None, at=late)
    assert left(kim, late) == (0, 0, 0)


@pytest.mark.clause("upstage/15.4")
def test_hold_keeps_credits_that_expire_meanwhile(kim):
    lee = make.member()
    make.granted(lee, "100", until=date(2026, 2, 10))
    later = make.later(hours=13)
    used = placed(lee, amount("60"), expires_in=timedelta(days=1)).hold
    freed = placed(lee, amount("40"), expires_in=timedelta(days=1)).hold
    assert left(lee, later) == (100, 100, 0)
    assert captured(used, use=amount("50"), at=later).charge.burned == 50
    assert left(lee, later) == (40, 40, 0)
    assert released(freed, later).credits.total == 0
    assert books.findings() == []


def test_key_of_the_hold_is_the_key_of_the_use(kim):
    key, _secret = keys.issue(member_id=kim.pk, name="k", scopes=MEMBER_SCOPES, by=kim.user, at=make.NOON)
    hold = placed(kim, Use("ocr", "page", Decimal(1), key.public_id)).hold
    captured(hold, quantity=Decimal(1))
    assert UsageEvent.objects.get().api_key == key


def test_lists(kim):
    first, second = placed(kim).hold, placed(kim, expires_in=timedelta(seconds=5)).hold
    released(placed(kim).hold)
    assert list(credit_queries.open_holds(kim.pk, make.NOON)) == [second, first]
    assert list(queries.live_holds(kim.pk, make.later(seconds=5), live=True)) == [first]
    with pytest.raises(NotFound):
        queries.hold(make.member().pk, first.public_id)


def test_everything_in_few_statements(kim, django_assert_max_num_queries):
    placed(kim)
    with django_assert_max_num_queries(12):
        hold = placed(kim).hold
    with django_assert_max_num_queries(16):
        captured(hold, quantity=Decimal(1))
