"""What must hold before the console starts, each failure in one sentence."""

import socket

import pytest

from upstage_console.run import preparing, procfile
from upstage_console.run.preparing import NotReady


def test_port_in_use_is_refused(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(number))

        with pytest.raises(NotReady) as refusal:
            preparing.port()

    assert str(refusal.value) == (
        f"Port {number} of 127.0.0.1 is in use: stop what uses it, or choose another, as in 'PORT=8001 make run'."
    )


@pytest.mark.parametrize("asked", ["eighty", "0", "65536", "-1", "٨٠٨٠"])
def test_port_that_is_no_port_is_refused(monkeypatch, asked):
    monkeypatch.setenv("PORT", asked)

    with pytest.raises(NotReady, match="PORT must be a number from 1 to 65535"):
        preparing.port()


def test_broker_that_does_not_answer_is_refused(settings):
    settings.BROKER_IS_EMBEDDED = False
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"

    with pytest.raises(NotReady, match="CELERY_BROKER_URL does not lead to a broker that answers"):
        preparing.broker()


def test_procfile_names_web_worker_and_beat():
    assert list(procfile.processes()) == ["web", "worker", "beat"]
