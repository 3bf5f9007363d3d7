"""Clocks of a case: how much of the support calendar has gone by, and when a target falls due (rift/8.1).

A clock is read off the log of its case each time; nothing is ever added to a stored deadline. Of a pause only what lies
in the calendar is taken off. A target that is used up exactly at closing time is due then, not at the next opening.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from contracts.enums.cases import CaseEventKind, ClockVerdict, Metric
from contracts.rules.calendars import SupportCalendar
from contracts.rules.spans import NOTHING, Span, minus, total
from upstage_console.kernel.clauses import enforces

FOREVER = datetime.max.replace(tzinfo=UTC)
WHOLE = 100


@dataclass(frozen=True)
class Happened:
    """Something that happened to a case."""

    kind: CaseEventKind
    at: datetime


@dataclass(frozen=True)
class Clock:
    """What is timed, over which calendar; a pause without an end lasts until `FOREVER`."""

    calendar: SupportCalendar
    started_at: datetime
    target: timedelta
    pauses: tuple[Span, ...] = ()
    stopped_at: datetime | None = None

    @property
    def is_paused(self) -> bool:
        """Whether it stands still now, waiting for the customer."""
        return self.stopped_at is None and any(pause.end == FOREVER for pause in self.pauses)


@enforces("rift/8.1")
def elapsed(clock: Clock, at: datetime) -> timedelta:
    """The time of the calendar used until an instant, pauses left out; a clock that has stopped uses no more."""
    until = at if clock.stopped_at is None else min(at, clock.stopped_at)
    if until <= clock.started_at:
        return NOTHING
    return total(minus(clock.calendar.open_within(Span(clock.started_at, until)), clock.pauses))


@enforces("rift/8.1")
def due_at(clock: Clock, percent: int = WHOLE) -> datetime | None:
    """The first instant at which so many percent of the target are used up; None where a pause comes before that."""
    left = clock.target * percent / WHOLE
    for span in _running(clock):
        if span.length >= left:
            return span.start + left
        left -= span.length
    return None


def _running(clock: Clock) -> Iterator[Span]:
    """The stretches in which it runs; they end where a pause without an end begins."""
    for span in clock.calendar.open_from(clock.started_at):
        if any(pause.end == FOREVER and pause.start <= span.start for pause in clock.pauses):
            return
        yield from minus([span], clock.pauses)


def remaining(clock: Clock, at: datetime) -> timedelta:
    """What is left of the target at an instant; nothing once it is used up."""
    return max(clock.target - elapsed(clock, at), NOTHING)


@enforces("rift/8.1")
def verdict(clock: Clock, at: datetime) -> ClockVerdict:
    """Met if it stopped by the time it fell due; breached if it did not, and as soon as the time has passed."""
    due = due_at(clock)
    end = at if clock.stopped_at is None else clock.stopped_at
    if due is not None and end > due:
        return ClockVerdict.BREACHED
    if clock.stopped_at is not None:
        return ClockVerdict.MET
    return ClockVerdict.PAUSED if clock.is_paused else ClockVerdict.RUNNING


# Off the log of a case


def read(log: Sequence[Happened], metric: Metric, calendar: SupportCalendar, target: timedelta) -> Clock:
    """The clock of a case whose log begins with its opening."""
    if metric == Metric.RESPONSE:
        return Clock(calendar, log[0].at, target, stopped_at=_first_answer(log))
    pauses, stopped_at = _halts(log)
    return Clock(calendar, log[0].at, target, pauses, stopped_at)


def _first_answer(log: Iterable[Happened]) -> datetime | None:
    """The first answer to the customer, which a fix is too; waiting for the customer never stops this clock."""
    answers = (CaseEventKind.RESPOND, CaseEventKind.RESOLVE)
    return next((one.at for one in log if one.kind in answers), None)


HALTS = frozenset({CaseEventKind.PAUSE, CaseEventKind.RESOLVE})
GOES_ON = frozenset({CaseEventKind.RESUME, CaseEventKind.REOPEN})


def _halts(log: Iterable[Happened]) -> tuple[tuple[Span, ...], datetime | None]:
    """The pauses, and when it was fixed for good. A case that is opened again goes on where its clock stood."""
    pauses: list[Span] = []
    halted_at = fixed_at = None
    for one in log:
        if one.kind in HALTS:
            halted_at = halted_at or one.at
        if one.kind == CaseEventKind.RESOLVE:
            fixed_at = one.at
        if one.kind in GOES_ON and halted_at is not None:
            pauses.append(Span(halted_at, one.at))
            halted_at = fixed_at = None
    if halted_at is not None:
        pauses.append(Span(halted_at, fixed_at or FOREVER))
    return tuple(pauses), fixed_at
