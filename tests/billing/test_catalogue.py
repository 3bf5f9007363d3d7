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


FILE = """
services:
  - {code: vision, category: api, name: {ko: 비전, en: Vision}, description: {ko: 시험, en: Tried}, meters: []}
"""


@pytest.mark.django_db
@pytest.mark.clause("upstage/10.1")
def test_a_stage_that_staff_set_stays_when_the_catalogue_is_loaded_again(tmp_path):
    path = tmp_path / "catalogue.yaml"
    path.write_text(FILE, encoding="utf-8")
    catalogue.load(by=None, at=AT, path=path)
    vision = Service.objects.get(code="vision")
    catalogue.set_stage(service_id=vision.pk, stage="beta", offered_until=date(2026, 12, 31), by=None, at=AT)
    catalogue.load(by=None, at=AT, path=path)
    vision.refresh_from_db()
    assert (vision.stage, vision.offered_until) == ("beta", date(2026, 12, 31))
