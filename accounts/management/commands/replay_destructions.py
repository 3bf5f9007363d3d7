"""`manage.py replay_destructions FILE`: destroy again what a restored backup brought back."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.services import replaying
from upstage_console.kernel import clock


class Command(BaseCommand):
    help = "Destroy again what the lines of the log say; run again, it finds nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file of DESTRUCTION_LOG, or of export_destructions")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        with file.open(encoding="utf-8") as lines:
            found = replaying.replay(lines, at=clock.now())
        self.stdout.write(self.style.SUCCESS(f"{found} things were destroyed again."))
