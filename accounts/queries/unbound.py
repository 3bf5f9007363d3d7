"""Clauses that oblige no software, each with the reason in both languages."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML

FILE = Path(__file__).resolve().parent.parent / "data" / "unbound.yaml"


@lru_cache(maxsize=1)
def unbound() -> Mapping[str, Mapping[str, str]]:
    """By the code of the clause, why no software is bound by it: `ko`, `en`."""
    return dict(YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8")))
