"""Days, months and instants against days worked out by hand: each line says why."""

from datetime import UTC, date, datetime, timedelta

import pytest

from upstage_console.kernel.calendars import (
    billing_month,
    bounds,
    cycle_day,
    day_end,
    day_start,
    kst_date,
    month_bounds,
    month_end,
    months_later,
    next_cycle_day,
    period_end,
)
from upstage_console.kernel.errors import InvalidDates


def day(text: str) -> date:
    return date.fromisoformat(text)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-22T14:59:59+00:00", "2026-11-22"),  # 23:59:59 in Seoul
        ("2026-11-22T15:00:00+00:00", "2026-11-23"),  # 24:00 is 00:00 of the next day
        ("2026-11-22T00:00:00+09:00", "2026-11-22"),  # 00:00 belongs to the day that begins
        ("2025-12-31T23:00:00-08:00", "2026-01-01"),  # an evening in California is the next afternoon here
    ],
)
def test_kst_date(at: str, expected: str) -> None:
    assert kst_date(instant(at)) == day(expected)


def test_kst_date_refuses_an_instant_without_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        kst_date(datetime(2026, 11, 22, 12))


def test_a_day_begins_nine_hours_before_utc() -> None:
    assert day_start(day("2026-11-22")) == datetime(2026, 11, 21, 15, tzinfo=UTC)
    assert day_start(day("2026-11-22")).tzinfo is UTC


def test_the_first_day_of_all_has_no_beginning_in_utc() -> None:
    with pytest.raises(InvalidDates):
        day_start(day("0001-01-01"))


def test_a_day_ends_where_the_next_begins() -> None:
    assert day_end(day("2026-12-31")) == day_start(day("2027-01-01"))


def test_bounds_are_half_open() -> None:
    start, end = bounds(day("2026-11-22"), day("2026-11-23"))
    assert (start, end - start) == (day_start(day("2026-11-22")), timedelta(hours=48))


def test_bounds_refuse_an_end_before_the_start() -> None:
    with pytest.raises(InvalidDates) as refused:
        bounds(day("2026-11-23"), day("2026-11-22"))
    assert refused.value.code == "invalid_dates"


def test_an_instant_is_not_taken_for_a_day() -> None:
    with pytest.raises(TypeError, match="kst_date"):
        period_end(datetime(2026, 11, 22, 23, tzinfo=UTC), days=7)


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-01-31", 2, "2026-03-31"),  # counted from the chosen day, not from 28 February
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -1, "2025-12-15"),
        ("2028-02-29", 12, "2029-02-28"),
    ],
)
def test_months_later(start: str, months: int, expected: str) -> None:
    assert months_later(day(start), months) == day(expected)


@pytest.mark.parametrize(
    ("at", "month"),
    [
        ("2026-10-31T14:59:59+00:00", "2026-10-01"),  # 23:59:59 on the last day
        ("2026-10-31T15:00:00+00:00", "2026-11-01"),  # 24:00
        ("2026-12-31T23:59:59+09:00", "2026-12-01"),
    ],
)
def test_billing_month(at: str, month: str) -> None:
    assert billing_month(instant(at)) == day(month)


def test_month_bounds_run_from_first_midnight_to_last() -> None:
    start, end = month_bounds(day("2026-02-01"))
    assert (start, end) == (instant("2026-02-01T00:00+09:00"), instant("2026-03-01T00:00+09:00"))


def test_month_end_of_a_leap_february() -> None:
    assert month_end(day("2028-02-10")) == day("2028-02-29")


@pytest.mark.parametrize(
    ("after", "chosen", "expected"),
    [
        ("2026-01-31", 31, "2026-02-28"),  # a shorter month: its last day
        ("2026-02-28", 31, "2026-03-31"),  # and back to the chosen day
        ("2028-01-31", 30, "2028-02-29"),
        ("2026-03-10", 25, "2026-03-25"),  # still to come this month
        ("2026-03-25", 25, "2026-04-25"),  # the day itself has begun
        ("2026-12-31", 31, "2027-01-31"),
        ("2026-04-29", 31, "2026-04-30"),
    ],
)
def test_next_cycle_day(after: str, chosen: int, expected: str) -> None:
    assert next_cycle_day(day(after), chosen) == day(expected)


@pytest.mark.parametrize("chosen", [0, 32, -1])
def test_a_cycle_day_no_month_has_is_refused(chosen: int) -> None:
    with pytest.raises(InvalidDates):
        cycle_day(day("2026-01-01"), chosen)
