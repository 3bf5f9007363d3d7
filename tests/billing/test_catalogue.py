"""The catalogue that comes with the console: every kind of service that the terms name."""

from datetime import UTC, datetime

import pytest

from billing.models import Service
from billing.services import catalogue

AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.clause("upstage/8.1.1", "upstage/8.1.2")
def test_every_service_that_the_terms_name_is_offered():
    catalogue.load(by=None, at=AT)
    offered = set(Service.objects.filter(is_listed=True).values_list("code", flat=True))
    assert {"document-parse", "key-information-extraction", "ocr", "solar", "playground"} - offered == set()
