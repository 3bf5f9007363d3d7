"""What holds for every day and every length of time."""

from datetime import date, datetime, timedelta, timezone

from hypothesis import assume, given
from hypothesis import strategies as st

from upstage_console.kernel.calendars import (
    Calendar,
    billing_month,
    day_end,
    day_start,
    earliest_effective,
    kst_date,
    latest_announcement,
    month_bounds,
    month_of,
    months_later,
    next_cycle_day,
    period_end,
    term_end,
    window_before,
)

KOREA = Calendar()
DAYS = st.dates(date(2015, 1, 1), date(2060, 12, 31))
MONTHS = st.integers(1, 120)


def day(text: str) -> date:
    return date.fromisoformat(text)


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
