"""`manage.py load_catalogue`: the services and prices of the catalogue file, as often as one likes."""

from typing import Any

from django.core.management.base import BaseCommand

from billing.services import catalogue
from upstage_console.kernel import clock


class Command(BaseCommand):
    help = "Load services, meters and prices from billing/data/catalogue.yaml; prices that exist stay as they are."

    def handle(self, *args: Any, **options: Any) -> None:
        added = catalogue.load(by=None, at=clock.now())
        self.stdout.write(f"{added} new prices.")
