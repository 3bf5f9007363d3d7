"""What the database that the tests copy (tests/migrated.py) depends on."""

import re
from pathlib import Path

import pytest

from tests import migrated
from upstage_console.kernel import db

OWN = re.compile(r"^\s*(?:from|import) ((?:upstage_console|accounts|credits|billing|contracts)\S*)", re.MULTILINE)


def test_migrations_import_no_more_of_the_console_than_is_watched() -> None:
    texts = [file.read_text() for file in migrated.migrations() if ".venv" not in file.parts and file.suffix == ".py"]
    assert {name for text in texts for name in OWN.findall(text)} <= {one.__name__ for one in migrated.IMPORTED}


@pytest.mark.parametrize("name", ["0001_initial.py", "0002_take.sql"])
def test_another_text_of_a_migration_is_another_state(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / name
    monkeypatch.setattr(migrated, "migrations", lambda: [file])
    states = []
    for text in ("select 1", "select 2", "select 1"):
        file.write_text(text)
        states.append(migrated.state())
    assert states[0] == states[2] != states[1]


def test_another_text_of_what_migrations_import_is_another_state(monkeypatch: pytest.MonkeyPatch) -> None:
    before = migrated.state()
    monkeypatch.setattr(db, "__file__", __file__)
    assert migrated.state() != before
