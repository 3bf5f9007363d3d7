"""The support calendar: windows, business days, days with hours of their own."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.enums.cases import SupportDays
from contracts.errors.cases import InvalidHours
from contracts.rules.calendars import SupportCalendar, Window
from contracts.rules.spans import Span
from tests.contracts.minutes import MINUTE, hours, is_open, kst, minutes_of
from upstage_console.kernel.calendars import Calendar

OFFICE = SupportCalendar(hours("09:00-18:00"), SupportDays.BUSINESS)
WITH_LUNCH = SupportCalendar(hours("09:00-12:00", "13:00-18:00"), SupportDays.BUSINESS)
ALWAYS = SupportCalendar(hours("00:00-24:00"), SupportDays.ALL)
# Around 5 May 2027 (Children's Day, a Wednesday) and 13 May (Buddha's birthday, a Thursday).
INSTANTS = st.integers(0, 20 * 24 * 60).map(lambda minute: kst("2027-05-01") + minute * MINUTE)
WINDOWS = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda two: two[0] < two[1])
CALENDARS = st.builds(
    SupportCalendar,
    st.lists(WINDOWS.map(lambda two: Window(*two)), min_size=1, max_size=3).map(tuple),
    st.sampled_from(SupportDays),
    st.just(Calendar(extra=frozenset({date(2027, 5, 11)}))),
    st.dictionaries(
        st.dates(date(2027, 5, 1), date(2027, 5, 21)),
        st.lists(WINDOWS.map(lambda two: Window(*two)), max_size=2).map(tuple),
        max_size=3,
    ),
)


@pytest.mark.clause("rift/8.1")
@settings(max_examples=30, deadline=None)
@given(CALENDARS, INSTANTS, st.integers(0, 3 * 24 * 60))
def test_the_calendar_counts_as_a_walk_by_minutes_does(calendar: SupportCalendar, start, length: int) -> None:
    span = Span(start, start + length * MINUTE)
    slow = sum(is_open(calendar, at) for at in minutes_of(span))
    assert calendar.working(span.start, span.end) == slow * MINUTE


@given(CALENDARS, INSTANTS, st.integers(0, 5000), st.integers(0, 5000))
def test_two_stretches_that_follow_one_another_add_up(
    calendar: SupportCalendar, start, first: int, second: int
) -> None:
    middle, end = start + first * MINUTE, start + (first + second) * MINUTE
    assert calendar.working(start, middle) + calendar.working(middle, end) == calendar.working(start, end)


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2027-04-09 16:30", "2027-04-12 10:00", 90 + 60),  # over a weekend
        ("2027-05-12 17:00", "2027-05-14 09:30", 60 + 30),  # over a public holiday
        ("2027-05-13 00:00", "2027-05-14 00:00", 0),
        ("2027-05-14 18:00", "2027-05-14 18:01", 0),  # closing time is no longer inside
        ("2027-05-14 08:59", "2027-05-14 09:01", 1),
    ],
)
def test_business_hours(start: str, end: str, minutes: int) -> None:
    assert OFFICE.working(kst(start), kst(end)) == timedelta(minutes=minutes)


def test_lunch_is_left_out() -> None:
    assert WITH_LUNCH.working(kst("2027-05-14 11:30"), kst("2027-05-14 13:30")) == timedelta(hours=1)


def test_round_the_clock_counts_holidays() -> None:
    assert ALWAYS.working(kst("2027-05-13"), kst("2027-05-14")) == timedelta(hours=24)


def test_a_night_shift_is_two_windows_that_join_at_midnight() -> None:
    night = SupportCalendar(hours("22:00-24:00", "00:00-06:00"), SupportDays.ALL)
    assert night.working(kst("2027-05-13 21:00"), kst("2027-05-14 07:00")) == timedelta(hours=8)


def test_a_holiday_that_staff_added_is_no_business_day() -> None:
    calendar = SupportCalendar(
        hours("09:00-18:00"), SupportDays.BUSINESS, Calendar(extra=frozenset({date(2027, 5, 14)}))
    )
    assert calendar.working(kst("2027-05-14"), kst("2027-05-15")) == timedelta(0)


def test_a_day_with_hours_of_its_own() -> None:
    own = {date(2027, 5, 15): hours("10:00-12:00"), date(2027, 5, 14): ()}
    calendar = SupportCalendar(hours("09:00-18:00"), SupportDays.BUSINESS, exceptions=own)
    assert calendar.working(kst("2027-05-14"), kst("2027-05-16")) == timedelta(hours=2)


def test_windows_that_overlap_count_once() -> None:
    calendar = SupportCalendar(hours("09:00-13:00", "12:00-18:00"), SupportDays.BUSINESS)
    assert calendar.windows == hours("09:00-18:00")


@pytest.mark.parametrize("text", ["9-18", "09:00-09:00", "18:00-09:00", "09:00-24:30", "25:00-26:00", ""])
def test_what_are_no_hours(text: str) -> None:
    with pytest.raises(InvalidHours):
        Window.parse(text)


def test_a_calendar_that_never_opens() -> None:
    with pytest.raises(InvalidHours):
        SupportCalendar((), SupportDays.ALL)
