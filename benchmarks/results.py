"""What a part of the benchmark found, in a form that outlives its process."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

THERE = {
    "charges": "entries", "events": "events", "access": "entries", "months": "events", "pages": "members",
    "jobs": "members", "contracts": "contracts",
}  # fmt: skip


@dataclass(frozen=True)
class Ratio:
    """The product beside its floor, both measured in one run, and what is wanted of their ratio.

    Of rates the ratio should be at least the wanted one; of times (`less_is_better`) at most.
    """

    what: str
    floor: float
    product: float
    unit: str
    wanted: float
    less_is_better: bool = False

    @property
    def ratio(self) -> float:
        return self.product / self.floor if self.floor else 0.0

    @property
    def reached(self) -> bool:
        return self.ratio <= self.wanted if self.less_is_better else self.ratio >= self.wanted


@dataclass(frozen=True)
class Table:
    """Figures by system and situation."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass
class Found:
    """Everything that one part found."""

    part: str
    existing: int
    ratios: list[Ratio] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    """By name, what is compared with the same part's in another situation."""

    def told_ratios(self) -> list[Ratio]:
        """The ratios, with how much was there before."""
        return [replace(one, what=f"{one.what} ({self.existing:,} {THERE[self.part]})") for one in self.ratios]

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> "Found":
        told: dict[str, Any] = json.loads(path.read_text())
        ratios = [Ratio(**one) for one in told["ratios"]]
        tables = [Table(**one) for one in told["tables"]]
        return cls(told["part"], told["existing"], ratios, tables, told["figures"])


def kept(small: Found, large: Found, unit: str, wanted: float) -> list[Ratio]:
    """Every figure with much there beside the same with little: at least `wanted` of it should be left."""
    beside = f"{large.existing:,} rows beside {small.existing:,}"
    return [
        Ratio(f"{name}, {beside}", figure, large.figures[name], unit, wanted) for name, figure in small.figures.items()
    ]


def figure(number: float) -> str:
    """Three digits that count, with separators: 8,180 or 0.37."""
    if number >= 100:
        return f"{float(f'{number:.3g}'):,.0f}"
    return f"{number:.3g}"


def in_markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose figures stand to the right."""
    lines = [columns, ["---", *(["--:"] * (len(columns) - 1))], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


RATIO_COLUMNS = ("what", "floor", "product", "", "ratio", "wanted", "")


def ratio_rows(ratios: Sequence[Ratio]) -> list[list[str]]:
    """One line a ratio."""
    return [
        [
            one.what, figure(one.floor), figure(one.product), one.unit, f"{one.ratio:.2f}",
            f"{'≤' if one.less_is_better else '≥'} {one.wanted:g}", "reached" if one.reached else "**not reached**",
        ]
        for one in ratios
    ]  # fmt: skip
