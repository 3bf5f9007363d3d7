"""Auto-recharge as its member sees it over three cycles, the second of which the card does not pay at first."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from accounts.models import Member
from tests.billing.make import give_card
from tests.billing.recharged import line, table
from tests.browser.person import Person
from tests.browser.told import JUNE, reader, ten_on
from upstage_console.kernel import wording

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["ko", "en"])]

CREDITS, BONUS, PAID = "50000", "5000", "55000"  # 10 % on top from 40,000 won a month; VAT 5,000 won


@pytest.fixture
def begins_at(set_clock: Callable[[datetime], None]) -> datetime:
    set_clock(JUNE)
    return JUNE


@pytest.fixture
def holder(transactional_db: None, begins_at: datetime, language: str) -> Member:
    member = reader(language)
    give_card(member, at=JUNE)
    table(line(minimum=40_000, percent="10"), at=JUNE)
    return member


@pytest.mark.clause("upstage/15-2.1", "upstage/15-2.2", "upstage/19")
def test_three_cycles_one_of_which_the_card_does_not_pay_at_first(
    open_page: Any, stands_at: Callable[[datetime], None], holder: Member, mailoutbox: list[Any], language: str
) -> None:
    me = Person(open_page(language), language)
    me.log_in(holder.user.email)
    switches_it_on(me)
    stands_at(ten_on(6, 20))
    is_charged(me, charges=1, next_on=date(2026, 7, 20))
    give_card(holder, "declined", at=ten_on(7, 1))
    stands_at(ten_on(7, 20))
    is_told_of_the_decline(me, mailoutbox)
    registers_another_card(me)
    stands_at(ten_on(7, 21))
    is_charged(me, charges=3, next_on=date(2026, 8, 20))
    stands_at(ten_on(8, 20))
    stands_at(ten_on(8, 20))  # the jobs run again: a cycle is charged once
    is_charged(me, charges=4, next_on=date(2026, 9, 20))
    holds(me, total="155000", paid="150000")


def day(me: Person, on: date) -> str:
    return wording.written(on, "weekday", me.language)


def switches_it_on(me: Person) -> None:
    """How much and when; then what is charged, what it gives, how it ends, and the conditions."""
    page = me.page
    page.goto("/credits/recharge/")
    me.follow("Switch it on")
    page.fill("[name=amount]", CREDITS)
    page.check("[name=mode][value=monthly]")
    page.fill("[name=day]", "20")
    me.press("Continue")
    me.reads_that("%(total)s with VAT every month on day %(day)s.", total=me.won(PAID), day=20)
    me.reads_all(day(me, date(2026, 6, 20)), day(me, date(2026, 7, 20)), me.won(BONUS))
    me.cites("15-2.1", "15-2.2", "16.2", "20.2")
    page.check("[name=agreed]")
    me.press("Switch it on")
    me.is_at("/credits/recharge/")
    me.reads_that(
        "%(total)s with VAT are charged next on %(on)s. Until then you can change or cancel it.",
        total=me.won(PAID), on=day(me, date(2026, 6, 20)),
    )  # fmt: skip
    me.reads_that("Nothing has been charged yet")


def charges_of(me: Person) -> Locator:
    return me.page.get_by_role("region", name=me.say("Charges"), exact=True).locator("tbody tr")


def is_charged(me: Person, *, charges: int, next_on: date) -> None:
    """The newest charge stands on top, what comes next above, and what ends then."""
    me.page.goto("/credits/recharge/")
    expect(charges_of(me)).to_have_count(charges)
    for text in (me.say("paid").capitalize(), me.won(CREDITS), me.won(BONUS), me.won(PAID)):
        expect(charges_of(me).first).to_contain_text(text)
    me.reads_that(
        "%(total)s with VAT are charged next on %(on)s. Until then you can change or cancel it.",
        total=me.won(PAID), on=day(me, next_on),
    )  # fmt: skip
    me.reads_that(
        "What is left of this cycle's bonus, %(left)s now, ends with %(day)s. Paid credits stay.",
        left=me.won(BONUS), day=day(me, next_on.replace(day=19)),
    )  # fmt: skip


def is_told_of_the_decline(me: Person, mailoutbox: list[Any]) -> None:
    """The try that failed is on the page; the notice and the mail say how much, and when it is tried again."""
    told = me.say(
        "Your card did not pay %(total)s. We try again on %(next_on)s. Register another card before if this one does "
        "not work any more."
    ) % {"total": me.won(PAID), "next_on": wording.day(date(2026, 7, 21), me.language)}
    me.page.goto("/credits/recharge/")
    expect(charges_of(me)).to_have_count(2)
    expect(charges_of(me).first).to_contain_text(me.say("failed").capitalize())
    me.page.goto("/notices/")
    me.reads(told)
    me.cites("15-2.1", "19")
    assert told in mailoutbox[-1].body.replace("\n", " ")
    holds(me, total=CREDITS, paid=CREDITS)  # the bonus of the first cycle is over, what was paid stays


def registers_another_card(me: Person) -> None:
    me.page.goto("/card/")
    me.reads("0002")
    me.page.check("[name=reference][value=ok]")
    me.page.check("[name=agreed]")
    me.press("Register the card")
    me.is_at("/payment-methods/")


def holds(me: Person, *, total: str, paid: str) -> None:
    me.page.goto("/credits/")
    for name, figure in (("Balance", total), ("Can be used now", total)):
        stat = me.page.locator(".stats > *").filter(has_text=me.say(name))
        expect(stat.first).to_contain_text(me.won(figure))
    expect(me.page.locator(".stats")).to_contain_text(me.won(paid))
