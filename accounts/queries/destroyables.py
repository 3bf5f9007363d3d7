"""What upper apps have destroyed with two people: each kind says what is due, what a hold keeps, and how it goes.

They say so in their module `services/destroying.py`, found by its name; accounts cannot see their rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

Due = Callable[[date], "QuerySet[Any]"]


@dataclass(frozen=True)
class Destroyable:
    """A kind of rows with a `public_id`: those whose time was over by the end of a day, save held ones; the held ones.

    `destroy` blanks locked rows in a fixed number of statements; `left` are all that were not blanked yet.
    """

    kind: str
    label: Any
    clauses: tuple[str, ...]
    due: Due
    held: Due
    left: Callable[[], "QuerySet[Any]"]
    destroy: Callable[[Sequence[Any], datetime], None]


_kinds: dict[str, Destroyable] = {}


def destroyable(one: Destroyable) -> Destroyable:
    """Register a kind."""
    return _kinds.setdefault(one.kind, one)


def kinds() -> Mapping[str, Destroyable]:
    """Every kind, by its name."""
    find_parts("destroying")
    return _kinds


@cache
def find_parts(*names: str) -> None:
    """Import these modules of every app's services, where there are such."""
    for app in apps.get_app_configs():
        for name in (f"{app.name}.services.{part}" for part in names):
            if find_spec(f"{app.name}.services") and find_spec(name):
                import_module(name)
