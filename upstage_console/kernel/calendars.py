"""Legal time in Korea: days, periods, business days, billing months (readings I-1 to I-4).

Dates in, dates out: a `date` is a day in Asia/Seoul, and a period is told by its last day, at whose end (24:00) it
ends. Only the functions at the edges (instants to days, days to instants) know instants. Nothing here reads a clock.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType

from holidays import country_holidays

from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import InvalidDates

ONE_DAY = timedelta(days=1)
FRIDAY = 4


# Days and instants


def kst_date(at: datetime) -> date:
    """The day in Korea at this instant (aware, else `ValueError`)."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(KST).date()


def day_start(day: date) -> datetime:
    """00:00 of the day in Korea, as an instant in UTC. Refuses `invalid_dates` for the first day that a date can be."""
    try:
        return datetime.combine(_whole(day), time.min, KST).astimezone(UTC)
    except OverflowError as error:
        raise InvalidDates(facts={"starts_on": day, "ends_on": day}) from error


def day_end(day: date) -> datetime:
    """24:00 of the day in Korea, which is the start of the next (Civil Act 159), as an instant in UTC."""
    return day_start(_shifted(day, 1))


def last_day(end: datetime) -> date:
    """The day in Korea that a period ending at this instant ends with: of 24:00 on 22 November, 22 November."""
    return kst_date(end - timedelta(microseconds=1))


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """The instants [start, end) of the days `first` to `last`. Refuses `invalid_dates` if `last` comes before."""
    if last < first:
        raise InvalidDates(facts={"starts_on": first, "ends_on": last})
    return day_start(first), day_end(last)


# Periods (Civil Act 155-160)


def period_end(event: date, *, days: int | None = None, months: int | None = None, years: int | None = None) -> date:
    """The last day of a period that an event on this day sets running (I-1).

    The day of the event is left out, whatever the hour (Civil Act 157). Months and years go by the calendar: they end
    with the day before the corresponding day or, where the last month lacks that day, with its last day (160).
    """
    _one_of(days, months, years)
    if days is not None:
        return _shifted(event, _count(days, least=0))
    return _calendar_end(_shifted(event, 1), _in_months(months, years))


def term_end(start: date, *, days: int | None = None, months: int | None = None, years: int | None = None) -> date:
    """The last day of a term that begins at 00:00 of a named day, which then counts (Civil Act 157, proviso)."""
    _one_of(days, months, years)
    if days is not None:
        return _shifted(start, _count(days, least=1) - 1)
    return _calendar_end(_whole(start), _in_months(months, years))


def window_before(
    event: date, *, days: int | None = None, months: int | None = None, years: int | None = None
) -> tuple[date, date]:
    """The first and the last day of the period that looks back from an event; its day is left out (I-1).

    It holds just the days from which a `period_end` of the same length still reaches the day of the event.
    """
    _one_of(days, months, years)
    if days is not None:
        first = _shifted(event, -_count(days, least=1))
    else:
        first = months_later(event, -_in_months(months, years))
    return first, _shifted(event, -1)


def completed_months(since: date, today: date) -> tuple[date, ...]:
    """The last days of the months since this day (it left out) that are over when `today` begins.

    Due 30 June: 31 July is in it from 1 August on, then 31 August from 1 September on.
    """
    ends: list[date] = []
    while (end := period_end(since, months=len(ends) + 1)) < today:
        ends.append(end)
    return tuple(ends)


def age_on(born: date, on: date) -> int:
    """Full years of age on a day; the day of birth counts (Civil Act 158).

    Whoever was born on 29 February is a year older on 1 March of other years. Refuses `invalid_dates` before birth.
    """
    if on < born:
        raise InvalidDates(facts={"starts_on": born, "ends_on": on})
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


# Notice in clear days (I-3)


def earliest_effective(announced: date, clear_days: int) -> date:
    """The earliest lawful effective day: so many whole days lie between it and the day announced (Civil Act 157)."""
    return _shifted(announced, _count(clear_days, least=0) + 1)


def latest_announcement(effective: date, clear_days: int) -> date:
    """The last day to announce what takes effect on this day: the inverse of `earliest_effective`."""
    return _shifted(effective, -_count(clear_days, least=0) - 1)


# Months and cycles


def months_later(day: date, months: int) -> date:
    """The corresponding day of a later (or, below 0, earlier) month; where it lacks that day, its last day."""
    year, month = _month_after(_whole(day), months)
    return date(year, month, min(day.day, _length(year, month)))


def month_of(day: date) -> date:
    """The month the day lies in, told by its first day."""
    return _whole(day).replace(day=1)


def month_end(month: date) -> date:
    """The last day of the month."""
    return _whole(month).replace(day=_length(month.year, month.month))


def billing_month(at: datetime) -> date:
    """The billing month of an instant, told by its first day: a calendar month in Korea (upstage/2.7)."""
    return month_of(kst_date(at))


def month_bounds(month: date) -> tuple[datetime, datetime]:
    """The instants [start, end): 00:00 of the 1st to 24:00 of the last day, in Korea (upstage/2.7)."""
    return bounds(month_of(month), month_end(month))


def cycle_day(month: date, chosen: int) -> date:
    """The day of this month on which a cycle begins: the chosen day (1 to 31) or, where it is lacking, the last.

    The next month returns to the chosen day; so store the choice, never the day it fell on (upstage/15-2.1).
    """
    if not 1 <= chosen <= 31:
        raise InvalidDates(facts={"starts_on": month, "ends_on": chosen})
    last = month_end(month)
    return last.replace(day=min(chosen, last.day))


def next_cycle_day(after: date, chosen: int) -> date:
    """The first cycle day later than `after`."""
    this_month = cycle_day(after, chosen)
    return this_month if this_month > after else cycle_day(months_later(month_of(after), 1), chosen)


# Holidays and business days (I-2, I-4)


@cache
def public_holidays(year: int, language: str = "ko") -> Mapping[date, str]:
    """Korea's public holidays of a year with their names, in Korean or English (`en`).

    Regulation on Public Holidays of Government Offices: with substitute days, election days at the end of a term and,
    since 2026, 1 May and 17 July. Sundays, which that regulation also counts, are left to `Calendar`.
    """
    names = country_holidays("KR", years=year, language="en_US" if language == "en" else "ko")
    return MappingProxyType(dict(names.items()))


@dataclass(frozen=True)
class Calendar:
    """Korea's public holidays and those that staff added (ad-hoc holidays are proclaimed at short notice)."""

    extra: frozenset[date] = frozenset()

    def is_public_holiday(self, day: date) -> bool:
        """Whether the day is a public holiday by name; a plain Sunday is not told apart from a weekday here."""
        return day in self.extra or _whole(day) in public_holidays(day.year)

    def is_business_day(self, day: date) -> bool:
        """Monday to Friday, and no public holiday."""
        return day.weekday() <= FRIDAY and not self.is_public_holiday(day)

    def next_business_day(self, day: date) -> date:
        """The first business day *after* this day. For a deadline that may stay where it is, see `extended`."""
        return self.extended(_shifted(day, 1))

    def business_days_after(self, day: date, count: int) -> date:
        """The last of `count` business days, counted from the day after this one (receipt): upstage/20.3, 20.4."""
        for _ in range(_count(count, least=1)):
            day = self.next_business_day(day)
        return day

    def extended(self, last: date) -> date:
        """This day or, from a Saturday, Sunday or public holiday, the next that is none of these (Civil Act 161)."""
        while not self.is_business_day(last):
            last = _shifted(last, 1)
        return last

    def extended_end(
        self, event: date, *, days: int | None = None, months: int | None = None, years: int | None = None
    ) -> date:
        """`period_end` for a period in which a member or customer must act or pay, extended by Civil Act 161 (I-2).

        Not for credit validity, sanctions, dormancy, retention, notices, terms of contract, or windows that look back.
        """
        return self.extended(period_end(event, days=days, months=months, years=years))


# The arithmetic below


def _whole(day: date) -> date:
    """The day itself. An instant is refused: Python takes it for a date, and its day may be another one in Korea."""
    if isinstance(day, datetime):
        raise TypeError("a day is needed, not an instant: see kst_date")
    return day


def _count(number: int, *, least: int) -> int:
    if number < least:
        raise ValueError(f"a period of {number} is no period")
    return number


def _one_of(*lengths: int | None) -> None:
    if len(lengths) - lengths.count(None) != 1:
        raise ValueError("a period is told in days, in months or in years: in one of them")


def _in_months(months: int | None, years: int | None) -> int:
    return _count(12 * (years or 0) + (months or 0), least=1)


def _shifted(day: date, days: int) -> date:
    try:
        return _whole(day) + timedelta(days=days)
    except OverflowError as error:
        raise InvalidDates(facts={"starts_on": day, "ends_on": f"{days:+} days"}) from error


@cache
def _length(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def _month_after(day: date, months: int) -> tuple[int, int]:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise InvalidDates(facts={"starts_on": day, "ends_on": f"{months:+} months"})
    return year, month + 1


def _calendar_end(first: date, months: int) -> date:
    """Civil Act 160(2) and (3), for a period whose first day counts."""
    year, month = _month_after(first, months)
    length = _length(year, month)
    return date(year, month, length) if first.day > length else date(year, month, first.day) - ONE_DAY
