"""The laws of the house that a test can see: imports, foreign keys, states, the shape of files."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("upstage_console", "accounts", "credits", "billing", "contracts")
ORDER = ("kernel", "accounts", "credits", "billing", "contracts")


OF_NOBODY = {"promotion", "handout"}
"""Tables of credits whose rows belong to no member."""


def sources() -> Iterator[Path]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def upward_relations() -> list[str]:
    """Relations that point from a lower app to an upper one, also where they are given as strings."""
    found = []
    for model in apps.get_models():
        if model._meta.app_label not in ORDER:
            continue
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or field.related_model is None:
                continue
            target = field.related_model._meta
            upward = target.app_label in ORDER and ORDER.index(target.app_label) > ORDER.index(model._meta.app_label)
            if upward and target.label != "accounts.User":
                found.append(f"{model._meta.label}.{field.name} -> {target.label}")
    return found


def test_foreign_keys_follow_the_order_of_the_apps() -> None:
    assert upward_relations() == []


def test_imports_follow_the_contracts() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def test_every_table_of_members_can_be_spread_by_member() -> None:
    """Member-owned tables carry the member themselves, not only through another table (architecture.md)."""
    without = [
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in {"credits"}
        and model._meta.model_name not in OF_NOBODY
        and not any(field.name == "member" for field in model._meta.get_fields())
    ]
    assert without == []


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    long = [
        f"{node.name} ({node.end_lineno - node.lineno} lines)"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and node.end_lineno and node.end_lineno - node.lineno > 60
    ]
    assert long == []
    assert text.count("\n") <= 400


def test_no_junk_drawer() -> None:
    drawers = [path for path in sources() if path.stem in {"utils", "helpers", "common", "misc"}]
    assert drawers == []


def test_nothing_half_done() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error()")
    found = [f"{path}: {mark}" for path in sources() for mark in marks if mark in path.read_text(encoding="utf-8")]
    assert found == []
