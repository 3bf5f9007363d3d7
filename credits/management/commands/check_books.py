"""`manage.py check_books`: every invariant of every app, now. Finds nothing, or prints what it finds and exits 1."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from credits.services import books


class Command(BaseCommand):
    help = "Audit the books: the invariants of every app. Exits 1 where something does not add up."

    def handle(self, *args: Any, **options: Any) -> None:
        found = books.findings()
        for finding in found:
            self.stderr.write(self.style.ERROR(str(finding)))
        if found:
            raise CommandError(f"{len(found)} of {len(list(books.checks()))} invariants do not hold.")
        self.stdout.write(self.style.SUCCESS(f"The books add up: {len(list(books.checks()))} invariants hold."))
