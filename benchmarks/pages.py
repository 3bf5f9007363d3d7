"""Pages asked in this process: how long the server takes, and what of it the database."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.contrib import admin
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import setup_test_environment, teardown_test_environment
from django.urls import NoReverseMatch, get_resolver, reverse

from accounts.models import User

PLAIN_STATIC_FILES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FREELY = {"STAFF_PURPOSE_MINUTES": 0, "STAFF_SECOND_FACTOR_REQUIRED": False, "STORAGES": PLAIN_STATIC_FILES}
NO_PAGES = ("/admin", "/api/v1")
GOES = 5
FOUND = 200


@dataclass(frozen=True)
class Page:
    """A page: how long it took, the median of some goes, how long the database in one of them, and its statements."""

    name: str
    seconds: float
    statements: list[tuple[float, str]]

    @property
    def in_database(self) -> float:
        return sum(seconds for seconds, _statement in self.statements)


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
def signed_in(user: User) -> Iterator[Client]:
    """Somebody at a browser; staff are not asked what they look for."""
    setup_test_environment(debug=False)
    try:
        with override_settings(**FREELY):
            client = Client()
            client.force_login(user)
            yield client
    finally:
        teardown_test_environment()


def of_members(client: Client) -> list[Page]:
    """Every page that has a name and needs no more to be found, and that opens."""
    return _opening(client, sorted({address for address in _addresses() if not address.startswith(NO_PAGES)}))


def of_staff(client: Client) -> list[Page]:
    """The first page of every list of the back office."""
    names = [f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist" for model in admin.site._registry]
    return _opening(client, sorted(map(reverse, names)))


def _addresses() -> Iterator[str]:
    for name in get_resolver().reverse_dict:
        if isinstance(name, str):
            try:
                yield reverse(name)
            except NoReverseMatch:
                continue


def _opening(client: Client, addresses: list[str]) -> list[Page]:
    """The first go reads templates, and tells whether there is a page; the others count."""
    return [_page(client, address) for address in addresses if _opens(client, address)]


def _opens(client: Client, address: str) -> bool:
    answer = client.get(address)
    return answer.status_code == FOUND and answer.headers["Content-Type"].startswith("text/html")


def _page(client: Client, address: str) -> Page:
    taken = []
    for _go in range(GOES):
        watch = Stopwatch()
        begun = time.perf_counter()
        with connection.execute_wrapper(watch):
            client.get(address)
        taken.append(time.perf_counter() - begun)
    return Page(address, median(taken), watch.taken)
