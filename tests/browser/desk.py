"""Somebody of the staff at the back office: a verb is looked at with its effect, and only then confirmed."""

import re
from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from tests.browser.person import Person


class Desk(Person):
    """The whole page is searched: the frame of the back office is not the house's own."""

    inside = "body"

    def follow(self, words: str) -> None:
        """A verb may stand in a group: that is opened first."""
        link = self.page.get_by_role("link", name=self.say(words), exact=True, include_hidden=True)
        closed = self.page.locator("details.verb-group:not([open])").filter(has=link)
        if closed.count():
            closed.first.locator("summary").click()
        super().follow(words)

    def opens(self, row: Any) -> None:
        """The case file of a row."""
        self.page.goto(reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]))

    def does(self, verb: str, **given: str) -> None:
        """Fill in what the verb asks for, look at the effect, confirm it."""
        self.previews(verb, **given)
        self.confirms(verb)

    def previews(self, verb: str, **given: str) -> None:
        """The page that says what will happen; `reason` is given where it is asked for."""
        self.asks(verb, **given)
        expect(self.page.get_by_role("heading", name=self.say("What will happen"))).to_be_visible()

    def is_refused(self, verb: str, **given: str) -> None:
        """The page says that it is not possible, and why; there is nothing to confirm."""
        self.asks(verb, **given)
        expect(self.page.locator(".refused")).to_be_visible()
        expect(self.page.locator(".verb-form [name=confirm]")).to_have_count(0)

    def asks(self, verb: str, **given: str) -> None:
        """Ask for the effect of a verb."""
        self.follow(verb)
        form = self.page.locator(".verb-form")
        for name, value in given.items():
            fill(form, name, value)
        self.press("Show the effect", within=form)

    def confirms(self, verb: str) -> None:
        self.press(verb, within=self.page.locator(".verb-form"))
        expect(self.page).not_to_have_url(re.compile("/do/"))

    def effect(self) -> Locator:
        """What the page says will happen, with the mails that will be sent."""
        return self.page.locator(".verb-page")


def fill(form: Locator, name: str, value: str) -> None:
    """A field of a form, whatever it looks like."""
    field = form.locator(f"[name={name}]").first
    kind, tag = field.get_attribute("type"), field.evaluate("field => field.tagName")
    if kind in ("radio", "checkbox"):
        form.locator(f"[name={name}][value='{value}']").check()
    elif tag == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)


def at_desk(open_page: Callable[..., Page], somebody: User, language: str) -> Desk:
    """This person, logged in, reading this language."""
    EmailAddress.objects.get_or_create(user=somebody, email=somebody.email, verified=True, primary=True)
    desk = Desk(open_page(language, width=1440), language)
    desk.log_in(somebody.email)
    desk.choose_language()
    return desk
