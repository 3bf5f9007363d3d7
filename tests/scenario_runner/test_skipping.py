"""Passing idle days changes nothing but the time it takes."""

from datetime import date, timedelta

import pytest
from celery import current_app, shared_task
from celery.schedules import crontab
from django.db import connection

from upstage_console.kernel import clock
from upstage_console.kernel.models import Holiday
from upstage_console.scenarios import skipping
from upstage_console.scenarios.player import play
from upstage_console.scenarios.playing import plan_of
from upstage_console.scenarios.registry import Registry
from upstage_console.scenarios.report import Report
from upstage_console.scenarios.stage import stage

STORY = """
title: Spring and what follows
start: 2027-02-09 09:00
steps:
  - declare: {day: 2027-03-02}
  - at: 2028-01-01
    declare: {day: 2028-01-05}
  - at: 2029-06-30 12:00
    count:
"""


@shared_task(name="tests.echo")
def echo() -> None:
    """Forty days after a holiday there is another one, and once more; a late run catches up."""
    for row in Holiday.objects.filter(day__lte=clock.today() - timedelta(days=40), name_en="", day__year__gte=2027):
        Holiday.objects.filter(pk=row.pk).update(name_en="echoed")
        Holiday.objects.create(day=row.day + timedelta(days=40), name_en="" if row.day.day in (2, 5) else "echo")


ECHO_INSIDE = """
CREATE FUNCTION tests_echo(today date) RETURNS bigint LANGUAGE sql AS $$
    WITH old AS (
        UPDATE kernel_holiday SET name_en = 'echoed'
        WHERE day <= today - 40 AND name_en = '' AND day >= '2027-01-01' RETURNING day
    ), new AS (
        INSERT INTO kernel_holiday (day, name_ko, name_en)
        SELECT day + 40, '', CASE WHEN extract(day FROM day) IN (2, 5) THEN '' ELSE 'echo' END FROM old RETURNING id
    )
    SELECT count(*) FROM new
$$
"""


@shared_task(name="tests.echo_inside")
def echo_inside() -> None:
    """The same by a function of the database, which writes inside a SELECT."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tests_echo(%s)", [clock.today()])


@pytest.fixture(params=["tests.echo"])
def echoes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {"task": request.param, "schedule": crontab(hour=6, minute=0)}
    monkeypatch.setitem(current_app.conf, "beat_schedule", {"echo": entry, "often": {**entry, "schedule": crontab()}})


def played(registry: Registry, *, every_stop: bool) -> Report:
    return play(plan_of(STORY, "f.yaml", registry), registry, every_stop=every_stop)


ECHOES = [date(2027, 4, 11), date(2027, 5, 21), date(2028, 2, 14), date(2028, 3, 25)]


def echoed(report: Report) -> list[date]:
    return [line.at.astimezone(clock.KST).date() for line in report.timeline if not line.is_step]


@pytest.mark.django_db
@pytest.mark.usefixtures("echoes")
def test_passing_idle_days_gives_the_same_timeline(registry: Registry) -> None:
    slow, fast = (played(registry, every_stop=every_stop) for every_stop in (True, False))
    assert fast.as_json()["timeline"] == slow.as_json()["timeline"]
    assert echoed(fast) == ECHOES


@pytest.mark.django_db
@pytest.mark.parametrize("echoes", ["tests.echo_inside"], indirect=True)
@pytest.mark.usefixtures("echoes")
def test_what_functions_write_is_not_passed(registry: Registry) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ECHO_INSIDE)
    assert echoed(played(registry, every_stop=False)) == ECHOES


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statement", "written"),
    [
        ("SELECT 1", False),
        ("DELETE FROM kernel_holiday", False),
        ("INSERT INTO kernel_holiday (day, name_ko, name_en) VALUES ('2027-03-02', '', '')", True),
        ("SELECT tests_write_inside()", True),
        ("CREATE TABLE tests_more (id int)", True),
    ],
)
def test_whatever_is_written_is_noticed(statement: str, written: bool) -> None:
    body = "INSERT INTO kernel_holiday (day, name_ko, name_en) VALUES ('2027-03-02', '', '') RETURNING id"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE FUNCTION tests_write_inside() RETURNS bigint LANGUAGE sql AS $$ {body} $$")
        with stage() as on:
            cursor.execute(statement)
            assert (on.has_written(), on.has_written()) == (written, False)


@pytest.mark.django_db
@pytest.mark.usefixtures("echoes")
def test_idle_years_cost_few_runs(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = 0

    def counted(name: str) -> object:
        nonlocal tries
        tries += 1
        return echo

    monkeypatch.setattr(skipping, "task_of", counted)
    played(registry, every_stop=False)
    assert tries < 200
