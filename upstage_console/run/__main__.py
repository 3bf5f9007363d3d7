"""`python -m upstage_console.run [setup|check]`: start the console, prepare the database, see that it answers."""

import os
import signal
import socket
import sys
import time

import django
from django.core.exceptions import ImproperlyConfigured

from upstage_console.embedded import ownership
from upstage_console.embedded.errors import CannotStart
from upstage_console.embedded.processes import die_with_parent
from upstage_console.run import preparing, procfile
from upstage_console.run.preparing import NotReady
from upstage_console.run.supervisor import Supervisor

QUIET = {"PYTHONWARNINGS": "ignore:::celery.platforms"}  # root is fine for a worker that unpickles nothing
START_PATIENCE = 60.0  # seconds until the web server must answer


def main(arguments: list[str]) -> int:
    """Return the exit code; whatever stops the start is one sentence on stderr."""
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM)  # a killed make takes us along
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # until the supervisor listens
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "upstage_console.settings")
    try:
        return COMMANDS[" ".join(arguments)]()
    except (NotReady, CannotStart, ImproperlyConfigured) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    finally:
        ownership.let_go()


def _check() -> int:
    django.setup()
    preparing.database(dbname="postgres")
    return 0


def _setup() -> int:
    django.setup()
    preparing.database()
    preparing.schema()
    preparing.static_files()
    return 0


def _run() -> int:
    port = preparing.port()
    environment = _environment(port)
    os.environ["SITE_URL"] = environment["SITE_URL"]  # what the demo's notices link to
    _setup()
    preparing.broker()
    print("Loading the terms and the demo data, if they are not there yet.", flush=True)
    log_ins = preparing.demo()
    supervisor = Supervisor(procfile.processes(), environment)
    supervisor.listen_to_signals()
    try:
        supervisor.start()
        ended = _wait_for_page(supervisor, port, log_ins) or supervisor.watch()
    finally:
        supervisor.stop()
    if ended and not supervisor.told_to_stop:
        raise NotReady(
            f"The process '{ended}' ended with code {supervisor.exit_code(ended)}: its last lines are above."
        )
    print("Stopped.")
    return 0


def _environment(port: int) -> dict[str, str]:
    address = os.environ.get("SITE_URL") or f"http://localhost:{port}"
    return {"HOST": preparing.host(), "PORT": str(port), "SITE_URL": address, "PYTHONUNBUFFERED": "1", **QUIET}


def _wait_for_page(supervisor: Supervisor, port: int, log_ins: str) -> str | None:
    """Show the address once the web server answers; the name of a process that ended before."""
    deadline = time.monotonic() + START_PATIENCE
    while not _answers(port):
        ended = supervisor.watch(time.monotonic() + 0.1)
        if ended or supervisor.told_to_stop:
            return ended
        if time.monotonic() > deadline:
            raise NotReady(f"The web server has not answered on port {port} for {START_PATIENCE:.0f} seconds.")
    _welcome(port, log_ins)
    return None


def _answers(port: int) -> bool:
    with socket.socket() as line:
        line.settimeout(1)
        return line.connect_ex((preparing.host().replace("0.0.0.0", "127.0.0.1"), port)) == 0  # noqa: S104


def _welcome(port: int, log_ins: str) -> None:
    lines = [
        f"Upstage Console   http://localhost:{port}",
        "",
        *log_ins.splitlines(),
        "",
        "Ctrl-C stops it; the data stays.",
    ]
    print("\n" + "\n".join(f"  {line}".rstrip() for line in lines) + "\n", flush=True)


COMMANDS = {"": _run, "setup": _setup, "check": _check}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
