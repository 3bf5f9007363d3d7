"""The geometry of charts."""

from datetime import date
from decimal import Decimal

import pytest

from upstage_console.web.charts import HEIGHT, Bar, Part, area, columns, nice_ceiling, strip

DAY = date(2026, 2, 10)


@pytest.mark.parametrize(("value", "top"), [("0", "1"), ("1", "1"), ("4300", "5000"), ("0.03", "0.05"), ("9.1", "10")])
def test_nice_ceiling_is_1_2_or_5(value, top):
    assert nice_ceiling(Decimal(value)) == Decimal(top)


def test_columns_stand_side_by_side_and_reach_their_share():
    (first, second), top = columns([Bar(DAY, Decimal(50)), Bar(DAY, Decimal(25))])
    assert (top, first.x, second.x, second.width) == (Decimal(50), "0%", "50%", "50%")
    assert [first.boxes[0].height, second.boxes[0].height] == [str(HEIGHT), str(HEIGHT // 2)]


def test_column_stacks_its_parts_from_the_bottom():
    (column,), _top = columns([Bar(DAY, Decimal(20), (Part("a", Decimal(10), 1), Part("b", Decimal(10), 2)))])
    lower, upper = column.boxes
    assert (lower.y, upper.y, upper.tone) == ("72", "0", 2)


def test_a_small_use_is_still_seen():
    (small, _), _top = columns([Bar(DAY, Decimal("0.000001")), Bar(DAY, Decimal(1000))])
    assert small.boxes[0].height == "1.5"


def test_a_day_without_use_has_no_box():
    (empty,), _top = columns([Bar(DAY, Decimal(0))])
    assert empty.boxes == []


def test_strip_shares_the_whole():
    assert strip([Decimal(1), Decimal(3)]) == [("0%", "25%"), ("25%", "75%")]
    assert strip([Decimal(0)]) == [("0%", "0%")]


def test_area_goes_there_and_back():
    assert area([Decimal(0)], [Decimal(10)], Decimal(10)) == "0,0 100,0 100,144 0,144"
