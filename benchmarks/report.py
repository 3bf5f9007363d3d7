"""The figures as one table of ratios and the tables behind it: on the screen, in docs/performance.md, in the README."""

import os
import platform
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.results import RATIO_COLUMNS, Ratio, Table, in_markdown, ratio_rows
from upstage_console.embedded.places import PROJECT

BEGIN, END = "<!-- measured: written by make bench -->", "<!-- end of what was measured -->"
DOCUMENTS = (PROJECT / "docs" / "performance.md", PROJECT / "README.md")


def show(ratios: Sequence[Ratio], tables: Sequence[Table]) -> None:
    """Print everything."""
    print(f"{_tables(tables)}\n\n{_ratios(ratios)}")


def write(ratios: Sequence[Ratio], tables: Sequence[Table], settings: Mapping[str, str], size: str) -> None:
    """Put the ratios and the tables into docs/performance.md, and the ratios into the README, between their marks."""
    told = ", ".join(f"{name} {value}" for name, value in settings.items())
    machine = (
        f"Size “{size}”: {os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}; {told}."
    )
    document, readme = DOCUMENTS
    _put(document, f"{machine}\n\n{_ratios(ratios)}\n\n{_tables(tables)}")
    _put(readme, _ratios(ratios))


def _ratios(ratios: Sequence[Ratio]) -> str:
    return in_markdown(RATIO_COLUMNS, ratio_rows(ratios))


def _tables(tables: Sequence[Table]) -> str:
    return "\n\n".join(f"### {table.title}\n\n{in_markdown(table.columns, table.rows)}" for table in tables)


def _put(path: Path, text: str) -> None:
    """Replace what stands between the marks; what stands around them was written by hand and stays."""
    around = re.compile(f"{re.escape(BEGIN)}.*{re.escape(END)}", re.DOTALL)
    old = path.read_text(encoding="utf-8")
    if not around.search(old):
        raise ValueError(f"{path} has no place for figures")
    path.write_text(around.sub(lambda _: f"{BEGIN}\n\n{text}\n\n{END}", old), encoding="utf-8")
