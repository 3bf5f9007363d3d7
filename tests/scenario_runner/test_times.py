"""How scenarios write time: Korean unless an offset says otherwise."""

from datetime import UTC, date, datetime

import pytest

from upstage_console.scenarios import times


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-02-10", datetime(2026, 2, 9, 15, tzinfo=UTC)),
        ("2026-02-10 12:00", datetime(2026, 2, 10, 3, tzinfo=UTC)),
        ("2026-02-10 9:05", datetime(2026, 2, 10, 0, 5, tzinfo=UTC)),
        ("2026-02-10T12:00:30", datetime(2026, 2, 10, 3, 0, 30, tzinfo=UTC)),
        ("2026-02-10 12:00+00:00", datetime(2026, 2, 10, 12, tzinfo=UTC)),
        ("2026-02-10T12:00Z", datetime(2026, 2, 10, 12, tzinfo=UTC)),
        ("2026-02-30", None),
        ("2026-02-10 25:00", None),
        ("tomorrow", None),
    ],
)
def test_read_moment(text: str, moment: datetime | None) -> None:
    assert times.read_moment(text) == moment


@pytest.mark.parametrize(("text", "day"), [("2027-04", date(2027, 4, 1)), ("2027-13", None), ("2027-04-01", None)])
def test_read_month(text: str, day: date | None) -> None:
    assert times.read_month(text) == day


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("+3d", "2027-02-03 23:30"),
        ("+2h", "2027-02-01 01:30"),
        ("+1mo", "2027-02-28 23:30"),
        ("+13mo", "2028-02-29 23:30"),
    ],
)
def test_moved(text: str, written: str) -> None:
    now = times.read_moment("2027-01-31 23:30")
    assert now is not None
    assert times.written(times.moved(now, text)) == written
