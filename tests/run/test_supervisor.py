"""All processes run, or none does."""

import os
import time

import pytest

from upstage_console.run.supervisor import Supervisor


def test_end_of_one_process_is_reported(capfd):
    supervisor = Supervisor({"web": "sleep 60", "beat": "sh -c 'echo done; exit 3'"}, {})
    supervisor.start()

    assert supervisor.watch() == "beat"
    supervisor.stop()

    assert supervisor.exit_code("beat") == 3
    assert capfd.readouterr().out == "beat | done\n"


def test_stop_also_ends_what_the_processes_started(tmp_path):
    note = tmp_path / "pid"
    supervisor = Supervisor({"web": f"sh -c 'sleep 60 & echo $! > {note}; wait'"}, {})
    supervisor.start()
    while not note.exists() or not note.read_text():
        time.sleep(0.01)

    supervisor.stop()

    assert supervisor.exit_code("web") is not None
    _wait_for_end(int(note.read_text()))


def test_environment_reaches_the_processes(capfd):
    supervisor = Supervisor({"web": "sh -c 'echo $GREETING'"}, {"GREETING": "hello"})
    supervisor.start()
    supervisor.watch()
    supervisor.stop()

    assert capfd.readouterr().out == "web | hello\n"


def test_nothing_happens_until_the_deadline():
    supervisor = Supervisor({"web": "sleep 60"}, {})
    supervisor.start()

    assert supervisor.watch(time.monotonic() + 0.1) is None
    supervisor.stop()


def _wait_for_end(pid: int) -> None:
    for _ in range(100):
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return
            os.kill(pid, 0)
        except (FileNotFoundError, ProcessLookupError):
            return
        time.sleep(0.05)
    pytest.fail(f"process {pid} is still there")
