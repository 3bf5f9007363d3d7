"""The support calendar: the hours in which a contract's support clocks run (rift/8.1, 9.1).

Hours are told in Korean time (I-1), half-open: what happens at closing time is no longer inside. A night shift is two
windows, `22:00-24:00` and `00:00-06:00`. A calendar is a version that never changes; another one is another version.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Self

from contracts.enums.cases import SupportDays
from contracts.errors.cases import InvalidHours
from contracts.rules.spans import Span, cut, total
from upstage_console.kernel.calendars import ONE_DAY, Calendar, day_start, kst_date
from upstage_console.kernel.clauses import enforces

MINUTES_OF_A_DAY = 24 * 60
HOURS = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")


@dataclass(frozen=True, order=True, slots=True)
class Window:
    """Part of a day, in minutes since its 00:00. Refuses `invalid_hours`: one that is empty or leaves the day."""

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= MINUTES_OF_A_DAY:
            raise InvalidHours(facts={"hours": str(self)})

    @classmethod
    def parse(cls, text: str) -> Self:
        """The window of `09:00-18:00`. Refuses `invalid_hours`."""
        found = HOURS.fullmatch(text)
        if found is None:
            raise InvalidHours(facts={"hours": text})
        first, second, third, fourth = (int(number) for number in found.groups())
        return cls(first * 60 + second, third * 60 + fourth)

    def __str__(self) -> str:
        return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (self.opens, self.closes))

    def on(self, day: date) -> Span:
        """The window on a day."""
        midnight = day_start(day)
        return Span(midnight + timedelta(minutes=self.opens), midnight + timedelta(minutes=self.closes))


def merged(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """The windows of a day in order; those that overlap or touch become one."""
    found: list[Window] = []
    for window in sorted(windows):
        if found and window.opens <= found[-1].closes:
            found[-1] = Window(found[-1].opens, max(found[-1].closes, window.closes))
        else:
            found.append(window)
    return tuple(found)


@dataclass(frozen=True)
class SupportCalendar:
    """On which days, at which hours; `exceptions` are days with hours of their own, or with none.

    Business days are those of I-4. Refuses `invalid_hours` for a calendar that never opens.
    """

    windows: tuple[Window, ...]
    days: SupportDays
    public: Calendar = Calendar()
    exceptions: Mapping[date, tuple[Window, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.windows:
            raise InvalidHours(facts={"hours": ""})
        object.__setattr__(self, "windows", merged(self.windows))

    @enforces("rift/8.1", "rift/9.1")
    def hours_of(self, day: date) -> tuple[Window, ...]:
        """The windows of a day; none where support is closed all day."""
        if day in self.exceptions:
            return merged(self.exceptions[day])
        is_open = self.days == SupportDays.ALL or self.public.is_business_day(day)
        return self.windows if is_open else ()

    def open_from(self, since: datetime) -> Iterator[Span]:
        """The stretches in which support is open from an instant on, in order, without end."""
        day = kst_date(since)
        while True:
            for window in self.hours_of(day):
                span = window.on(day)
                if span.end > since:
                    yield Span(max(span.start, since), span.end)
            day += ONE_DAY

    def open_within(self, span: Span) -> tuple[Span, ...]:
        """The stretches inside a span in which support is open."""
        found: list[Span] = []
        for one in self.open_from(span.start):
            if one.start >= span.end:
                break
            found.append(one)
        return cut(found, span)

    def working(self, start: datetime, end: datetime) -> timedelta:
        """How long support is open in [start, end). Refuses `invalid_dates` where it ends before it starts."""
        return total(self.open_within(Span(start, end)))
