"""Geometry of the server-made charts: plain numbers in, places in percent and pixels out. No style, no text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

HEIGHT = 144  # of the plot, in pixels; labels stand below it
STEPS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))


@dataclass(frozen=True)
class Part:
    """A piece of a bar, from the bottom up; `tone` 1–5 names its colour in the legend."""

    label: str
    value: Decimal
    tone: int


@dataclass(frozen=True)
class Bar:
    day: date
    value: Decimal
    parts: Sequence[Part] = ()
    hour: datetime | None = None


@dataclass(frozen=True)
class Box:
    x: str
    width: str
    y: str
    height: str
    tone: int


@dataclass(frozen=True)
class Column:
    bar: Bar
    x: str
    width: str
    boxes: Sequence[Box]


@dataclass(frozen=True)
class Tick:
    value: Decimal
    y: str


def nice_ceiling(value: Decimal) -> Decimal:
    """The smallest of 1, 2, 5 × 10ⁿ that is not below the value; 1 for nothing."""
    if value <= 0:
        return Decimal(1)
    power = Decimal(1).scaleb(value.adjusted())
    return next(step * power for step in STEPS if step * power >= value)


def ticks(top: Decimal) -> list[Tick]:
    return [Tick(top * part, _number(HEIGHT - HEIGHT * part)) for part in (Decimal(0), Decimal("0.5"), Decimal(1))]


def columns(bars: Sequence[Bar]) -> tuple[list[Column], Decimal]:
    """Each bar's place for a plot of full width, and the value at its top."""
    top = nice_ceiling(max((bar.value for bar in bars), default=Decimal(0)))
    slot = Decimal(100) / max(len(bars), 1)
    return [_column(bar, at, slot, top) for at, bar in enumerate(bars)], top


def labelled(bars: Sequence[Bar]) -> int:
    """Every how many bars one is labelled, so that some six are; hours of several days at midnight."""
    step = 24 if len(bars) > 24 and bars[0].hour is not None else 1
    return max(1, -(-len(bars) // (6 * step))) * step


def _column(bar: Bar, at: int, slot: Decimal, top: Decimal) -> Column:
    gap = slot * Decimal("0.15")
    x, width = f"{_number(slot * at + gap)}%", f"{_number(slot - 2 * gap)}%"
    boxes, base = [], Decimal(HEIGHT)
    for part in bar.parts or (Part("", bar.value, 1),):
        height = part.value / top * HEIGHT
        if part.value > 0:
            # A use that is there is seen, however small.
            height = max(height, Decimal("1.5"))
            base -= height
            boxes.append(Box(x, width, _number(base), _number(height), part.tone))
    return Column(bar, f"{_number(slot * at)}%", f"{_number(slot)}%", boxes)


@dataclass(frozen=True)
class Upright:
    """A day's bar: out of scope, down and up from the top, each as its place and height; a plot is 10 wide a day."""

    x: int
    excluded: str
    down: str
    up_from: str
    up: str


UPRIGHT_HEIGHT = 64
LEAST_SEEN = Decimal(4)
"""What is there is seen, however short it was."""


def uprights(days: Sequence[tuple[Decimal, Decimal, Decimal]]) -> list[Upright]:
    """Bars of days told by what was in scope, out of scope and down."""
    return [_upright(at, scope + out, out, down) for at, (scope, out, down) in enumerate(days)]


def _upright(at: int, whole: Decimal, out: Decimal, down: Decimal) -> Upright:
    above = _of_day(out, whole)
    lost = min(_of_day(down, whole), UPRIGHT_HEIGHT - above)
    return Upright(at * 10, *map(_number, (above, lost, above + lost, UPRIGHT_HEIGHT - above - lost)))


def _of_day(part: Decimal, whole: Decimal) -> Decimal:
    return max(part / whole * UPRIGHT_HEIGHT, LEAST_SEEN) if part and whole else Decimal(0)


def strip(values: Sequence[Decimal]) -> list[tuple[str, str]]:
    """Shares of a whole as (x, width) in percent, in order."""
    total, at, places = sum(values, Decimal(0)), Decimal(0), []
    for value in values:
        width = value / total * 100 if total else Decimal(0)
        places.append((f"{_number(at)}%", f"{_number(width)}%"))
        at += width
    return places


def area(lower: Sequence[Decimal], upper: Sequence[Decimal], top: Decimal) -> str:
    """The points of a band between two step lines over a field of 100 × HEIGHT."""
    there = _steps(upper, top)
    back = list(reversed(_steps(lower, top)))
    return " ".join(f"{x},{y}" for x, y in there + back)


def _steps(values: Sequence[Decimal], top: Decimal) -> list[tuple[str, str]]:
    slot = Decimal(100) / max(len(values), 1)
    points = []
    for at, value in enumerate(values):
        y = _number(HEIGHT - value / top * HEIGHT)
        points += [(_number(slot * at), y), (_number(slot * (at + 1)), y)]
    return points


def _number(value: Decimal | int) -> str:
    return f"{Decimal(value):.3f}".rstrip("0").rstrip(".")
