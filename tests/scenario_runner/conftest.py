"""A tiny world: its things are public holidays, because the kernel has a table of them."""

from collections.abc import Callable
from datetime import date

import pytest
from celery import current_app, shared_task
from celery.schedules import crontab
from django.core.mail import send_mail
from django.db import transaction

from upstage_console.kernel import clock
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.models import Holiday
from upstage_console.scenarios.arguments import Date, Name, NewName, Text
from upstage_console.scenarios.playing import play_text
from upstage_console.scenarios.problems import Misuse
from upstage_console.scenarios.registry import Happening, Registry
from upstage_console.scenarios.report import Report
from upstage_console.scenarios.world import Result, World


class Taken(Refusal):
    code = "taken"
    message = "The day %(day)s is taken."
    rests_on = ("upstage/20.3",)


def declare(world: World, *, day: date, as_: str | None) -> Result:
    """Writes a holiday; refuses after the row is written, so that a test sees it taken back."""
    known = Holiday.objects.filter(day=day).exists()
    holiday = Holiday(day=day) if known else Holiday.objects.create(day=day)
    world.name("holiday", as_, holiday.pk)
    Holiday.objects.get_or_create(day=date(1999, 1, 1))
    if known:
        raise Taken(facts={"day": day})
    return {"day": day, "as": as_}


def count(world: World, *, holiday: int | None) -> Result:
    return {"count": Holiday.objects.count(), "name": world.called("holiday", holiday), "now": world.now}


def hook(world: World) -> None:
    """Leaves a hook for after the commit, which leaves another, which sends a mail."""
    transaction.on_commit(lambda: transaction.on_commit(lambda: send_mail("s", "b", None, ["a@b.example"]) and None))


@transaction.atomic(durable=True)
def alone(world: World) -> None:
    """Demands to own its transaction."""


def misuse(world: World) -> None:
    raise Misuse("That makes no sense.")


def crash(world: World) -> None:
    raise ZeroDivisionError("oops")


def history(world: World, mark: int) -> list[Happening]:
    return [
        Happening(row.pk, clock.now(), "holiday.declared", about=str(row.day))
        for row in Holiday.objects.filter(pk__gt=mark).order_by("pk")
    ]


@pytest.fixture
def registry() -> Registry:
    registry = Registry()
    registry.action("declare", {"day": Date(required=True), "as": NewName("holiday")})(declare)
    registry.action("count", {"holiday": Name("holiday")})(count)
    registry.action("hook")(hook)
    registry.action("alone")(alone)
    registry.action("misuse")(misuse)
    registry.action("crash")(crash)
    registry.extends("count", {"shout": Text()})(lambda world, result, *, shout: {"shout": shout} if shout else None)
    registry.replaces("count", {"other": Text()}, when="other")(lambda world, *, other: {"other": other})
    registry.watches("history", in_steps=False)(history)
    return registry


@shared_task(name="tests.declare_today")
def declare_today() -> None:
    Holiday.objects.create(day=clock.today())


@pytest.fixture
def daily(no_beat: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A beat that declares every day a holiday at 06:00."""
    schedule = {"declare today": {"task": "tests.declare_today", "schedule": crontab(hour=6, minute=0)}}
    monkeypatch.setitem(current_app.conf, "beat_schedule", schedule)


@pytest.fixture
def no_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(current_app.conf, "beat_schedule", {})


Play = Callable[[str], Report]


@pytest.fixture
def play(registry: Registry, db: None) -> Play:
    """Plays steps that begin on 9 February 2027 at 09:00."""
    head = "title: t\nstart: 2027-02-09 09:00\nsteps:\n"
    return lambda steps: play_text(head + steps, "f.yaml", registry)
