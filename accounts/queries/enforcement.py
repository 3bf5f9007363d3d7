"""What the console does about a clause: the rules that enforce it and the stories that show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from inspect import getdoc
from pathlib import Path
from sys import modules

from django.conf import settings
from ruamel.yaml import YAML

from upstage_console.kernel.clauses import registry

STORIES = Path(settings.BASE_DIR) / "tests" / "scenarios"


@dataclass(frozen=True, slots=True)
class Rule:
    """A function that enforces a clause: its place in the code and the first sentence it says about itself."""

    place: str
    says: str


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario that tells a clause's story: its title, why it comes out so, and its file."""

    title: str
    why: str
    file: str


@dataclass(frozen=True, slots=True)
class Enforcement:
    """Everything the console does about one clause."""

    rules: tuple[Rule, ...] = ()
    stories: tuple[Story, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rules or self.stories)


@lru_cache(maxsize=1)
def enforcement() -> Mapping[str, Enforcement]:
    """By the code of the clause, what the console does about it. Code and stories do not change while it runs."""
    rules = {str(clause): tuple(_rule(place) for place in places) for clause, places in registry().items()}
    stories = _stories()
    return {code: Enforcement(rules.get(code, ()), stories.get(code, ())) for code in {*rules, *stories}}


def _rule(place: str) -> Rule:
    module = max((name for name in modules if place.startswith(f"{name}.")), key=len)
    found: object = modules[module]
    for name in place.removeprefix(f"{module}.").split("."):
        found = getattr(found, name, None)
    return Rule(place, (getdoc(found) or "").split("\n\n")[0].replace("\n", " "))


def _stories() -> Mapping[str, tuple[Story, ...]]:
    found: dict[str, tuple[Story, ...]] = {}
    for path in sorted(STORIES.rglob("*.yaml")):
        head = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8").partition("\nsteps:")[0]) or {}
        why = " ".join(str(head.get("why", "")).split())
        story = Story(str(head.get("title", path.stem)), why, path.relative_to(STORIES).as_posix())
        for code in head.get("clauses", ()):
            found[str(code)] = (*found.get(str(code), ()), story)
    return found
