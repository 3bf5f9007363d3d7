"""pgbench, which comes with the embedded server: the client that costs least."""

import os
import re
import subprocess
from tempfile import NamedTemporaryFile
from urllib.parse import unquote, urlsplit

CORES = 2
RATE = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


def rate(script: str, clients: int, seconds: float) -> float:
    """Transactions per second of a script, prepared once a client."""
    told = urlsplit(os.environ["DATABASE_URL"])
    with NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        words = [
            "pgbench", "--no-vacuum", "--protocol=prepared", f"--client={clients}", f"--jobs={min(clients, CORES)}",
            f"--time={max(1, round(seconds))}", f"--file={file.name}", f"--host={told.hostname}", f"--port={told.port}",
            f"--username={told.username}", told.path[1:],
        ]  # fmt: skip
        environment = {**os.environ, "PGPASSWORD": unquote(told.password or "")}
        done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    found = RATE.search(done.stdout)
    if done.returncode or found is None:
        raise RuntimeError(done.stdout + done.stderr)
    return float(found[1])
