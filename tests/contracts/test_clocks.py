"""Clocks of a case: what has gone by, when a target falls due, pauses, reopening."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.enums.cases import CaseEventKind as Kind
from contracts.enums.cases import ClockVerdict, Metric, SupportDays
from contracts.rules import clocks
from contracts.rules.calendars import SupportCalendar, Window
from contracts.rules.clocks import FOREVER, Clock, Happened
from contracts.rules.spans import Span
from tests.contracts.minutes import MINUTE, covers, hours, is_open, kst
from tests.contracts.test_support_calendars import CALENDARS, INSTANTS, OFFICE

PAUSES = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 600)), max_size=3)


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def clock(start: str, target: int, *pauses: tuple[str, str], stop: str = "", calendar=OFFICE) -> Clock:
    spans = tuple(Span(kst(first), kst(last) if last else FOREVER) for first, last in pauses)
    return Clock(calendar, kst(start), minutes(target), spans, kst(stop) if stop else None)


def slow_due(calendar: SupportCalendar, start: datetime, target: int, pauses: list[Span]) -> datetime:
    """Walk minute by minute until the target is used up."""
    used, at = 0, start
    while used < target:
        used += is_open(calendar, at) and not covers(pauses, at)
        at += MINUTE
    return at


@pytest.mark.clause("rift/8.1")
@settings(max_examples=40, deadline=None)
@given(CALENDARS, INSTANTS, st.integers(1, 900), PAUSES)
def test_a_clock_is_due_where_a_walk_by_minutes_ends(calendar, start: datetime, target: int, given_pauses) -> None:
    pauses = [Span(start + first * MINUTE, start + (first + length) * MINUTE) for first, length in given_pauses]
    timed = Clock(calendar, start, minutes(target), tuple(pauses))
    assert sum(window.closes - window.opens for window in calendar.windows) > 0
    due = clocks.due_at(timed)
    assert due == slow_due(calendar, start, target, pauses)
    assert clocks.elapsed(timed, due) == minutes(target)
    assert clocks.elapsed(timed, due - MINUTE) == minutes(target - 1)


@pytest.mark.parametrize(
    ("start", "target", "due"),
    [
        ("2027-04-09 16:30", 45, "2027-04-09 17:15"),
        ("2027-04-09 16:30", 450, "2027-04-12 15:00"),
        ("2027-04-09 16:30", 90, "2027-04-09 18:00"),  # exactly at closing is due then
        ("2027-04-09 16:30", 91, "2027-04-12 09:01"),
        ("2027-04-10 12:00", 30, "2027-04-12 09:30"),  # opened on a Saturday
        ("2027-05-12 17:00", 900, "2027-05-17 14:00"),  # over a public holiday and a weekend
    ],
)
@pytest.mark.clause("rift/8.1")
def test_due(start: str, target: int, due: str) -> None:
    assert clocks.due_at(clock(start, target)) == kst(due)


def test_of_a_pause_only_working_time_counts() -> None:
    timed = clock("2027-04-09 16:30", 450, ("2027-04-09 17:30", "2027-04-12 10:00"))
    assert clocks.due_at(timed) == kst("2027-04-12 16:30")


def test_a_pause_outside_of_the_calendar_moves_nothing() -> None:
    timed = clock("2027-04-09 16:30", 450, ("2027-04-09 18:00", "2027-04-12 09:00"))
    assert clocks.due_at(timed) == kst("2027-04-12 15:00")


def test_while_paused_nothing_is_due_but_time_remains() -> None:
    timed = clock("2027-04-09 16:30", 450, ("2027-04-12 10:00", ""))
    later = kst("2027-04-20 12:00")
    assert clocks.due_at(timed) is None
    assert clocks.remaining(timed, later) == minutes(300)
    assert clocks.verdict(timed, later) == ClockVerdict.PAUSED


def test_a_pause_after_the_deadline_saves_nothing() -> None:
    timed = clock("2027-04-09 16:30", 90, ("2027-04-12 10:00", ""))
    assert clocks.due_at(timed) == kst("2027-04-09 18:00")
    assert clocks.verdict(timed, kst("2027-04-12 11:00")) == ClockVerdict.BREACHED


@pytest.mark.parametrize(
    ("stop", "at", "found"),
    [
        ("2027-04-09 18:00", "2027-04-12 12:00", ClockVerdict.MET),
        ("2027-04-09 18:01", "2027-04-12 12:00", ClockVerdict.BREACHED),  # off hours, and yet later than due
        ("", "2027-04-09 18:00", ClockVerdict.RUNNING),
        ("", "2027-04-09 18:01", ClockVerdict.BREACHED),
    ],
)
def test_one_rule_for_every_verdict(stop: str, at: str, found: ClockVerdict) -> None:
    assert clocks.verdict(clock("2027-04-09 16:30", 90, stop=stop), kst(at)) == found


def test_part_of_a_target_for_warnings() -> None:
    assert clocks.due_at(clock("2027-04-12 09:00", 60), 75) == kst("2027-04-12 09:45")


def test_a_stopped_clock_uses_no_more() -> None:
    timed = clock("2027-04-12 09:00", 60, stop="2027-04-12 09:20")
    assert clocks.elapsed(timed, kst("2027-04-13 09:00")) == minutes(20)


def test_before_its_start_nothing_has_gone_by() -> None:
    assert clocks.elapsed(clock("2027-04-12 09:00", 60), kst("2027-04-09 09:00")) == minutes(0)


# Off the log


def log(*happened: tuple[Kind, str]) -> list[Happened]:
    return [Happened(kind, kst(at)) for kind, at in happened]


def read(metric: Metric, *happened: tuple[Kind, str]) -> Clock:
    return clocks.read(log(*happened), metric, OFFICE, minutes(450))


OPENED = (Kind.OPEN, "2027-04-09 16:30")


def test_a_pause_never_stops_the_answer_clock() -> None:
    timed = read(Metric.RESPONSE, OPENED, (Kind.PAUSE, "2027-04-09 16:40"), (Kind.RESUME, "2027-04-09 16:50"))
    assert timed.pauses == ()


def test_the_first_answer_stops_the_answer_clock() -> None:
    timed = read(Metric.RESPONSE, OPENED, (Kind.RESPOND, "2027-04-09 17:00"), (Kind.RESPOND, "2027-04-09 17:30"))
    assert timed.stopped_at == kst("2027-04-09 17:00")


def test_a_fix_is_an_answer() -> None:
    assert read(Metric.RESPONSE, OPENED, (Kind.RESOLVE, "2027-04-09 17:00")).stopped_at == kst("2027-04-09 17:00")


def test_messages_move_no_clock() -> None:
    for metric in Metric:
        assert read(metric, OPENED, (Kind.MESSAGE, "2027-04-09 17:00")).stopped_at is None


def test_a_fix_while_paused_ends_the_pause() -> None:
    timed = read(Metric.RESOLUTION, OPENED, (Kind.PAUSE, "2027-04-12 10:00"), (Kind.RESOLVE, "2027-04-12 12:00"))
    assert clocks.elapsed(timed, kst("2027-04-20 12:00")) == minutes(90 + 60)
    assert timed.stopped_at == kst("2027-04-12 12:00")


@pytest.mark.clause("rift/8.1")
def test_a_case_opened_again_goes_on_where_its_clock_stood() -> None:
    timed = read(
        Metric.RESOLUTION, OPENED, (Kind.RESOLVE, "2027-04-12 10:00"), (Kind.REOPEN, "2027-04-13 10:00")
    )  # fmt: skip
    assert timed.stopped_at is None
    assert clocks.elapsed(timed, kst("2027-04-13 11:00")) == minutes(90 + 60 + 60)


def test_the_calendar_of_a_split_day() -> None:
    calendar = SupportCalendar(
        hours("09:00-12:00", "13:00-18:00"), SupportDays.BUSINESS, exceptions={date(2027, 4, 12): (Window(600, 660),)}
    )
    assert clocks.due_at(clock("2027-04-09 17:00", 121, calendar=calendar)) == kst("2027-04-13 09:01")
