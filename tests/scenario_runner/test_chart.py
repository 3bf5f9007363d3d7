"""The chart: steps between samples, scaled to the drawing."""

from datetime import UTC, datetime
from decimal import Decimal

from upstage_console.scenarios.chart import chart
from upstage_console.scenarios.report import Sample


def sample(day: int, **amounts: int) -> Sample:
    return Sample(datetime(2027, 2, day, tzinfo=UTC), {name: Decimal(amount) for name, amount in amounts.items()})


def test_chart_has_steps() -> None:
    drawn = chart("kim", [sample(1, paid=0), sample(2, paid=100), sample(3, paid=50)])
    assert [(one.name, one.points, one.last) for one in drawn.series] == [
        ("paid", "0,160 320,160 320,0 640,0 640,80", "50")
    ]
    assert (drawn.first_on, drawn.last_on, drawn.most) == ("2027-02-01", "2027-02-03", "100")


def test_chart_of_one_sample_is_a_level() -> None:
    assert chart("kim", [sample(1, free=10)]).series[0].points == "0,0 640,0"


def test_chart_of_nothing_lies_on_the_axis() -> None:
    assert chart("kim", [sample(1, paid=0), sample(2, paid=0)]).series[0].points == "0,160 640,160"
