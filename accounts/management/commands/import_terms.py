"""`manage.py import_terms FILE`: the full text of terms, Korean and English side by side."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from accounts.services import terms_text
from accounts.services.terms_text import Imported, Reading
from upstage_console.kernel import clock
from upstage_console.kernel.errors import Refusal


class Command(BaseCommand):
    help = "Import the full text of terms from a plain text file, and report where the languages differ in structure."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--document", default="", help="upstage or rift; else it is known by its first article")
        parser.add_argument("--dry-run", action="store_true", help="only report what would be made")

    def handle(self, *, file: Path, document: str, dry_run: bool, **_options: Any) -> None:
        try:
            with file.open("rb") as opened:  # one byte more than may be: what is too long is never read whole
                reading = terms_text.read(opened.read(terms_text.LONGEST + 1), document)
            self.report(reading)
            if dry_run:
                self.announce(would_change=terms_text.preview(reading))
            else:
                self.conclude(terms_text.import_text(reading, by=None, at=clock.now()))
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except Refusal as refusal:
            raise CommandError(f"{file}: {refusal}") from refusal

    def report(self, reading: Reading) -> None:
        """Print what was read: the numbers, then each difference with its article."""
        numbers = {
            "document": reading.document,
            "effective_on": reading.text.effective_on,
            "articles": len(reading.text.articles),
            "paragraphs": reading.paired.count(1) + reading.paired.count(0),
            "items": reading.paired.count(2),
            "pairs": reading.paired.pairs,
            "differences": len(reading.paired.differences),
        }
        self.stdout.write(
            _(
                "%(document)s, effective on %(effective_on)s: %(articles)d articles, %(paragraphs)d paragraphs, "
                "%(items)d items, %(pairs)d pairs of Korean and English, %(differences)d differences of structure"
            )
            % numbers
        )
        for difference in reading.paired.differences:
            place = f"{reading.document}/{difference.article}" if difference.article else reading.document
            self.stdout.write(f"  {place}: {difference.sentence}")

    def announce(self, *, would_change: bool) -> None:
        """Say what importing would do."""
        self.stdout.write(_("Nothing was written.") if would_change else _("This text is here already."))

    def conclude(self, imported: Imported) -> None:
        """Say what importing did."""
        if not imported.changed:
            self.stdout.write(_("This text is here already; nothing changed."))
            return
        for code in imported.strangers:
            self.stdout.write(_("The digest has %(code)s, which the text does not have.") % {"code": code})
        if imported.version.published_at is None:
            self.stdout.write(_("The day is still to come: the version is a draft until it is announced (4.3)."))
        self.stdout.write(self.style.SUCCESS(_("The text was imported.")))
