"""What the database refuses of holds and debts, by plain SQL past all of our code."""

import pytest

from credits.services import holds
from tests.credits import make
from tests.credits.guarding import ENTRY, kim, lot, refused

__all__ = ["kim", "lot"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def hold(kim, lot):
    return make.held(kim, "40").hold


RESERVATION = """
    INSERT INTO credits_reservation (hold_id, member_id, lot_id, amount, at) VALUES (%s, %s, %s, %s, '2026-02-10')
"""


@pytest.mark.parametrize("change", ["held = 30", "held = 0"])
@pytest.mark.parametrize("table", ["lot", "account"])
def test_what_is_held_moves_only_by_reservations(hold, table, change):
    refused(f"UPDATE credits_{table} SET {change}", match=f"Cannot update of .* rows from credits_{table}")


def test_what_is_held_is_not_burned(kim, lot, hold):
    refused(ENTRY, kim.pk, 2, lot.pk, -61, 100, 39, 39, match="account_never_negative|lot_in_range")


@pytest.mark.parametrize(
    ("amount", "match"),
    [
        pytest.param(5, "reservation_once", id="a lot twice"),
        pytest.param(-40, "reservations that do not add up", id="freed while it is open"),
        pytest.param(0, "reservation_has_an_amount", id="nothing"),
    ],
)
def test_reservation_that_does_not_add_up(kim, lot, hold, amount, match):
    refused(RESERVATION, hold.pk, kim.pk, lot.pk, amount, match=match)


def test_reservation_of_an_ended_hold(kim, lot, hold):
    other = make.granted(kim, "10")
    holds.release(hold_id=hold.public_id, at=make.NOON, by=None)
    refused(RESERVATION, hold.pk, kim.pk, other.pk, 5, match="reservations that do not add up")
    refused(RESERVATION, hold.pk, kim.pk, lot.pk, -40, match="reservation_freed_once")


def test_reservation_of_somebody_elses_lot_or_hold(kim, lot, hold):
    lee = make.member()
    theirs = make.granted(lee, "10")
    refused(RESERVATION, hold.pk, kim.pk, theirs.pk, 5, match="reservations that do not add up")
    refused(RESERVATION, hold.pk, lee.pk, theirs.pk, 5, match="reservations that do not add up")


def test_lot_holds_no_more_than_it_has(kim, lot, hold):
    other = make.granted(kim, "10")
    refused(RESERVATION, hold.pk, kim.pk, other.pk, 11, match="lot_in_range")


@pytest.mark.parametrize("change", ["amount = 5", "expires_at = now()", "reserved = 0", "member_id = member_id"])
def test_hold_facts_never_change(hold, change):
    refused(f"UPDATE credits_hold SET {change}", match="Cannot update of .* rows from credits_hold")


def test_hold_ends_once_and_is_kept(hold):
    holds.release(hold_id=hold.public_id, at=make.NOON, by=None)
    refused("UPDATE credits_hold SET state = 'open', ended_at = NULL", match="Cannot update .*rows from credits_hold")
    refused("DELETE FROM credits_hold", match="Cannot delete rows from credits_hold")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ("state = 'released'", "hold_ended_at"),
        ("ended_at = now()", "hold_ended_at"),
        ("state = 'captured', ended_at = now()", "hold_captured_by_a_charge"),
        (
            "state = 'captured', ended_at = now(), charge = gen_random_uuid(), captured = 41",
            "hold_captured_by_a_charge",
        ),
        ("captured = 1", "hold_captured_by_a_charge"),
        ("state = 'lost', ended_at = now()", "hold_ended_at"),
    ],
)
def test_hold_ends_with_its_facts(hold, change, match):
    refused(f"UPDATE credits_hold SET {change}", match=match)


@pytest.fixture
def owing(kim, lot):
    (answer,) = make.burned(kim, "130", may_owe=True)
    return answer


DEBT = """
    INSERT INTO credits_debt (member_id, charge, amount, at, clauses, note)
    VALUES (%s, %s, %s, '2026-02-10', '{}', '')
"""


@pytest.mark.parametrize(
    ("amount", "match"),
    [(5, "debt_once"), (0, "debt_has_an_amount"), (-30.000001, "more than the charge left owing")],
)
def test_debt_that_makes_no_sense(kim, owing, amount, match):
    refused(DEBT, kim.pk, owing.charge_id, amount, match=match)


def test_debt_is_never_changed_or_deleted(owing):
    refused("UPDATE credits_debt SET amount = 1", match="Cannot update or delete rows from credits_debt")
    refused("DELETE FROM credits_debt", match="Cannot update or delete rows from credits_debt")


def test_reservation_is_never_changed_or_deleted(hold):
    refused("UPDATE credits_reservation SET amount = 1", match="Cannot update or delete rows from credits_reservation")
    refused("DELETE FROM credits_reservation", match="Cannot update or delete rows from credits_reservation")
