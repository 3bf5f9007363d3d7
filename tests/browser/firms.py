"""A firm with a contract, its people before their screens and the company's, on days of its own."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from playwright.sync_api import Page, expect

from accounts.models import User
from contracts.models import Contract, Customer
from tests.browser.desk import Desk
from tests.browser.person import Person
from tests.contracts import making, portal
from upstage_console.kernel import outbox, wording
from upstage_console.kernel.clock import KST

SIGNER, ADMINISTRATOR = "signer@customer.example", "admin@customer.example"
BEGUN = datetime(2027, 2, 1, 10, tzinfo=KST)  # once a contract is in force people get their seats


def customer(language: str) -> Customer:
    """A firm that reads this language, with somebody who may sign."""
    holder = making.customer(language=language)
    making.person(holder, SIGNER)
    return holder


def agreed(language: str, **terms: Any) -> Contract:
    """A contract of such a firm, signed on paper on the 18th of January 2027; it begins on the 1st of February."""
    given = {"starts_on": date(2027, 2, 1), "fees": [making.fee(amount="1000000")], **terms}
    return making.concluded(making.drafted(customer(language), **given))


def administrator(open_page: Callable[..., Page], contract: Contract, language: str) -> Person:
    """The firm's administrator, who has chosen a password and is logged in."""
    seat = portal.seated(contract, ADMINISTRATOR, name="박관리", at=BEGUN)
    User.objects.filter(pk=seat.user_id).update(language=language)
    me = Person(open_page(language), language)
    me.log_in(ADMINISTRATOR)
    return me


def day(me: Person, on: date) -> str:
    """As sentences have it."""
    return wording.day(on, me.language)


def minute(me: Person, at: datetime) -> str:
    """As sentences have it."""
    return wording.moment(at, me.language)


def page_day(me: Person, on: date) -> str:
    """As pages have it, in Korean with the day of the week."""
    return wording.written(on, "weekday", me.language)


def page_minute(me: Person, at: datetime) -> str:
    """As pages have it, in Korean with the day of the week."""
    return wording.moment(at, me.language, "weekday")


def link_in_mail_to(email: str, mails: Sequence[Any], *, at: datetime) -> str:
    """Where the last mail to somebody leads; what waits to be sent is sent first."""
    outbox.deliver_due(at=at, topic="signature")
    body = next(mail.body for mail in reversed(mails) if mail.to == [email])
    found = re.search(r"https?://\S+/sign/\S+", body)
    assert found is not None
    return found.group()


def sees_effect(desk: Desk, *texts: str) -> None:
    for text in texts:
        expect(desk.effect()).to_contain_text(text)
