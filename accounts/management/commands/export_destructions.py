"""`manage.py export_destructions FILE`: what was destroyed, as JSON lines, to be kept apart from the backups."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from accounts.services import destruction_log


class Command(BaseCommand):
    help = "Write everything that was destroyed, without the data, as JSON lines for replay_destructions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        with file.open("w", encoding="utf-8") as out:
            number = destruction_log.export(out)
        self.stdout.write(self.style.SUCCESS(f"{number} destructions written to {file}."))
