"""Every page in both languages: nothing it may not do, nothing that somebody cannot read, use or fit on a phone."""

import pytest
from playwright.sync_api import Page

from tests.browser import lived_in
from tests.browser.person import Person
from tests.browser.watching import faults, too_wide
from upstage_console.kernel import clock

pytestmark = pytest.mark.browser

LEFT_OUT = ("not one main", "no label: <input", "/styleguide/: 2 h1")  # by unfold's own templates; a header on show
NARROWEST, SMALL, DESKTOP = 320, 360, 1280


def wrong(page: Page, paths: list[str], language: str, widths: tuple[int, ...]) -> str:
    """What is wrong with each page, at each width, a line each."""
    found: list[str] = []
    for path in paths:
        page.goto(path)
        found += [f"{path}: {fault}" for fault in faults(page, language)]
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            found += [f"{path} at {width}: {fault}" for fault in too_wide(page)]
    return "\n".join(found)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_public_pages(open_page, language):
    page = open_page(language)
    assert wrong(page, lived_in.PUBLIC, language, (NARROWEST, DESKTOP)) == ""


@pytest.mark.parametrize("language", ["ko", "en"])
def test_pages_of_a_member_of_two_months(open_page, language):
    member = lived_in.firm(clock.now())
    me = Person(open_page(language), language)
    me.log_in(member.user.email)
    me.choose_language()
    pages = [*lived_in.OF_MEMBERS, *lived_in.own_pages(member)]
    assert wrong(me.page, pages, language, (NARROWEST, DESKTOP)) == ""


def test_pages_of_a_member_on_the_first_day(open_page):
    member = lived_in.beginner(clock.now())
    me = Person(open_page("ko"), "ko")
    me.log_in(member.user.email)
    assert wrong(me.page, lived_in.OF_MEMBERS, "ko", (SMALL,)) == ""


@pytest.mark.parametrize("language", ["ko", "en"])
def test_pages_of_the_staff(open_page, language):
    at = clock.now()
    member = lived_in.firm(at)
    staff = lived_in.logged_in("아라", "ara@staff.example", is_staff=True, is_superuser=True, date_joined=at)
    me = Person(open_page(language, width=1440), language)
    me.log_in(staff.email)
    me.choose_language()
    pages = [*lived_in.OF_STAFF, f"/admin/accounts/member/{member.pk}/change/"]
    found = wrong(me.page, pages, language, (1440,)).splitlines()
    assert [fault for fault in found if not any(words in fault for words in LEFT_OUT)] == []
