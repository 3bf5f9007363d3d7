"""A console that runs, a member with credits, and the gateway's key: committed, for other processes to see."""

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from accounts.models import Member, User
from accounts.rules.keys import PLATFORM_SCOPES
from accounts.services import keys
from credits.services import books
from tests.soak.console import Console
from tests.soak.gateway import Gateway
from upstage_console.kernel import clock

ROUNDS = int(os.environ.get("ROUNDS") or 0)
KILLS = 10 if ROUNDS else 2
"""How often a server is killed while its callers call."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each round has chances of its own, and the same ones every time."""
    if "chance" in metafunc.fixturenames:
        metafunc.parametrize("chance", [Random(number) for number in range(max(ROUNDS, 1))], ids=lambda one: None)


@pytest.fixture
def at(transactional_db: None) -> datetime:
    """The clock is real: the server in its own processes has no other."""
    return clock.now()


@pytest.fixture
def console(transactional_db: None, tmp_path: Path) -> Iterator[Console]:
    """The server, killed in the end; the books add up whatever happened."""
    server = Console(tmp_path / "server.log")
    server.start()
    try:
        yield server
    finally:
        server.stop()
    assert [str(finding) for finding in books.findings()] == []


@pytest.fixture
def kim(at: datetime) -> Member:
    user = User.objects.create_user("kim@member.example", "a long enough password")
    return Member.objects.create(user=user, name="김하늘", status="active", applied_at=at, accepted_at=at)


@pytest.fixture
def gateway(at: datetime) -> Gateway:
    """The service that serves the AI models: who asks, and with which key."""
    amy = User.objects.create_superuser("amy@staff.example", "a long enough password", name="Amy")
    key, secret = keys.issue(member_id=None, name="gateway", by=amy, at=at, scopes=PLATFORM_SCOPES)
    return Gateway(key.public_id, secret)
