"""A data folder of its own for each test, outside the closed folders that pytest makes."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from upstage_console.embedded import postgres
from upstage_console.embedded.ownership import Ownership
from upstage_console.embedded.places import Place, find_place


@pytest.fixture(scope="session")
def initialised() -> Iterator[Path]:
    """One cluster, made once: the others are copies."""
    folder = _folder()
    owner = Ownership(find_place(folder), "postgres")
    owner.ensure()
    owner.let_go()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def empty() -> Iterator[Place]:
    folder = _folder()
    yield find_place(folder)
    shutil.rmtree(folder)


@pytest.fixture
def place(initialised: Path, empty: Place) -> Place:
    """A place with a cluster that has run before."""
    found = find_place(initialised)
    shutil.copytree(found.root, empty.root, symlinks=True)
    for path in [empty.root, *empty.root.rglob("*")]:
        original = (found.root / path.relative_to(empty.root)).stat()
        if found.user and original.st_uid == found.user.uid:
            found.give(path)
    return find_place(empty.data)


@pytest.fixture
def own() -> Iterator[Callable[[Place, str], Ownership]]:
    """Become an owner of a server; let go at the end, whatever happens."""
    owners: list[Ownership] = []

    def become(place: Place, server: str = "postgres") -> Ownership:
        owners.append(Ownership(place, server))
        owners[-1].ensure()
        return owners[-1]

    yield become
    for owner in owners:
        owner.let_go()


def connect(place: Place, **overrides: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection to the server of a place."""
    address = {key.lower(): value for key, value in postgres.address(place).items()}
    return psycopg.connect(dbname=postgres.DATABASE, **{**address, **overrides})


def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="embedded-"))
    folder.chmod(0o755)
    return folder
