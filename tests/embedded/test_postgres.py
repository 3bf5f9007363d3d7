"""The embedded PostgreSQL: made once and whole, refused when it is not, kept through crashes."""

import os
import signal
import socket
import stat
import time
from pathlib import Path

import psycopg
import pytest

from tests.embedded.conftest import connect
from upstage_console.embedded.errors import CannotStart
from upstage_console.embedded.ownership import Ownership


def test_start_from_nothing_gives_a_database_that_answers(empty, own):
    own(empty, "postgres")

    with connect(empty) as line:
        assert line.execute("SELECT current_database(), current_user").fetchone() == ("console", "console")


def test_password_is_asked_for_and_readable_by_its_owner_only(place, own):
    own(place)

    assert stat.S_IMODE(place.password.stat().st_mode) == 0o600
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(place, password="guessed")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(place, host="127.0.0.1", password="guessed")


def test_server_does_not_run_as_root(place, own):
    own(place)

    assert Path(f"/proc/{_postmaster(place)}").stat().st_uid != 0


def test_committed_rows_survive_a_crash_of_server_and_keeper(place, own):
    owner = own(place)
    with connect(place) as line:
        line.execute("CREATE TABLE kept AS SELECT generate_series(1, 500) AS number")
    os.kill(owner._keeper.pid, signal.SIGKILL)
    os.kill(_postmaster(place), signal.SIGKILL)
    owner._keeper.wait()

    owner.ensure()

    with connect(place) as line:
        assert line.execute("SELECT count(*) FROM kept").fetchone() == (500,)


def test_server_that_falls_over_is_started_again(place, own):
    own(place)
    before = _postmaster(place)

    os.kill(before, signal.SIGKILL)

    _wait_until(lambda: _postmaster(place) not in {0, before} and _answers(place))


def test_server_stops_when_its_keeper_is_killed(place, own):
    owner = own(place)
    before = _postmaster(place)

    os.kill(owner._keeper.pid, signal.SIGKILL)

    _wait_until(lambda: not Path(f"/proc/{before}").exists() or _state(before) == "Z")


def test_port_of_last_time_in_use_leads_to_another(place, own):
    taken = int((place.root / "port").read_text())
    with socket.create_server(("127.0.0.1", taken)):
        own(place)

        assert int((place.root / "port").read_text()) != taken
        assert _answers(place)


@pytest.mark.parametrize(
    "lost", ["postgres/PG_VERSION", "postgres/global/pg_control", "postgres/postgresql.conf", "password"]
)
def test_incomplete_folder_is_refused_and_left_alone(place, lost):
    (place.root / lost).unlink()
    before = _listing(place.postgres)

    with pytest.raises(CannotStart) as refusal:
        Ownership(place, "postgres").ensure()

    assert str(refusal.value).startswith(f"The data folder {place.postgres} is incomplete")
    assert _listing(place.postgres) == before


def test_folder_of_another_version_is_refused(place):
    (place.postgres / "PG_VERSION").write_text("17\n")

    with pytest.raises(CannotStart, match="was made by PostgreSQL 17, and the embedded one is 18"):
        Ownership(place, "postgres").ensure()


def test_initialisation_that_was_cut_off_starts_over(empty, own):
    unfinished = empty.root / "postgres.new/base"
    unfinished.mkdir(parents=True)

    own(empty, "postgres")

    assert _answers(empty)
    assert not unfinished.exists()


def _postmaster(place) -> int:
    try:
        return int((place.postgres / "postmaster.pid").read_text().split()[0])
    except (OSError, IndexError):
        return 0


def _answers(place) -> bool:
    try:
        connect(place).close()
    except psycopg.OperationalError:
        return False
    return True


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]


def _listing(folder: Path) -> list[tuple[str, int, int]]:
    return sorted((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in folder.rglob("*"))


def _wait_until(condition, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
