"""Where the embedded servers keep their data, sockets and locks, and which user runs them."""

import hashlib
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from upstage_console.embedded.errors import CannotStart

PROJECT = Path(__file__).resolve().parents[2]
FALLBACK = Path("/var/lib/upstage-console")
LONGEST_SOCKET_FOLDER = 85  # bytes; the kernel ends a socket's path at 107 and PostgreSQL appends ".s.PGSQL.65535.lock"


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The account that runs the servers when we are root: PostgreSQL refuses to run as root."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True)
class Place:
    """One pair of embedded servers on disk. `data` is the project's data folder, `root` what the servers use of it."""

    data: Path
    root: Path
    user: ServerUser | None

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    @property
    def password(self) -> Path:
        return self.root / "password"

    @property
    def sockets(self) -> Path:
        """The folder of the unix sockets; a short one elsewhere where the data folder's own path is too long."""
        inside = self.root / "sockets"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_FOLDER:
            return inside
        return Path(tempfile.gettempdir()) / f"upstage-console-{_fingerprint(self.root)}"

    @property
    def broker_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def broker_url(self) -> str:
        """What Celery connects to."""
        return f"redis+socket://{quote(str(self.broker_socket))}?virtual_host=0"

    @property
    def cache_url(self) -> str:
        """What Django's cache connects to: another database of the same Valkey."""
        return f"unix://{quote(str(self.broker_socket))}?db=1"

    def lock(self, server: str, purpose: str) -> Path:
        return self.root / "locks" / f"{server}.{purpose}"

    def log(self, name: str) -> Path:
        return self.root / "log" / f"{name}.log"

    def give(self, path: Path) -> None:
        """Hand a file or folder we made as root to the account that runs the servers."""
        if self.user is not None:
            os.chown(path, self.user.uid, self.user.gid)

    def make_folder(self, path: Path, mode: int = 0o700) -> None:
        """Make a folder of the servers unless it is there; refuse one that somebody else put in its place."""
        if not path.exists():
            path.mkdir(mode=mode, parents=True)
            self.give(path)
        if path.stat().st_uid not in {os.getuid(), self.user.uid if self.user else os.getuid()}:
            raise CannotStart(f"{path} belongs to another user: remove it, or set DATA_FOLDER to a folder of yours.")

    def prepare(self) -> None:
        """Make the folders that are missing, and remember in the data folder where the data went."""
        try:
            self.data.mkdir(exist_ok=True, parents=True)
            self.make_folder(self.root)
            self.make_folder(self.root / "log")
            self.make_folder(self.root / "locks")
            self.make_folder(self.sockets)
            link = self.data / "servers"
            if not link.exists():
                link.symlink_to(self.root)
        except OSError as error:
            raise CannotStart(
                f"The data folder {self.data} cannot be used: {error.strerror} ({error.filename})."
            ) from None


def data_folder() -> Path:
    """`DATA_FOLDER` of the environment, else `.data` of the project."""
    return Path(os.environ.get("DATA_FOLDER") or PROJECT / ".data").resolve()


def find_place(data: Path | None = None) -> Place:
    """Where the servers of a data folder are, or will be: nothing is made. What was chosen once stays chosen."""
    data = data or data_folder()
    root = data / "servers"
    if root.exists():
        root = root.resolve()
    elif os.getuid() == 0 and not _open_to_everybody(data):
        root = FALLBACK / f"{data.parent.name}-{_fingerprint(data)}"
    return Place(data=data, root=root, user=_server_user(root) if os.getuid() == 0 else None)


def _server_user(root: Path) -> ServerUser:
    """Who owns the data already, else nobody."""
    owner = (root / "postgres").stat().st_uid if (root / "postgres").exists() else 0
    account = pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    return ServerUser(uid=account.pw_uid, gid=account.pw_gid)


def _open_to_everybody(path: Path) -> bool:
    """Whether any user can pass through the folders above (a home folder such as /root is usually closed)."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in (path, *path.parents) if parent.exists())


def _fingerprint(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:10]
