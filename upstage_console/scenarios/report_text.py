"""The timeline on a terminal."""

from collections.abc import Iterator

from upstage_console.scenarios import times
from upstage_console.scenarios.matching import shown
from upstage_console.scenarios.report import Line, Report, Status

WIDEST = 200
MARKS = {Status.PASSED: "✓", Status.FAILED: "✗", Status.NOT_PLAYABLE: "…", Status.INVALID: "✗"}


def written(report: Report) -> str:
    """Everything about one scenario, as lines."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    clauses = f" [{', '.join(report.clauses)}]" if report.clauses else ""
    title = f": {report.title}" if report.title else ""
    yield f"{MARKS[report.status]} {report.file}{title}{clauses}"
    for line in report.timeline:
        yield _line(line)
    if report.status is Status.NOT_PLAYABLE:
        yield "    not yet playable:"
    yield from (f"    {sentence}" for sentence in report.missing)
    yield from (f"    ✗ {problem}" for problem in report.problems)


def _line(line: Line) -> str:
    mark = ("✗" if line.problems else "✓") if line.is_step else "·"
    arguments = f" {{{line.arguments}}}" if line.arguments else ""
    who = "" if line.is_step or not line.who else f" {line.who}"
    clauses = f" [{', '.join(line.clauses)}]" if line.clauses else ""
    note = f"  # {line.note}" if line.note else ""
    return f"  {times.written(line.at)}  {mark} {line.what}{who}{arguments}{_outcome(line)}{clauses}{note}"


def _outcome(line: Line) -> str:
    if line.refused:
        return f" → refused: {line.refused} ({line.message})"
    if line.result is None:
        return ""
    text = shown(line.result)
    return f" → {text if len(text) <= WIDEST else text[: WIDEST - 1] + '…'}"
