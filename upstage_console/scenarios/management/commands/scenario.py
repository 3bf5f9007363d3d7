"""`manage.py scenario FILE…`: play stories under the terms and say which of them came out as told."""

import json
from argparse import SUPPRESS, ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import translation

from upstage_console.scenarios import report_html, report_text
from upstage_console.scenarios.playing import play_texts
from upstage_console.scenarios.report import Count, Report


class Command(BaseCommand):
    help = "Plays scenario files against the real services and database, and takes everything back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="scenario files, or folders of them")
        parser.add_argument("--json", action="store_true", help="print the result as data")
        parser.add_argument("--html", metavar="FILE", help="also write the timelines and charts as a page")
        parser.add_argument(
            "--allow-missing", action="store_true", help="a file that needs an action not there yet is no failure"
        )
        # For the back office, which plays in another process:
        parser.add_argument("--database-name", help=SUPPRESS)
        parser.add_argument("--language", help=SUPPRESS)

    def handle(self, *, files: list[str], **options: Any) -> None:
        if options["database_name"]:
            connection.settings_dict["NAME"] = options["database_name"]
        if options["language"]:
            translation.activate(options["language"])
        texts = [(str(path), _text(path)) for path in _paths(files)]
        reports = play_texts(texts)
        if options["html"]:
            _write(Path(options["html"]), report_html.page(reports))
        self._print(reports, as_data=options["json"])
        count = Count.of(reports)
        if count.failed or (count.not_playable and not options["allow_missing"]):
            raise SystemExit(1)

    def _print(self, reports: list[Report], *, as_data: bool) -> None:
        count = Count.of(reports)
        if as_data:
            data = {
                "passed": count.passed,
                "failed": count.failed,
                "not_playable": count.not_playable,
                "scenarios": [report.as_json() for report in reports],
            }
            self.stdout.write(json.dumps(data, ensure_ascii=False, indent=2))
            return
        for report in reports:
            self.stdout.write(report_text.written(report) + "\n")
        self.stdout.write(str(count))


def _paths(files: list[str]) -> list[Path]:
    found: list[Path] = []
    for name in files:
        path = Path(name)
        found += sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    if not found:
        raise CommandError("There is no scenario file (*.yaml) in there.")
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not a text in UTF-8.") from error


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} can't be written: {error.strerror}.") from error
