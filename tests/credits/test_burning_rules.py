"""The rules of burning, in Python alone (upstage/15.3, 15.4)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from credits.rules.burning import Parcel, Take, in_burn_order, is_live, plan
from credits.rules.expiry import expires_at, paid_credits_end
from upstage_console.kernel.calendars import day_end
from upstage_console.kernel.clock import KST

AT = datetime(2026, 2, 10, 12, tzinfo=KST)


def parcel(name, remaining="10", *, kind="free", last=date(2026, 12, 31), granted=AT, number=1):
    return Parcel(name, kind, Decimal(remaining), granted, last, day_end(last), number)


@pytest.mark.clause("upstage/15.3")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({"last": date(2033, 1, 1)}, {"kind": "paid"}, id="free before paid, whatever they expire on"),
        pytest.param({"last": date(2026, 3, 1)}, {"last": date(2026, 3, 2)}, id="earliest expiry"),
        pytest.param({"granted": AT - timedelta(seconds=1)}, {"granted": AT}, id="earliest grant"),
        pytest.param({"number": 1}, {"number": 2}, id="first come"),
    ],
)
def test_burn_order(first, second):
    lots = [parcel("second", **second), parcel("first", **first)]
    assert [lot.name for lot in in_burn_order(lots, AT)] == ["first", "second"]


@pytest.mark.clause("upstage/15.4")
def test_lot_lives_to_the_end_of_its_last_day():
    lot = parcel("lot", last=date(2026, 2, 10))
    assert is_live(lot, lot.expires_at - timedelta(microseconds=1))
    assert not is_live(lot, lot.expires_at)


@pytest.mark.parametrize(
    ("amount", "may_owe", "takes", "owed", "refused"),
    [
        ("0", False, (), "0", False),
        ("4", False, (Take("early", "free", Decimal(4)),), "0", False),
        ("10", False, (Take("early", "free", Decimal(6)), Take("late", "free", Decimal(4))), "0", False),
        ("10.000001", False, (), "0", True),
        ("12", True, (Take("early", "free", Decimal(6)), Take("late", "free", Decimal(4))), "2", False),
    ],
)
def test_plan(amount, may_owe, takes, owed, refused):
    lots = [parcel("late", "4"), parcel("early", "6", last=date(2026, 3, 1)), parcel("spent", "0")]
    told = plan(lots, Decimal(amount), AT, may_owe=may_owe)
    assert (told.takes, told.owed, told.refused) == (takes, Decimal(owed), refused)


@pytest.mark.clause("upstage/15.4")
def test_paid_credits_end_after_five_years():
    paid_at = datetime(2026, 1, 4, 15, 0, tzinfo=KST).astimezone() + timedelta(hours=9)
    assert paid_credits_end(paid_at) == date(2031, 1, 5)
    assert expires_at(date(2031, 1, 5)) == datetime(2031, 1, 6, tzinfo=KST)
