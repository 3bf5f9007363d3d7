"""`manage.py load_terms`: the console's own plain-words digest of the terms."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.services import terms
from upstage_console.kernel import clock


class Command(BaseCommand):
    help = "Load the documents of the terms with their plain-words digest; run again, it changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        for loaded in terms.load_digests(by=None, at=clock.now()):
            state = "loaded" if loaded.changed else "unchanged"
            self.stdout.write(
                f"{loaded.version.document.code} {loaded.version.label}: digest {state}, "
                f"{loaded.articles} articles, {loaded.clauses} clauses"
            )
            if loaded.strangers:
                self.stdout.write(f"  the imported text has no {', '.join(loaded.strangers)}")
