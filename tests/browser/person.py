"""Somebody before the screen. Buttons and links are found by the words people read, in the page's language."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.utils import translation
from playwright.sync_api import Locator, Page, expect

PASSWORD = "a long enough password"


@dataclass
class Person:
    page: Page
    language: str
    inside: ClassVar[str] = "main"

    def say(self, english: str) -> str:
        """The words as the page has them."""
        with translation.override(self.language):
            return translation.gettext(english)

    def press(self, words: str, *, within: Locator | None = None, **facts: object) -> None:
        name = self.say(words) % facts if facts else self.say(words)
        (within or self.page.locator(self.inside)).get_by_role("button", name=name, exact=True).click()

    def follow(self, words: str) -> None:
        self.page.locator(self.inside).get_by_role("link", name=self.say(words), exact=True).first.click()

    def reads(self, text: str) -> None:
        expect(self.page.locator(self.inside)).to_contain_text(text)

    def reads_all(self, *texts: str) -> None:
        for text in texts:
            self.reads(text)

    def reads_that(self, english: str, **facts: object) -> None:
        """A sentence of the console's own, in this person's language."""
        self.reads(self.say(english) % facts if facts else self.say(english))

    def reads_why(self, text: str, *, within: Locator | None = None) -> None:
        """Open the first “Why?” there, with scripts or without: its panel says this, and names a clause."""
        place = (within or self.page.locator(self.inside)).locator(":has(> .why)").first
        place.locator("> .why").click()
        panel = place.locator("> .why-panel")
        expect(panel).to_be_visible()
        expect(panel).to_contain_text(text)
        expect(panel.locator("a.clause").first).to_be_visible()
        self.page.keyboard.press("Escape")

    def cites(self, *clauses: str) -> None:
        """Each of these clauses is on the page, as a link to its article."""
        for clause in clauses:
            link = self.page.locator(self.inside).locator(f"a.clause[href*='{clause}']")
            expect(link.first).to_have_text(re.compile(r"\d"))

    def heading(self, words: str) -> None:
        expect(self.page.locator("h1")).to_have_text(self.say(words))

    def is_at(self, path: str) -> None:
        expect(self.page).to_have_url(re.compile(rf"{re.escape(path)}(\?.*)?$"))

    def won(self, amount: str | Decimal) -> str:
        """An amount as this person reads it: 56,790원 or ₩56,790."""
        written = f"{Decimal(amount):,f}"
        return f"{written}원" if self.language == "ko" else f"₩{written}"

    def log_in(self, email: str, password: str = PASSWORD) -> None:
        self.page.goto("/accounts/login/")
        self.page.fill("[name=login]", email)
        self.page.fill("[name=password]", password)
        self.press("Log in")
        expect(self.page).not_to_have_url(re.compile("/accounts/login/"))

    def proves_it_is_me(self) -> None:
        """The password once more, before something that matters."""
        expect(self.page).to_have_url(re.compile("/reauthenticate/"))
        self.page.fill("[name=password]", PASSWORD)
        self.press("Go on")

    def choose_language(self) -> None:
        """Whatever the profile says, this browser is read in this language."""
        parts = self.page.context.pages[0].url.split("/")
        cookie = {"name": "django_language", "value": self.language, "url": "/".join(parts[:3])}
        self.page.context.add_cookies([cookie])
