"""Plays a scenario in a process of its own, as a web server must.

While one is played, mail and jobs of the whole process go nowhere, and a story that never ends must not hold a worker.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connection
from django.utils.translation import get_language, gettext

from upstage_console.scenarios.report import Report

LONGEST_SECONDS = 120


class NotPlayed(Exception):
    """The process did not come back with a report; says why in one sentence."""


def play_apart(text: str, name: str) -> Report:
    """The report of one text, under the file name its problems shall show."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_text(text, encoding="utf-8")
        data = _run(["scenario", path.name, "--json", "--allow-missing"], folder)
    return Report.from_json(data["scenarios"][0])


def _run(arguments: Sequence[str], folder: str) -> dict[str, list[dict[str, object]]]:
    manage = Path(settings.BASE_DIR) / "manage.py"
    here = ["--database-name", str(connection.settings_dict["NAME"]), "--language", get_language() or ""]
    try:
        done = subprocess.run(
            [sys.executable, str(manage), *arguments, *here],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=LONGEST_SECONDS,
            check=False,
        )
        data: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        message = gettext("The scenario was stopped after %(seconds)s seconds.")
        raise NotPlayed(message % {"seconds": LONGEST_SECONDS}) from error
    except json.JSONDecodeError as error:
        last = done.stderr.strip().splitlines()[-1:] or [""]
        raise NotPlayed(gettext("The scenario could not be played: %(why)s") % {"why": last[0]}) from error
    return data
