"""File locks that the kernel gives back when their holder is gone, however it went."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class FileLock:
    """A lock on a file: many may share it, or one may have it alone. Children made by fork hold it too."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        folder = path.parent.stat()
        if os.getuid() == 0:
            os.fchown(self._descriptor, folder.st_uid, folder.st_gid)

    def share(self) -> None:
        """Wait until nobody has it alone."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def exclusive(self) -> None:
        """Wait until nobody else has it."""
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def try_exclusive(self) -> bool:
        """Take it alone if nobody else has it."""
        return self._try(fcntl.LOCK_EX)

    def try_share(self) -> bool:
        """Share it unless somebody has it alone."""
        return self._try(fcntl.LOCK_SH)

    def close(self) -> None:
        """Give it back."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _try(self, kind: int) -> bool:
        try:
            fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
