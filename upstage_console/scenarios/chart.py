"""The balances of one member over time, as the points of an SVG drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from upstage_console.kernel.clock import KST
from upstage_console.kernel.figures import plain
from upstage_console.scenarios.report import Sample

WIDTH = 640
HEIGHT = 160


@dataclass(frozen=True)
class Series:
    """One balance: its name, its line, and what it is at the end."""

    name: str
    points: str
    last: str


@dataclass(frozen=True)
class Chart:
    """Everything a template needs to draw it."""

    member: str
    series: tuple[Series, ...]
    first_on: str
    last_on: str
    most: str
    width: int = WIDTH
    height: int = HEIGHT


def chart(member: str, samples: Sequence[Sample]) -> Chart:
    """The chart of a member; a balance stays what it is until the next sample, so lines have steps."""
    names = list(samples[-1].amounts)
    most = max((amount for sample in samples for amount in sample.amounts.values()), default=Decimal(0))
    return Chart(
        member=member,
        series=tuple(_series(name, samples, most) for name in names),
        first_on=_day(samples[0].at),
        last_on=_day(samples[-1].at),
        most=plain(most),
    )


def _series(name: str, samples: Sequence[Sample], most: Decimal) -> Series:
    start, end = samples[0].at, samples[-1].at
    points: list[str] = []
    level = ""
    for sample in samples:
        x = _x(sample.at, start, end)
        y = _y(sample.amounts.get(name, Decimal(0)), most)
        if level and level != y:
            points.append(f"{x},{level}")
        if level != y or sample is samples[-1]:
            points.append(f"{x},{y}")
        level = y
    if len(samples) == 1:
        points.append(f"{WIDTH},{level}")
    return Series(name, " ".join(points), plain(samples[-1].amounts.get(name, Decimal(0))))


def _x(at: datetime, start: datetime, end: datetime) -> str:
    whole = int((end - start).total_seconds()) or 1
    return plain((Decimal(int((at - start).total_seconds())) * WIDTH / whole).quantize(Decimal("0.1")))


def _y(amount: Decimal, most: Decimal) -> str:
    share = amount / most if most else Decimal(0)
    return plain((HEIGHT - share * HEIGHT).quantize(Decimal("0.1")))


def _day(at: datetime) -> str:
    return at.astimezone(KST).date().isoformat()
