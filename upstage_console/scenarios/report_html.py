"""The timeline as a page that needs nothing but itself."""

from collections.abc import Mapping, Sequence

from django.template.loader import render_to_string

from upstage_console.scenarios.chart import chart
from upstage_console.scenarios.matching import shown
from upstage_console.scenarios.report import Count, Line, Report


def page(reports: Sequence[Report]) -> str:
    """The page of some scenarios."""
    return render_to_string("scenarios/report.html", context(reports))


def context(reports: Sequence[Report]) -> dict[str, object]:
    """What the templates need: nothing is computed there."""
    return {"stories": [_story(report) for report in reports], "count": Count.of(list(reports))}


def _story(report: Report) -> dict[str, object]:
    return {
        "report": report,
        "lines": [_line(line) for line in report.timeline],
        "charts": [chart(member, samples) for member, samples in report.balances.items() if samples],
    }


def _result(result: object) -> str:
    """A result without what the table shows anyway: the braces, and the clauses, which have their own column."""
    if isinstance(result, Mapping):
        return ", ".join(f"{key}: {shown(value)}" for key, value in result.items() if key != "clauses")
    return "" if result is None else shown(result)


def _line(line: Line) -> dict[str, object]:
    return {
        "line": line,
        "at": line.at,
        "result": _result(line.result),
        "mark": "event" if not line.is_step else "failed" if line.problems else "refused" if line.refused else "done",
    }
