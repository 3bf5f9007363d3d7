"""Legal time against days worked out by hand: each line says why."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from upstage_console.kernel.calendars import (
    Calendar,
    age_on,
    billing_month,
    bounds,
    completed_months,
    cycle_day,
    day_end,
    day_start,
    earliest_effective,
    kst_date,
    latest_announcement,
    month_bounds,
    month_end,
    month_of,
    months_later,
    next_cycle_day,
    period_end,
    public_holidays,
    term_end,
    window_before,
)
from upstage_console.kernel.errors import InvalidDates

KOREA = Calendar()
DAYS = st.dates(date(2015, 1, 1), date(2060, 12, 31))
MONTHS = st.integers(1, 120)


def day(text: str) -> date:
    return date.fromisoformat(text)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


# Days and instants


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


# Periods


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


# Notice


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


# Months and cycles


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


# Holidays and business days

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


# Properties


@given(DAYS, MONTHS)
def test_period_end_grows_with_its_event(event: date, months: int) -> None:
    assert period_end(event, months=months) <= period_end(event + timedelta(1), months=months)


@given(DAYS, MONTHS)
def test_period_end_grows_with_its_length(event: date, months: int) -> None:
    assert period_end(event, months=months) < period_end(event, months=months + 1)


@given(DAYS, st.integers(1, 30))
def test_a_year_is_twelve_months(event: date, years: int) -> None:
    assert period_end(event, years=years) == period_end(event, months=12 * years)


@given(DAYS, MONTHS)
def test_a_period_is_a_term_from_the_next_day(event: date, months: int) -> None:
    assert period_end(event, months=months) == term_end(event + timedelta(1), months=months)


@given(DAYS, MONTHS)
def test_a_window_holds_the_days_whose_period_reaches_the_event(event: date, months: int) -> None:
    first, last = window_before(event, months=months)
    assert period_end(first, months=months) >= event > period_end(first - timedelta(1), months=months)
    assert last == event - timedelta(1)


@given(DAYS, st.integers(0, 90))
def test_clear_days_lie_between(announced: date, clear_days: int) -> None:
    effective = earliest_effective(announced, clear_days)
    assert (effective - announced).days - 1 == clear_days
    assert latest_announcement(effective, clear_days) == announced


@given(DAYS, st.integers(1, 31))
def test_cycle_days_come_once_a_month(after: date, chosen: int) -> None:
    following = next_cycle_day(after, chosen)
    assert following > after
    assert month_of(next_cycle_day(following, chosen)) == months_later(month_of(following), 1)


@given(DAYS, st.integers(1, 15), st.frozensets(DAYS, max_size=5))
def test_business_days_are_counted_exactly(day: date, count: int, extra: frozenset[date]) -> None:
    calendar = Calendar(extra)
    end = calendar.business_days_after(day, count)
    between = [day + timedelta(step) for step in range(1, (end - day).days + 1)]
    assert calendar.is_business_day(end)
    assert sum(map(calendar.is_business_day, between)) == count


@given(DAYS)
def test_extension_moves_only_over_days_of_rest(last: date) -> None:
    extended = KOREA.extended(last)
    assume(extended != last)
    passed = [last + timedelta(step) for step in range((extended - last).days)]
    assert not any(map(KOREA.is_business_day, passed))


@given(st.datetimes(datetime(2015, 1, 1), datetime(2060, 1, 1), timezones=st.just(timezone(timedelta(hours=-8)))))
def test_every_instant_lies_in_its_day_and_month(at: datetime) -> None:
    start, end = month_bounds(billing_month(at))
    assert day_start(kst_date(at)) <= at < day_end(kst_date(at))
    assert start <= at < end
