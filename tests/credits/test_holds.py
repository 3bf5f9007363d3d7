"""Holding credits, capturing and releasing them (upstage/15.3; rules.md, section 4)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from credits import queries
from credits.errors import HoldExceeded, InsufficientCredits, KeyTaken
from credits.models import Debt, Entry, Hold, Lot
from credits.services import expiry, holds
from tests.credits import make
from tests.credits.books import findings
from upstage_console.kernel.db import new_id
from upstage_console.kernel.errors import AlreadyDone, InvalidAmount, InvalidDates, NotFound
from upstage_console.kernel.money import Money

pytestmark = pytest.mark.django_db

LAST = date(2026, 2, 11)
MIDNIGHT = make.NOON.replace(hour=0) + timedelta(days=2)  # 24:00 of the last day


@pytest.fixture
def kim():
    return make.member()


def figures(told):
    return told.held, told.balance, told.available


def of_lots(told):
    return [(part.lot, part.amount) for part in told.allocations]


def kinds(holder):
    return [(entry.kind, entry.amount) for entry in queries.entries(holder.pk).order_by("sequence")]


@pytest.mark.clause("upstage/15.3")
def test_hold_capture_and_release(kim):
    make.granted(kim, "9900")
    job = make.held(kim, "6100")
    assert figures(job) == (6100, 9900, 3800)
    (refused,) = make.burned(kim, "3801")
    assert refused.refused
    spare = make.held(kim, "2350")
    assert figures(spare) == (8450, 9900, 1450)
    captured = make.captured(job.hold, "4300")
    assert (captured.taken, captured.owed, captured.balance, captured.available) == (4300, 0, 5600, 3250)
    released = holds.release(hold_id=spare.hold.public_id, at=make.NOON, by=None)
    assert figures(released) == (0, 5600, 5600)
    assert findings() == []


def test_place_answers_with_the_row_that_is_stored(kim):
    make.granted(kim, "10")
    told = holds.place(
        member_id=kim.pk, amount=Decimal("2.5"), expires_at=make.later(hours=1), by=kim.user, at=make.NOON, note="a job"
    )
    stored = Hold.objects.get()
    names = [field.attname for field in Hold._meta.concrete_fields]
    assert [getattr(told.hold, name) for name in names] == [getattr(stored, name) for name in names]
    assert (stored.by, stored.note, stored.state) == (kim.user, "a job", "open")


@pytest.mark.clause("upstage/15.3")
def test_place_reserves_in_burn_order(kim):
    paid, late, early = make.bought(kim, "5"), make.granted(kim, "5", date(2026, 12, 31)), make.granted(kim, "5", LAST)
    hold = make.held(kim, "12").hold
    assert [(one.lot, one.amount) for one in queries.reservations_of(hold)] == [(early, 5), (late, 5), (paid, 2)]
    assert queries.next_to_burn(kim.pk, make.NOON).lot == paid


@pytest.mark.parametrize("amount", ["0", "-1", "0.0000001"])
def test_place_impossible_amount(kim, amount):
    make.granted(kim, "10")
    with pytest.raises(InvalidAmount):
        make.held(kim, amount)
    assert not Hold.objects.exists()


def test_place_that_would_be_over(kim):
    make.granted(kim, "10")
    with pytest.raises(InvalidDates):
        make.held(kim, "1", lasts=timedelta(0))


def test_place_more_than_is_there_is_refused(kim):
    make.granted(kim, "10")
    make.held(kim, "4")
    with pytest.raises(InsufficientCredits) as refusal:
        make.held(kim, "6.000001")
    assert refusal.value.facts == {"available": Money(Decimal(6), "KRW"), "amount": Money(Decimal("6.000001"), "KRW")}
    assert Hold.objects.count() == 1
    assert findings() == []


def test_place_leaves_what_is_claimed(kim):
    make.granted(kim, "10")
    with pytest.raises(InsufficientCredits):
        make.held(kim, "4", claimed=Decimal("6.5"))
    assert figures(make.held(kim, "3.5", claimed=Decimal("6.5"))) == (3.5, 10, 6.5)


def test_place_without_an_account(kim):
    with pytest.raises(InsufficientCredits):
        make.held(kim, "1")
    assert make.held(kim, "1", may_owe=True).hold.reserved == 0


def test_same_key_holds_once(kim):
    make.granted(kim, "10")
    first, again = make.held(kim, "4", key="job-1"), make.held(kim, "4", key="job-1")
    assert (again.hold, again.held) == (first.hold, 4)
    with pytest.raises(KeyTaken):
        make.held(kim, "5", key="job-1")
    assert figures(make.held(make.poor(), "1", key="job-1", may_owe=True))[0] == 0


def test_burn_passes_over_what_is_held(kim):
    early, late = make.granted(kim, "5", LAST), make.granted(kim, "5")
    make.held(kim, "4")
    (answer,) = make.burned(kim, "3")
    assert of_lots(answer) == [(early.public_id, 1), (late.public_id, 2)]
    assert (answer.balance, answer.available) == (7, 3)
    answers = make.burned(kim, "4", "2", may_owe=True)
    assert [(one.taken, one.owed, one.balance, one.available) for one in answers] == [(3, 1, 4, 0), (0, 2, 4, 0)]
    assert findings() == []


def test_lot_that_is_held_whole_pays_nothing(kim):
    held, free = make.granted(kim, "5", LAST), make.granted(kim, "5")
    make.held(kim, "5")
    assert [of_lots(one) for one in make.burned(kim, "2", "2")] == [[(free.public_id, 2)]] * 2
    assert Lot.objects.get(pk=held.pk).remaining == 5


def test_capture_takes_the_lots_of_its_hold(kim):
    early, late = make.granted(kim, "5", LAST), make.granted(kim, "5")
    first, second = make.held(kim, "4").hold, make.held(kim, "3").hold
    assert of_lots(make.captured(second, "2")) == [(early.public_id, 1), (late.public_id, 1)]
    assert of_lots(make.captured(first, "1")) == [(early.public_id, 1)]
    assert queries.balance(kim.pk, make.NOON).available == 7
    assert findings() == []


def test_capture_more_than_the_hold_is_refused(kim):
    make.granted(kim, "10")
    hold = make.held(kim, "4").hold
    with pytest.raises(HoldExceeded):
        make.captured(hold, "4.000001")
    assert Hold.objects.get().state == "open"
    assert queries.balance(kim.pk, make.NOON) == queries.Balance(Decimal(0), Decimal(10), held=Decimal(4))


def test_capture_of_nothing_frees_all(kim):
    make.granted(kim, "10")
    told = make.captured(make.held(kim, "4").hold, "0")
    assert (told.taken, told.allocations, told.available) == (0, (), 10)
    assert findings() == []


def test_ended_hold_is_not_captured_or_released_again(kim):
    make.granted(kim, "10")
    captured, released, over = make.held(kim, "1").hold, make.held(kim, "1").hold, make.held(kim, "1").hold
    make.captured(captured, "1")
    holds.release(hold_id=released.public_id, at=make.NOON, by=None)
    later = over.expires_at
    for hold in (captured, released, over):
        with pytest.raises(AlreadyDone):
            make.captured(hold, "1", at=later)
        with pytest.raises(AlreadyDone):
            holds.release(hold_id=hold.public_id, at=later, by=None)
    assert queries.balance(kim.pk, later).available == 9
    assert findings() == []


@pytest.mark.parametrize("name", ["hold_00000000000000000000000000000000", "nonsense"])
def test_no_such_hold(kim, name):
    with pytest.raises(NotFound):
        holds.release(hold_id=name, at=make.NOON, by=None)
    with pytest.raises(NotFound):
        holds.capture(hold_id=name, charge=make.charge(kim, "1"), at=make.NOON, by=None)


def test_hold_of_a_stranger_is_not_found(kim):
    make.granted(kim, "10")
    hold, lee = make.held(kim, "4").hold, make.member()
    with pytest.raises(NotFound):
        holds.capture(hold_id=hold.public_id, charge=make.charge(lee, "1"), at=make.NOON, by=None)
    with pytest.raises(NotFound):
        queries.hold(lee.pk, hold.public_id)


@pytest.mark.parametrize("job_runs", [False, True])
def test_hold_past_its_expiry_holds_nothing(kim, job_runs):
    make.granted(kim, "10")
    hold = make.held(kim, "8").hold
    over = hold.expires_at
    assert queries.balance(kim.pk, over - timedelta(microseconds=1)).available == 2
    assert queries.balance(kim.pk, over).available == 10
    if job_runs:
        assert [holds.expire(at=over), holds.expire(at=over)] == [1, 0]
    (answer,) = make.burned(kim, "9", at=over + timedelta(hours=1))
    assert (answer.refused, answer.available, answer.balance) == (False, 1, 1)
    hold.refresh_from_db()
    assert (hold.state, hold.ended_at, Lot.objects.get().held) == ("expired", over, 0)
    assert findings() == []


def test_expire_goes_through_all_members_in_batches(monkeypatch):
    monkeypatch.setattr(holds, "MEMBERS_AT_A_TIME", 2)
    for holder in [make.member() for _ in range(5)]:
        make.granted(holder, "10")
        make.held(holder, "3")
    assert holds.expire(at=make.later(days=10)) == 5
    assert findings() == []


@pytest.mark.clause("upstage/15.4")
def test_what_is_held_of_an_expired_lot_can_be_captured(kim):
    lot = make.granted(kim, "10", LAST)
    hold = make.held(kim, "6", lasts=timedelta(days=9)).hold
    assert expiry.post_expired(at=MIDNIGHT) == 1
    assert queries.balance(kim.pk, MIDNIGHT) == queries.Balance(Decimal(0), Decimal(6), held=Decimal(6))
    told = make.captured(hold, "4", at=MIDNIGHT + timedelta(hours=1))
    assert (of_lots(told), told.balance, told.available) == ([(lot.public_id, 4)], 0, 0)
    assert kinds(kim) == [("grant", 10), ("expiry", -4), ("use", -4), ("expiry", -2)]
    assert findings() == []


@pytest.mark.clause("upstage/15.4")
@pytest.mark.parametrize("posted", [False, True])
def test_what_is_held_of_an_expired_lot_is_gone_when_released(kim, posted):
    make.granted(kim, "10", LAST)
    hold = make.held(kim, "6", lasts=timedelta(days=9)).hold
    if posted:
        expiry.post_expired(at=MIDNIGHT)
    freed_at = MIDNIGHT + timedelta(days=1)
    told = holds.release(hold_id=hold.public_id, at=freed_at, by=None)
    assert figures(told) == (0, 0, 0)
    expiry.post_expired(at=freed_at)
    expired = Entry.objects.filter(kind="expiry").order_by("at").values_list("amount", "at")
    assert list(expired) == [(-4, MIDNIGHT), (-6, freed_at)]
    assert findings() == []


def test_hold_and_its_lot_over_on_one_day(kim):
    make.granted(kim, "10", LAST)
    hold = make.held(kim, "6", lasts=timedelta(days=9)).hold
    assert expiry.post_expired(at=make.later(days=30)) == 1  # what was free; what the hold had reserved went with it
    assert list(Entry.objects.filter(kind="expiry").values_list("amount", "at").order_by("at")) == [
        (-4, MIDNIGHT), (-6, hold.expires_at),
    ]  # fmt: skip
    assert findings() == []


def test_hold_on_credit_reserves_what_is_there_and_owes_the_rest(kim):
    make.granted(kim, "10")
    told = make.held(kim, "25", may_owe=True)
    assert (told.hold.reserved, *figures(told)) == (10, 10, 10, 0)
    new = make.granted(kim, "3")
    captured = make.captured(told.hold, "20")
    assert (captured.taken, captured.owed, captured.balance) == (13, 7, 0)
    assert of_lots(captured)[1] == (new.public_id, 3)
    assert list(Debt.objects.values_list("charge", "amount")) == [(captured.charge_id, 7)]
    assert findings() == []


def test_charge_captures_once(kim):
    make.granted(kim, "10")
    charge = make.charge(kim, "1")
    holds.capture(hold_id=make.held(kim, "4").hold.public_id, charge=charge, at=make.NOON, by=None)
    assert Hold.objects.get().charge == charge.id
    assert charge.id != new_id()


@pytest.mark.parametrize("count", [1, 3])
def test_placing_capturing_and_releasing_take_the_same_queries(kim, django_assert_num_queries, count):
    for _ in range(count):
        make.granted(kim, "10")
    with django_assert_num_queries(1):
        first = make.held(kim, str(9 * count)).hold
    with django_assert_num_queries(1):
        make.captured(first, str(8 * count))
    second = make.held(kim, "1").hold
    with django_assert_num_queries(2):
        holds.release(hold_id=second.public_id, at=make.NOON, by=None)
