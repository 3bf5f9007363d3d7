"""A real Chromium against the console's own server, with no way out to the network."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.services import terms
from billing.services import catalogue
from tests.browser import told
from tests.browser.watching import Watch
from upstage_console.kernel import clock

# Playwright keeps an event loop in the test's thread; Django would take that for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

LOCALES = {"ko": "ko-KR", "en": "en-GB"}
INSTALLED = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]  # fmt: skip
PATIENCE = 30_000  # milliseconds, for machines that do much else
Open = Callable[..., Page]


expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium where there is one, else Playwright's own."""
    found = next(filter(None, map(shutil.which, INSTALLED)), None)
    return {**browser_type_launch_args, "args": FLAGS, **({"executable_path": found} if found else {})}


@pytest.fixture
def begins_at() -> datetime:
    """When the console was started first: now, unless a story has days of its own (told.py)."""
    return clock.now()


@pytest.fixture(autouse=True)
def terms_and_prices(transactional_db: None, begins_at: datetime) -> None:
    """What every console has from its first start. Nobody has used up a limit yet."""
    cache.clear()
    terms.load_digests(by=None, at=begins_at)
    catalogue.load(by=None, at=begins_at)


@pytest.fixture(autouse=True)
def links_of_mails_lead_here(live_server: Any, settings: Any) -> None:
    """They lead to the console's own site, whatever host was asked."""
    settings.SITE_URL = live_server.url


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[Open]:
    """Opens a browser of somebody's own; what its pages did wrong is told when the test is over."""
    opened: list[tuple[BrowserContext, Watch]] = []

    def open_one(language: str = "ko", *, width: int = 1280, **more: Any) -> Page:
        size = {"width": width, "height": 900}
        context = browser.new_context(base_url=live_server.url, locale=LOCALES[language], viewport=size, **more)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        opened.append((context, Watch(page, host=urlsplit(live_server.url).netloc)))
        return page

    yield open_one
    for context, _ in opened:
        context.close()
    assert [fault for _, watch in opened for fault in watch.faults] == []


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Moves the time of the console, which serves from a thread of its own."""

    def set_to(at: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: at)

    return set_to


@pytest.fixture
def stands_at(set_clock: Callable[[datetime], None]) -> Callable[[datetime], None]:
    """Lets the story go on at this instant, once the night before it has done its work."""

    def go_on_at(at: datetime) -> None:
        set_clock(at)
        told.night(at)

    return go_on_at
