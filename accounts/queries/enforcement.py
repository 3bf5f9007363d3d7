"""What the console does about a clause: the rules that enforce it and the stories that show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from inspect import getdoc
from pathlib import Path
from pkgutil import walk_packages
from sys import modules

from django.apps import apps
from django.conf import settings

from accounts.queries.unbound import unbound
from upstage_console.kernel.clauses import registry
from upstage_console.scenarios.playing import plan_of

FLOORS = ("rules", "queries", "services")
"""The floors of an app on which something can enforce a clause."""

STORIES = Path(settings.BASE_DIR) / "tests" / "scenarios"


@dataclass(frozen=True, slots=True)
class Rule:
    """A function that enforces a clause: its place in the code and the first sentence it says about itself."""

    place: str
    says: str


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario that tells a clause's story: title, why it comes out so, file, and whether it can be played yet."""

    title: str
    why: str
    file: str
    is_played: bool


@dataclass(frozen=True, slots=True)
class Enforcement:
    """Everything the console does about one clause."""

    rules: tuple[Rule, ...] = ()
    stories: tuple[Story, ...] = ()
    unbound_ko: str = ""
    unbound_en: str = ""

    def __bool__(self) -> bool:
        return bool(self.rules or self.stories or self.unbound_ko)


@lru_cache(maxsize=1)
def enforcement() -> Mapping[str, Enforcement]:
    """By the code of the clause, what the console does about it. Code and stories do not change while it runs."""
    import_rules()
    rules = {str(clause): tuple(_rule(place) for place in places) for clause, places in registry().items()}
    stories = _stories()
    free = unbound()
    return {
        code: Enforcement(rules.get(code, ()), stories.get(code, ()), *free.get(code, {}).values())
        for code in {*rules, *stories, *free}
    }


def import_rules() -> None:
    """Import whatever may enforce a clause, for only then is it in the registry."""
    names = [f"{config.name}.{floor}" for config in apps.get_app_configs() for floor in FLOORS]
    for module in (import_module(name) for name in names if find_spec(name)):
        for found in walk_packages(getattr(module, "__path__", []), f"{module.__name__}."):
            import_module(found.name)


def _rule(place: str) -> Rule:
    module = max((name for name in modules if place.startswith(f"{name}.")), key=len)
    found: object = modules[module]
    for name in place.removeprefix(f"{module}.").split("."):
        found = getattr(found, name, None)
    return Rule(place, (getdoc(found) or "").split("\n\n")[0].replace("\n", " "))


def _stories() -> Mapping[str, tuple[Story, ...]]:
    found: dict[str, tuple[Story, ...]] = {}
    for path in sorted(STORIES.rglob("*.yaml")):
        file = path.relative_to(STORIES).as_posix()
        plan = plan_of(path.read_text(encoding="utf-8"), file)
        scenario = plan.scenario
        story = Story(scenario.title, " ".join(scenario.why.split()), file, is_played=not plan.missing)
        for clause in scenario.clauses:
            found[clause] = (*found.get(clause, ()), story)
    return found
