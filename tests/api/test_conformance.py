"""The API against its own description, with data that nobody would think of (bounded, and the same at every run)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.conf import settings as project
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from billing.models import Service
from tests.billing import make
from tests.credits import make as credits

KEPT = Path(project.BASE_DIR) / "docs" / "openapi.yaml"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = [found.ok() for found in schemathesis.openapi.from_path(KEPT).get_all_operations()]
# Where there is neither a parameter nor a body, nothing can be wrong with them.
TRIES = [(operation, GenerationMode.POSITIVE) for operation in OPERATIONS] + [
    (operation, GenerationMode.NEGATIVE) for operation in OPERATIONS if operation.query or operation.body
]
unhurried = settings(
    max_examples=30,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def app(db: None, settings: Any) -> Iterator[Any]:
    """The live application, inside the test's transaction, with no limit in its way."""
    settings.API_LIMITS = {"default": (10**9, 60)}
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def business(member: Any) -> None:
    """A member with credits, and a service to use them on."""
    make.price("12")
    Service.objects.update(is_listed=True)
    credits.granted(member, "1000000")


@pytest.mark.parametrize(("operation", "mode"), TRIES, ids=lambda value: getattr(value, "label", None) or value.value)
@pytest.mark.usefixtures("business")
def test_answers_conform(operation: Any, mode: GenerationMode, app: Any, gateway: Any, member: Any) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @unhurried
    def conforms(case: Any) -> None:
        _name_a_member_that_exists(case, member)
        case.call_and_validate(app=app, headers={"Authorization": f"Bearer {gateway.key}"}, checks=CHECKS)

    conforms()


def _name_a_member_that_exists(case: Any, member: Any) -> None:
    """Where a member is named at all, so that more than refusals is seen."""
    for part in (case.query, case.body):
        if isinstance(part, dict) and isinstance(part.get("member"), str):
            part["member"] = member.public_id


PUBLIC = {
    "/status", "/services", "/prices", "/tiers",
    "/terms", "/terms/{document}/{version}", "/terms/{document}/{version}/compare/{other}",
}  # fmt: skip


def test_every_operation_is_described_with_what_it_needs() -> None:
    """Each names its scope or is public, has a summary, and describes what it refuses as problems."""
    for operation in OPERATIONS:
        raw = operation.definition.raw
        assert raw["summary"], operation.label
        assert "security" in raw or operation.path in PUBLIC
        refused = {status: answer for status, answer in raw["responses"].items() if status >= "400"}
        assert {"400", "429", "503"} <= refused.keys(), operation.label
        assert all(list(answer["content"]) == ["application/problem+json"] for answer in refused.values())
