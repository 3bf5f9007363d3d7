"""Loads the terms' digest, the catalogue, and an invented business of sixty days; once."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from upstage_console.kernel import audit, clock
from upstage_console.kernel.models import AuditEvent
from upstage_console.web.demo import story
from upstage_console.web.demo.people import SECOND_FACTOR

LOADED = "demo.loaded"


class Command(BaseCommand):
    help = "Load demo members, usage and invoices; what is there already stays as it is. Development only."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Demo data have well-known passwords, so they are loaded with DEBUG=1 only.")
        if not AuditEvent.objects.filter(action=LOADED).exists():
            self.stdout.write("Loading sixty days of an invented business …")
            at = clock.now()
            story.tell(at=at)
            with transaction.atomic():
                audit.record(LOADED, "demo", by=None, at=at)
        story.give_second_factors()
        for who, email, password in story.logins():
            self.stdout.write(f"  {who:24} {email:22} {password}")
        self.stdout.write(f"  Staff are asked for six digits, too: `make code` shows them (key {SECOND_FACTOR}).")
