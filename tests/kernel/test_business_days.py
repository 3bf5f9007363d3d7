"""Holidays and business days of Korea against the calendar: each line says why."""

from datetime import date

import pytest

from upstage_console.kernel.calendars import (
    Calendar,
    public_holidays,
)

KOREA = Calendar()


def day(text: str) -> date:
    return date.fromisoformat(text)


SUBSTITUTES = [
    "2026-03-02",  # 1 March is a Sunday
    "2026-05-25",  # Buddha's Birthday, 24 May, is a Sunday
    "2026-08-17",  # 15 August is a Saturday
    "2026-10-05",  # 3 October is a Saturday
    "2027-02-09",  # Seollal, 7 February, is a Sunday
    "2027-05-03",  # 1 May is a Saturday
    "2027-07-19",  # 17 July is a Saturday
    "2027-08-16",  # 15 August is a Sunday
    "2027-10-04",  # 3 October is a Sunday
    "2027-10-11",  # 9 October is a Saturday
    "2027-12-27",  # 25 December is a Saturday
    "2028-10-05",  # 3 October falls on Chuseok
]


@pytest.mark.parametrize("substitute", SUBSTITUTES)
def test_substitute_days_are_holidays(substitute: str) -> None:
    assert KOREA.is_public_holiday(day(substitute))


def test_no_other_substitute_days_in_2026_and_2027() -> None:
    named = [on for year in (2026, 2027) for on, name in public_holidays(year).items() if "대체" in name]
    assert sorted(named) == [day(text) for text in SUBSTITUTES if text < "2028"]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-05-01", True),  # Labour Day, a public holiday since 2026
        ("2025-05-01", False),  # not yet
        ("2026-07-17", True),  # Constitution Day, again since 2026
        ("2025-07-17", False),  # not then
        ("2026-06-03", True),  # local elections
        ("2026-06-08", False),  # Memorial Day on a Saturday has no substitute
        ("2028-01-03", False),  # nor has New Year's Day
        ("2026-09-28", False),  # Chuseok's third day on a Saturday neither: only Sundays
        ("2026-11-22", False),  # a plain Sunday has no name
    ],
)
def test_public_holidays(on: str, expected: bool) -> None:
    assert KOREA.is_public_holiday(day(on)) is expected


def test_public_holidays_have_names_in_both_languages() -> None:
    christmas = day("2026-12-25")
    assert (public_holidays(2026)[christmas], public_holidays(2026, "en")[christmas]) == ("기독탄신일", "Christmas Day")


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("2026-11-20", "2026-11-20"),  # a Friday stays
        ("2026-11-21", "2026-11-23"),  # Saturday → Monday
        ("2026-11-22", "2026-11-23"),  # Sunday → Monday
        ("2026-05-01", "2026-05-04"),  # Labour Day on a Friday → Monday
        ("2026-05-23", "2026-05-26"),  # Saturday, Buddha's Birthday, its substitute → Tuesday
        ("2026-08-15", "2026-08-18"),  # Saturday, Sunday, substitute → Tuesday
        ("2026-09-24", "2026-09-28"),  # Chuseok from Thursday to Saturday, Sunday → Monday
        ("2027-02-06", "2027-02-10"),  # Seollal from Saturday to Monday, substitute → Wednesday
        ("2027-10-09", "2027-10-12"),  # Saturday, Sunday, substitute → Tuesday
        ("2026-12-31", "2026-12-31"),  # a Thursday like others
        ("2027-01-01", "2027-01-04"),  # New Year's Day on a Friday → Monday
    ],
)
def test_extended(last: str, expected: str) -> None:
    assert KOREA.extended(day(last)) == day(expected)


@pytest.mark.parametrize(
    ("event", "length", "expected"),
    [
        ("2026-11-13", {"days": 7}, "2026-11-20"),  # ends on a Friday
        ("2026-11-14", {"days": 7}, "2026-11-23"),  # ends on a Saturday: Monday
        ("2026-04-24", {"days": 7}, "2026-05-04"),  # ends on Labour Day
        ("2026-09-17", {"days": 7}, "2026-09-28"),  # ends on the eve of Chuseok
        ("2026-10-23", {"days": 30}, "2026-11-23"),  # ends on a Sunday
    ],
)
def test_extended_end(event: str, length: dict[str, int], expected: str) -> None:
    assert KOREA.extended_end(day(event), **length) == day(expected)


@pytest.mark.parametrize(
    ("received", "count", "expected"),
    [
        ("2026-11-20", 1, "2026-11-23"),  # received on a Friday: Monday is the first
        ("2026-11-21", 1, "2026-11-23"),  # received on a Saturday: the same
        ("2026-11-02", 7, "2026-11-11"),  # Tuesday 3 to Wednesday 11, a weekend between
        ("2026-09-21", 7, "2026-10-02"),  # 22, 23, 28, 29, 30 September, 1, 2 October: Chuseok between
        ("2026-09-30", 7, "2026-10-13"),  # 1, 2, 6, 7, 8, 12, 13 October: substitute and Hangul Day between
        ("2026-04-29", 3, "2026-05-06"),  # 30 April, 4, 6 May: Labour Day and Children's Day between
        ("2026-12-24", 5, "2027-01-04"),  # 28, 29, 30, 31 December, 4 January
        ("2026-02-13", 3, "2026-02-23"),  # 19, 20, 23 February: Seollal between
    ],
)
def test_business_days_after(received: str, count: int, expected: str) -> None:
    assert KOREA.business_days_after(day(received), count) == day(expected)


def test_next_business_day_leaves_the_day_itself_out() -> None:
    assert KOREA.next_business_day(day("2026-11-23")) == day("2026-11-24")


def test_no_business_days_are_no_period() -> None:
    with pytest.raises(ValueError, match="period"):
        KOREA.business_days_after(day("2026-11-23"), 0)


def test_days_added_by_staff_are_holidays() -> None:
    proclaimed = Calendar(extra=frozenset({day("2026-11-23")}))
    assert proclaimed.extended(day("2026-11-21")) == day("2026-11-24")
    assert proclaimed.business_days_after(day("2026-11-20"), 1) == day("2026-11-24")
