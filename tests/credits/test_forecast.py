"""What would be lost at the pace of use, and which paid credits wait behind free ones."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credits.rules.burning import Parcel, plan
from credits.rules.forecast import lost_at_pace, waiting
from upstage_console.kernel.calendars import day_end
from upstage_console.kernel.clock import KST

MIDNIGHT = datetime(2026, 6, 1, tzinfo=KST)
TODAY = date(2026, 6, 1)
pytestmark = pytest.mark.clause("upstage/15.3", "upstage/15.4")


def parcel(name: str, kind: str, remaining: str, days: int, number: int = 1) -> Parcel:
    """Credits that end with the day so many days from today."""
    last = TODAY + timedelta(days=days)
    return Parcel(name, kind, Decimal(remaining), MIDNIGHT - timedelta(days=9), last, day_end(last), number)


def lost(parcels: Sequence[Parcel], a_day: str, at: datetime = MIDNIGHT) -> dict[str, Decimal]:
    return {name: amount for name, amount in lost_at_pace(parcels, Decimal(a_day), at).items() if amount}


@pytest.mark.parametrize(("a_day", "left"), [("0", "10"), ("1", "7"), ("2.5", "2.5"), ("10", None)])
def test_what_is_left_at_the_last_instant_is_lost(a_day: str, left: str | None) -> None:
    assert lost([parcel("a", "free", "10", 2)], a_day) == ({"a": Decimal(left)} if left else {})


def test_part_of_a_day_counts_as_part() -> None:
    assert lost([parcel("a", "free", "10", 0)], "8", MIDNIGHT + timedelta(hours=18)) == {"a": 8}


def test_paid_credits_are_lost_because_free_ones_burn_first() -> None:
    paid, free = parcel("paid", "paid", "10", 4), parcel("free", "free", "30", 100)
    assert lost([paid, free], "2") == {"paid": 10}
    assert lost([paid], "2") == {}
    assert lost([paid, free], "8") == {}
    assert lost([paid, free], "7") == {"paid": 5}


def test_what_expires_makes_room_for_what_comes_after() -> None:
    first, second = parcel("first", "free", "100", 0), parcel("second", "paid", "3", 2)
    assert lost([first, second], "1") == {"first": 99, "second": 1}


@pytest.mark.clause("upstage/15.6")
def test_paid_lots_behind_free_ones_say_what_has_to_be_used() -> None:
    lots = [
        parcel("early", "paid", "10.5", 5), parcel("late", "paid", "20", 40), parcel("far", "paid", "1", 400),
        parcel("free", "free", "3", 300),
    ]  # fmt: skip
    found = waiting(lots, MIDNIGHT, day_end(TODAY + timedelta(days=90)))
    assert [(one.lot, one.free, one.needed) for one in found] == [
        ("early", 3, Decimal("13.5")),
        ("late", 3, Decimal("33.5")),
    ]
    assert "3 free + 10.5 of this lot = 13.5" in found[0].why.en
    assert "무상 3 + 먼저 소멸하는 유상 10.5 + 이 크레딧 20 = 33.5" in found[1].why.ko
    assert found[0].why.clauses == ("upstage/15.3", "upstage/15.4")


def test_without_free_credits_nothing_waits() -> None:
    used_up = parcel("free", "free", "0", 300)
    assert waiting([parcel("paid", "paid", "10", 5), used_up], MIDNIGHT, day_end(TODAY + timedelta(days=90))) == []


lots_of_somebody = st.lists(
    st.builds(
        parcel,
        st.uuids().map(str),
        st.sampled_from(["free", "paid"]),
        st.integers(1, 40).map(str),
        st.integers(0, 12),
        st.integers(1, 1000),
    ),
    max_size=8,
)


@given(lots_of_somebody, st.integers(0, 12))
def test_it_comes_to_what_burning_day_by_day_leaves(lots: list[Parcel], a_day: int) -> None:
    """The same told slowly: every day's use is burned as the ledger burns it, at the start of the day."""
    left = {one.name: one for one in lots}
    gone: dict[str, Decimal] = dict.fromkeys(left, Decimal(0))
    for number in range(14):
        at = day_end(TODAY + timedelta(days=number - 1))
        for take in plan(list(left.values()), Decimal(a_day), at, may_owe=True).takes:
            before = left[take.lot]
            left[take.lot] = Parcel(
                before.name, before.kind, before.remaining - take.amount, before.granted_at, before.expires_on,
                before.expires_at, before.number,
            )  # fmt: skip
        for one in left.values():
            if one.expires_on == TODAY + timedelta(days=number):
                gone[one.name] = one.remaining
    assert lost_at_pace(lots, Decimal(a_day), MIDNIGHT) == gone
