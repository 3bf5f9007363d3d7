"""The lists of the back office over everything that the benchmark has written."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import setup_test_environment, teardown_test_environment
from django.urls import reverse

from accounts.models import Case, Consent, DataView, Member, Notice, Objection, Restriction, Sanction, User

LISTS = (Member, Notice, Sanction, Restriction, Objection, Case, DataView, Consent)
FREELY = {"STAFF_PURPOSE_MINUTES": 0, "STAFF_SECOND_FACTOR_REQUIRED": False}
HEADER = "| list | rows | seconds | of which SQL | slowest statement | statements |\n|---|--:|--:|--:|--:|--:|"


@dataclass(frozen=True)
class Page:
    """A page: how long it took and what of it the database."""

    name: str
    rows: int
    seconds: float
    statements: list[tuple[float, str]]

    def line(self) -> str:
        taken = [seconds for seconds, _statement in self.statements]
        return (
            f"| {self.name} | {self.rows:,} | {self.seconds:.2f} | {sum(taken):.2f} | {max(taken):.2f} | {len(taken)} |"
        )


class Stopwatch:
    """How long each statement takes."""

    def __init__(self) -> None:
        self.taken: list[tuple[float, str]] = []

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, *rest)
        finally:
            self.taken.append((time.perf_counter() - begun, sql))


@contextmanager
def desk(staff: User) -> Iterator[Client]:
    """Somebody who may see everything, without being asked what for."""
    setup_test_environment(debug=False)
    try:
        with override_settings(**FREELY):
            client = Client()
            client.force_login(staff)
            yield client
    finally:
        teardown_test_environment()


def lists(staff: User) -> list[Page]:
    """The first page of each list; the second go counts, so that templates are read already."""
    with desk(staff) as client:
        return [_page(client, model) for model in LISTS]


def _page(client: Client, model: Any) -> Page:
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    assert client.get(url).status_code == 200, url
    watch = Stopwatch()
    begun = time.perf_counter()
    with connection.execute_wrapper(watch):
        client.get(url)
    seconds = time.perf_counter() - begun
    return Page(str(model._meta.model_name), model._default_manager.count(), seconds, watch.taken)
