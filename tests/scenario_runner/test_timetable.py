"""When jobs fall due on the clock's way."""

import time
from datetime import datetime, timedelta

import pytest
from celery.schedules import crontab

from upstage_console.scenarios import times
from upstage_console.scenarios.timetable import Job, jobs_of, stops


def moment(text: str) -> datetime:
    found = times.read_moment(text)
    assert found is not None
    return found


def way(schedule: object, after: str, until: str) -> list[str]:
    jobs = jobs_of({"job": {"task": "t", "schedule": schedule}})
    return [times.written(stop.at) for stop in stops(jobs, moment(after), moment(until)) if stop.jobs]


def test_daily_job_runs_on_each_day() -> None:
    assert way(crontab(hour=4, minute=20), "2027-02-09 09:00", "2027-02-11 09:00") == [
        "2027-02-10 04:20",
        "2027-02-11 04:20",
    ]


def test_job_due_at_the_moment_reached_runs_there() -> None:
    assert way(crontab(hour=9, minute=0), "2027-02-09 09:00", "2027-02-10 09:00") == ["2027-02-10 09:00"]


@pytest.mark.parametrize("schedule", [crontab(), crontab(minute="*/5"), timedelta(seconds=30), 60])
def test_frequent_job_runs_at_midnights_and_at_the_moment_reached(schedule: object) -> None:
    assert way(schedule, "2027-02-09 09:00", "2027-02-11 09:00") == [
        "2027-02-10 00:00",
        "2027-02-11 00:00",
        "2027-02-11 09:00",
    ]


def test_hourly_job_runs_every_hour() -> None:
    assert way(crontab(minute=0), "2027-02-09 09:00", "2027-02-09 12:30") == [
        "2027-02-09 10:00",
        "2027-02-09 11:00",
        "2027-02-09 12:00",
    ]


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        (crontab(hour=0, minute=0, day_of_month=1), ["2027-03-01 00:00"]),
        (crontab(hour=0, minute=0, day_of_week="sun"), ["2027-02-21 00:00", "2027-02-28 00:00"]),
        (crontab(hour=0, minute=0, day_of_month=1, month_of_year=4), []),
        (timedelta(hours=12), ["2027-02-20 12:00", "2027-02-21 00:00"]),
    ],
)
def test_days_of_month_week_and_year(schedule: object, expected: list[str]) -> None:
    assert way(schedule, "2027-02-20 09:00", "2027-03-02 09:00")[: len(expected) or None] == expected


def test_stops_are_in_order_and_jobs_in_the_schedule_s() -> None:
    jobs = jobs_of(
        {
            "late": {"task": "a", "schedule": crontab(hour=5, minute=0)},
            "midnight": {"task": "b", "schedule": crontab(hour=0, minute=0)},
            "often": {"task": "c", "schedule": crontab()},
        }
    )
    found = [
        [job.task for job in stop.jobs] for stop in stops(jobs, moment("2027-02-09 09:00"), moment("2027-02-10 06:00"))
    ]
    assert found == [["b", "c"], ["a"], ["c"]]


def test_no_stop_where_the_clock_stays() -> None:
    assert list(stops([Job("j", "t", crontab())], moment("2027-02-09"), moment("2027-02-09"))) == []


def test_five_years_are_counted_in_no_time() -> None:
    started = time.monotonic()
    jobs = jobs_of({str(n): {"task": "t", "schedule": crontab(hour=n, minute=0)} for n in range(20)})
    assert len(list(stops(jobs, moment("2027-01-01 12:00"), moment("2032-01-01 12:00")))) == 1826 * 20
    assert time.monotonic() - started < 5
