"""Stretches of time, half-open: what several cover together, what is left of them, how long they are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from upstage_console.kernel.errors import InvalidDates

NOTHING = timedelta(0)


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """[start, end): the end is no longer in it. Refuses `invalid_dates` where it ends before it starts."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InvalidDates(facts={"starts_on": self.start, "ends_on": self.end})

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.start


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """What they cover together, in order: those that overlap or touch become one, empty ones vanish."""
    merged: list[Span] = []
    for span in sorted(one for one in spans if one.length):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def cut(spans: Iterable[Span], window: Span) -> tuple[Span, ...]:
    """The parts of them inside a window."""
    inside = ((max(span.start, window.start), min(span.end, window.end)) for span in spans)
    return tuple(Span(start, end) for start, end in inside if start < end)


def minus(spans: Iterable[Span], holes: Iterable[Span]) -> Iterator[Span]:
    """What is left of spans that are in order, one after the other as it is asked for."""
    gaps = union(holes)
    for span in spans:
        start = span.start
        for gap in gaps:
            if start < gap.start < span.end:
                yield Span(start, gap.start)
            if gap.start < span.end:
                start = max(start, gap.end)
        if start < span.end:
            yield Span(start, span.end)


def total(spans: Iterable[Span]) -> timedelta:
    """How long they are together; those that overlap count twice, so unite them first."""
    return sum((span.length for span in spans), NOTHING)
