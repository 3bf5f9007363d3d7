"""Corrections at a price with steps: nobody pays more than if it had been reported right (upstage/18.1, 20.3)."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from billing.models import Charge, UsageCorrection, UsageEvent
from billing.queries.calls import calls
from billing.services import closing, correcting, fee_objections
from billing.services.correcting import Use
from tests.billing import make
from tests.billing.test_steps import counted, reported, scope, stepped, used
from upstage_console.kernel.clock import KST

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/18.1"), pytest.mark.clause("upstage/20.3")]

MARCH = datetime(2026, 3, 1, 0, 30, tzinfo=KST)


@pytest.fixture
def kim(db):
    holder = make.member()
    make.granted(holder, "100000")
    return holder


def corrected(holder, name, quantity, at=make.NOON):
    use = Use(holder.pk, make.NOON, name)
    return correcting.of_platform(use, quantity=Decimal(quantity), reason="reported too high", by=None, at=at)


def amounts(holder):
    """What each use costs by now."""
    return {call.id: int(call.amount) for call in calls(scope(holder))}


def test_dearest_units_are_taken_off_first(kim):
    stepped()
    reported(kim, 1500)
    done = corrected(kim, "e0210-0", 900)
    assert (done.row.amount_before, done.row.amount, counted(kim)) == (14000, 8000, [[400, 500, 0]])
    (call,) = calls(scope(kim))
    assert (call.reported, call.amount) == (1500, 8000)


def test_next_use_takes_what_a_correction_freed(kim):
    stepped()
    reported(kim, 1500)
    corrected(kim, "e0210-0", 900)
    assert (used(kim, 700), counted(kim)) == (600 * 10 + 100 * 8, [[1000, 600, 0]])


def test_later_uses_move_down_where_they_paid_more(kim):
    stepped("0", (1000, "5"), (2000, "7"))
    reported(kim, 1000, 1000, 100)
    done = corrected(kim, "e0210-0", 500)
    assert amounts(kim) == {"e0210-0": 0, "e0210-1": 3000, "e0210-2": 0}
    assert sum(one.amount for one in done.allocations) == 2700
    assert counted(kim) == [[1000, 600, 0]]


def test_uses_that_were_not_settled_yet_move_too(kim):
    stepped("0", (100, "5"))
    reported(kim, 100)
    make.taken(make.event(kim, "paid", quantity=50))
    make.unsettled(make.event(kim, "waits", quantity=50))
    corrected(kim, "e0210-0", 50)
    assert amounts(kim) == {"e0210-0": 0, "paid": 250, "waits": 0}


def test_repeated_corrections_converge(kim):
    stepped("0", (100, "5"))
    reported(kim, 100, 100)
    for quantity in (90, 40, 0):
        corrected(kim, "e0210-0", quantity)
    assert (amounts(kim), counted(kim)) == ({"e0210-0": 0, "e0210-1": 0}, [[100, 0]])


def test_what_moved_can_be_corrected_itself(kim):
    stepped("0", (100, "5"))
    reported(kim, 100, 100)
    corrected(kim, "e0210-0", 50)
    done = corrected(kim, "e0210-1", 30)
    assert (done.row.amount_before, done.row.amount, counted(kim)) == (250, 0, [[80, 0]])


def test_free_places_that_cost_more_move_nobody(kim):
    stepped()
    reported(kim, 1000, 500)
    corrected(kim, "e0210-0", 500)
    assert amounts(kim) == {"e0210-0": 5000, "e0210-1": 4000}
    assert UsageCorrection.objects.count() == 1


@pytest.mark.clause("upstage/2.7")
def test_closed_month_gets_a_credit_note_for_what_moved(db):
    holder = make.member(postpaid=True)
    stepped("0", (1000, "5"))
    reported(holder, 1000, 1000)
    closing.close(date(2026, 2, 1), by=None, at=MARCH)
    corrected(holder, "e0210-0", 400, at=MARCH)
    note = holder.invoices.get().credit_notes.get()
    assert note.subtotal == -3000
    assert [sum(each) for each in zip(*counted(holder), strict=True)] == [1000, 400]
    line = holder.invoices.get().lines.get()
    assert [int(each) for each in line.steps] == [1000, 1000]


def test_what_moves_counts_for_the_second_person(kim):
    stepped("0", (1000, "500"))
    make.granted(kim, "500000")
    reported(kim, 1000, 1000)
    use = Use(kim.pk, make.NOON, "e0210-0")
    amy, ben = make.member().user, make.member().user
    done = correcting.propose(use, quantity=Decimal(0), reason="r", by=amy, at=make.NOON)
    assert (done.row.status, amounts(kim)["e0210-1"]) == ("proposed", 500_000)
    correcting.approve(done.row.public_id, reason="r", by=ben, at=make.NOON)
    assert amounts(kim) == {"e0210-0": 0, "e0210-1": 0}


def test_prices_without_steps_are_corrected_as_before(kim):
    make.price("12")
    make.taken(make.event(kim, "a", quantity=10))
    done = corrected(kim, "a", 4)
    assert (done.row.amount, done.row.steps, UsageEvent.objects.get().steps) == (48, None, None)
    assert Charge.objects.get().amount == 120


def granted(holder, amount, charge=None):
    """An objection to a charge of the member, upheld."""
    about = (charge or Charge.objects.get(member=holder)).public_id
    made = fee_objections.object_to_charge(
        member_id=holder.pk, charge_id=about, reason="too much", by=holder.user, at=make.NOON
    )
    return fee_objections.uphold(made.public_id, amount=Decimal(amount), answer="yes", by=None, at=make.NOON)


def test_an_objection_that_is_upheld_gives_back_an_amount_and_no_places(kim):
    stepped()
    make.taken(make.event(kim, quantity=1500))
    granted(kim, "14000")
    assert (amounts(kim), counted(kim)) == ({"e1": 14000}, [[1000, 500, 0]])
    assert used(kim, 100) == 100 * 8
    assert UsageCorrection.objects.get().steps is None


def test_a_use_stays_where_an_objection_left_less_than_it_would_save(kim):
    stepped("0", (100, "5"))
    for name, quantity in (("first", 100), ("dear", 50), ("given-back", 50)):
        make.taken(make.event(kim, name, quantity=quantity))
    granted(kim, "100", Charge.objects.latest("pk"))
    corrected(kim, "first", 0)
    assert (amounts(kim), counted(kim)) == ({"first": 0, "dear": 0, "given-back": 250}, [[50, 50]])
