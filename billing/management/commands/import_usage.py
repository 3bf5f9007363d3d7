"""`manage.py import_usage FILE...`: recorded usage through the same code as the API."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.services import importing, settlement
from upstage_console.kernel import clock
from upstage_console.kernel.errors import Refusal


class Command(BaseCommand):
    help = "Take the requests of LLM traces (TIMESTAMP, ContextTokens, GeneratedTokens; .csv or .csv.gz) as usage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--service", default="solar", help="the service that was used (default: solar)")
        parser.add_argument(
            "--members",
            default="existing",
            help="share the requests out to so many active members, or to all: existing",
        )
        parser.add_argument("--keys", action="store_true", help="attribute the use to each member's oldest key")

    def handle(self, *args: Any, **options: Any) -> None:
        members = _number(options["members"])
        for path in options["files"]:
            try:
                done = importing.import_file(
                    path,
                    service=options["service"],
                    by=None,
                    at=clock.now(),
                    members=members,
                    with_keys=options["keys"],
                )
            except Refusal as refusal:
                raise CommandError(f"{path}: {refusal}") from None
            self.stdout.write(
                f"{done.name}: {done.requests} requests of {done.members} members; "
                f"{done.accepted} events taken, {done.duplicate} were there already."
            )
        settlement.settle(at=clock.now())


def _number(text: str) -> int | None:
    if text == "existing":
        return None
    if not text.isdigit() or int(text) < 1:
        raise CommandError(f"--members must be a number from 1 or “existing”, not “{text}”.")
    return int(text)
