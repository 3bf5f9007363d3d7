"""`settings:` of a scenario hold from its start, through the policy's own two people."""

import pytest
from django.contrib.auth import get_user_model

from upstage_console.kernel import policy
from upstage_console.scenarios.playing import play_text
from upstage_console.scenarios.registry import Registry
from upstage_console.scenarios.report import Report, Status
from upstage_console.scenarios.world import World

NAME = "tests.patience_days"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_beat")]


@pytest.fixture(autouse=True)
def _reading() -> None:
    policy.reading(NAME, 7, clause="upstage/4.3", why_ko="시험", why_en="test", valid=lambda days: days > 0)


def play(registry: Registry, setting: str) -> Report:
    registry.staff_maker(lambda world, name: get_user_model().objects.create(email=f"{name}@staff.example"))
    registry.action("ask")(lambda world: {"days": policy.value(NAME, at=world.now)})
    text = f"title: t\nsettings: {{{setting}}}\nstart: 2027-02-09\nsteps:\n  - ask:\n    expect: {{days: 9}}"
    return play_text(text, "f.yaml", registry)


def test_setting_holds(registry: Registry) -> None:
    assert play(registry, f"{NAME}: 9").problems == []


def test_setting_with_a_wrong_value_ends_it(registry: Registry) -> None:
    assert play(registry, f"{NAME}: 0").problems[0].startswith(f"f.yaml:2: The setting “{NAME}” can't be 0: ")


def test_unknown_setting_is_not_there(registry: Registry) -> None:
    report = play(registry, "tests.nothing: 9")
    assert (report.status, report.missing) == (Status.NOT_PLAYABLE, ["f.yaml:2: There is no setting “tests.nothing”."])


def test_staff_needs_an_app_that_makes_it() -> None:
    registry = Registry()
    registry.action("ask")(lambda world: None)
    text = f"title: t\nsettings: {{{NAME}: 9}}\nstart: 2027-02-09\nsteps:\n  - ask:"
    assert play_text(text, "f.yaml", registry).problems == ["No app makes staff users, so there is no “amy”."]


def test_world_label_is_the_author_s_name() -> None:
    world = World(lambda world, name: None)
    world.name("member", "kim", "mem_1")
    assert (world.label("mem_1"), world.label("mem_2"), world.label("")) == ("kim", "mem_2", "")
