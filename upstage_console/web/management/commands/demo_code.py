"""Shows the six digits with which the demo's staff log in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from upstage_console.kernel import clock
from upstage_console.web.demo import story


class Command(BaseCommand):
    help = "Show the present code of the demo staff's authenticator app. Development only."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demo's second factor is well known, so there is one with DEBUG=1 only.")
        self.stdout.write(story.code_of_staff(clock.now()))
