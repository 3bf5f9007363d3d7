"""Periods, terms and days of notice against days worked out by hand: each line says why."""

from datetime import date

import pytest

from upstage_console.kernel.calendars import (
    Calendar,
    age_on,
    completed_months,
    earliest_effective,
    latest_announcement,
    period_end,
    term_end,
    window_before,
)
from upstage_console.kernel.errors import InvalidDates

KOREA = Calendar()


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("event", "length", "expected"),
    [
        ("2026-03-02", {"days": 7}, "2026-03-09"),  # the day of payment is left out
        ("2026-03-02", {"days": 1}, "2026-03-03"),  # one whole day after the event
        ("2026-03-02", {"days": 0}, "2026-03-02"),  # due on receipt: to the end of that day
        ("2026-12-28", {"days": 7}, "2027-01-04"),  # over the turn of the year
        ("2028-02-22", {"days": 7}, "2028-02-29"),  # days count through the leap day
        ("2026-02-22", {"days": 7}, "2026-03-01"),  # there is none in 2026
        ("2026-01-01", {"days": 30}, "2026-01-31"),  # 30 days are not a month
        ("2026-01-31", {"days": 365}, "2027-01-31"),  # the bonus of 365 days
        ("2026-01-05", {"years": 5}, "2031-01-05"),  # paid credits, upstage/15.4
        ("2024-02-29", {"years": 5}, "2029-02-28"),  # starts 1 March, ends the day before 1 March
        ("2023-02-28", {"years": 5}, "2028-02-29"),  # starts 1 March; the day before 1 March 2028 is the 29th
        ("2024-02-28", {"years": 5}, "2029-02-28"),  # starts on a leap day that 2029 lacks: its last day
        ("2027-02-28", {"years": 1}, "2028-02-29"),  # starts 1 March 2027
        ("2028-02-28", {"years": 4}, "2032-02-28"),  # leap day to leap day: the day before it
        ("2026-12-31", {"years": 1}, "2027-12-31"),  # starts on New Year's Day
        ("2026-02-28", {"months": 1}, "2026-03-31"),  # starts 1 March: a whole March
        ("2028-02-28", {"months": 1}, "2028-03-28"),  # starts 29 February
        ("2028-02-29", {"months": 1}, "2028-03-31"),  # starts 1 March
        ("2026-01-30", {"months": 1}, "2026-02-28"),  # starts on a 31st that February lacks
        ("2026-01-31", {"months": 1}, "2026-02-28"),  # starts 1 February
        ("2026-01-28", {"months": 1}, "2026-02-28"),  # starts on a 29th that February lacks
        ("2026-01-27", {"months": 1}, "2026-02-27"),  # starts on the 28th
        ("2028-01-28", {"months": 1}, "2028-02-28"),  # in a leap year February has the 29th
        ("2026-03-30", {"months": 1}, "2026-04-30"),  # starts 31 March: April lacks it
        ("2026-04-30", {"months": 1}, "2026-05-31"),  # starts 1 May
        ("2026-11-15", {"months": 3}, "2027-02-15"),  # over the turn of the year
        ("2026-06-30", {"months": 12}, "2027-06-30"),  # twelve months are a year
    ],
)
def test_period_end(event: str, length: dict[str, int], expected: str) -> None:
    assert period_end(day(event), **length) == day(expected)


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        ("2026-03-15", {"years": 1}, "2027-03-14"),  # the dated start counts
        ("2026-01-01", {"years": 1}, "2026-12-31"),  # a calendar year
        ("2028-02-29", {"years": 1}, "2029-02-28"),  # 2029 lacks the corresponding day: its last day
        ("2027-03-01", {"years": 1}, "2028-02-29"),  # the day before 1 March 2028
        ("2026-01-31", {"months": 1}, "2026-02-28"),  # February lacks the 31st
        ("2026-02-01", {"months": 1}, "2026-02-28"),  # a whole February
        ("2026-03-15", {"days": 30}, "2026-04-13"),  # the 15th is the first of thirty
        ("2026-03-15", {"days": 1}, "2026-03-15"),  # that day alone
    ],
)
def test_term_end(start: str, length: dict[str, int], expected: str) -> None:
    assert term_end(day(start), **length) == day(expected)


@pytest.mark.parametrize(
    ("event", "length", "first", "last"),
    [
        ("2026-11-23", {"months": 6}, "2026-05-23", "2026-11-22"),  # upstage/24.5
        ("2026-11-23", {"months": 12}, "2025-11-23", "2026-11-22"),  # rift/17.3
        ("2026-08-31", {"months": 6}, "2026-02-28", "2026-08-30"),  # February lacks the 31st
        ("2026-09-01", {"months": 6}, "2026-03-01", "2026-08-31"),  # six whole months
        ("2028-02-29", {"years": 1}, "2027-02-28", "2028-02-28"),  # 2027 lacks the 29th
        ("2026-01-01", {"months": 6}, "2025-07-01", "2025-12-31"),  # over the turn of the year
        ("2026-11-23", {"days": 7}, "2026-11-16", "2026-11-22"),  # seven days, the incident's left out
    ],
)
def test_window_before(event: str, length: dict[str, int], first: str, last: str) -> None:
    assert window_before(day(event), **length) == (day(first), day(last))


@pytest.mark.parametrize(
    "length", [{}, {"days": 7, "months": 1}, {"months": 1, "years": 1}, {"days": -1}, {"months": 0}]
)
@pytest.mark.parametrize("function", [period_end, term_end, window_before, KOREA.extended_end])
def test_a_period_has_one_length(function: object, length: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="period"):
        function(day("2026-03-15"), **length)  # type: ignore[operator]


@pytest.mark.parametrize("length", [{"days": 1}, {"months": 1}, {"years": 1}])
def test_a_period_beyond_the_calendar_is_refused(length: dict[str, int]) -> None:
    with pytest.raises(InvalidDates):
        period_end(date.max, **length)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2027-07-31", []),  # the last day itself is not over
        ("2027-08-01", ["2027-07-31"]),  # due 30 June: July is complete
        ("2027-08-31", ["2027-07-31"]),
        ("2027-09-03", ["2027-07-31", "2027-08-31"]),
    ],
)
def test_completed_months(today: str, expected: list[str]) -> None:
    assert completed_months(day("2027-06-30"), day(today)) == tuple(map(day, expected))


def test_completed_months_of_the_example_in_the_rules() -> None:
    """Due 31 August, settled on 2 November: two months are complete, at the ends of September and October."""
    assert completed_months(day("2026-08-31"), day("2026-11-02")) == (day("2026-09-30"), day("2026-10-31"))


def test_completed_months_from_the_middle_of_a_month() -> None:
    assert completed_months(day("2026-09-15"), day("2026-11-16")) == (day("2026-10-15"), day("2026-11-15"))


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        ("2012-11-22", "2026-11-21", 13),  # the eve
        ("2012-11-22", "2026-11-22", 14),  # 14 from 00:00 of the birthday
        ("2012-02-29", "2026-02-28", 13),  # 2026 has no 29 February …
        ("2012-02-29", "2026-03-01", 14),  # … so 1 March
        ("2012-02-29", "2028-02-29", 16),  # and the day itself where there is one
        ("2026-11-22", "2026-11-22", 0),  # the day of birth
    ],
)
def test_age_on(born: str, on: str, expected: int) -> None:
    assert age_on(day(born), day(on)) == expected


def test_age_before_birth_is_refused() -> None:
    with pytest.raises(InvalidDates):
        age_on(day("2026-11-23"), day("2026-11-22"))


@pytest.mark.parametrize(
    ("announced", "clear_days", "effective"),
    [
        ("2026-01-01", 7, "2026-01-09"),  # 2 to 8 January lie between
        ("2026-01-01", 30, "2026-02-01"),  # 2 to 31 January lie between
        ("2026-02-28", 7, "2026-03-08"),  # 1 to 7 March lie between
        ("2028-02-28", 7, "2028-03-07"),  # 29 February to 6 March lie between
        ("2026-01-01", 0, "2026-01-02"),  # no day between: the next day
    ],
)
def test_clear_days(announced: str, clear_days: int, effective: str) -> None:
    assert earliest_effective(day(announced), clear_days) == day(effective)
    assert latest_announcement(day(effective), clear_days) == day(announced)


def test_clear_days_between_meeting_and_call() -> None:
    """The textbook case of reverse counting: two weeks before a meeting on 25 March means by the end of 10 March."""
    assert latest_announcement(day("2026-03-25"), 14) == day("2026-03-10")
