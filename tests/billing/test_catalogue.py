"""The catalogue that comes with the console: every kind of service that the terms name."""

from datetime import UTC, date, datetime

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


@pytest.mark.django_db
@pytest.mark.clause("upstage/10.1")
def test_a_stage_that_staff_set_stays_when_the_catalogue_is_loaded_again():
    solar = catalogue.add_service(service="solar")
    catalogue.set_stage(service_id=solar.pk, stage="beta", offered_until=date(2026, 12, 31), by=None, at=AT)
    catalogue.load(by=None, at=AT)
    solar.refresh_from_db()
    assert (solar.stage, solar.offered_until, solar.is_listed) == ("beta", date(2026, 12, 31), True)
