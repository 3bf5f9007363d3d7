"""Buy, use, be invoiced, pay late: the notice, the suspension, the late fee with its sum, and use given back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import Member
from billing.models import Invoice
from tests.billing.make import give_card
from tests.browser.person import Person
from tests.browser.told import JUNE, reader, ten_on, used

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["ko", "en"])]

PAGES = 80_000  # of Document Parse: 1,040,000 won, less 10,000 credits, and VAT: 1,133,000 won
UNPAID, LATE_FEE, OWED = "1133000", "16995", "1149995"  # 1.5 % of 1,133,000 for the month to 15 August
DUE = {"ko": "2026년 7월 15일", "en": "15 Jul 2026"}
MONTH_LATER = {"ko": "2026년 8월 15일", "en": "15 Aug 2026"}
SUSPENDED = {
    "ko": "안내한 뒤에도 요금이 납부되지 않아 이용을 정지했습니다.",
    "en": "Fees stayed unpaid after a notice, so use is suspended.",
}


@pytest.fixture
def begins_at(set_clock: Callable[[datetime], None]) -> datetime:
    set_clock(JUNE)
    return JUNE


@pytest.fixture
def holder(transactional_db: None, begins_at: datetime, language: str) -> Member:
    member = reader(language)
    give_card(member, postpaid=True, at=JUNE)
    return member


@pytest.mark.clause("upstage/2.7", "upstage/18.2", "upstage/26.1.1")
def test_unpaid_fees_close_use_until_they_are_paid(
    open_page: Any, stands_at: Callable[[datetime], None], holder: Member, language: str
) -> None:
    me = Person(open_page(language), language)
    me.log_in(holder.user.email)
    buys(me)
    used(holder, PAGES, at=JUNE)
    give_card(holder, "declined", at=ten_on(6, 20))
    stands_at(ten_on(7, 1))
    invoice = Invoice.objects.get()
    reads_the_invoice(me, invoice)
    stands_at(ten_on(7, 16))
    is_told(me, invoice)
    stands_at(ten_on(7, 24))
    is_suspended(me)
    stands_at(ten_on(8, 16))
    reads_the_late_fee(me, invoice)
    pays(me, invoice)
    is_restored(me, invoice)


def buys(me: Person) -> None:
    me.page.goto("/credits/buy/confirm/?amount=10000")
    me.reads_all(*map(me.won, ("10000", "1000", "11000")))
    me.cites("16.1", "16.2", "20.2")
    me.page.check("[name=agreed]")
    me.press("Pay %(total)s", total=me.won("11000"))
    me.reads_that(
        "%(total)s were paid on %(at)s.", total=me.won("11000"), at=moment(me, "2026년 6월 10일 (수)", "10 Jun")
    )


def moment(me: Person, korean: str, english: str) -> str:
    return f"{korean} 10:00" if me.language == "ko" else f"{english} 2026, 10:00"


def reads_the_invoice(me: Person, invoice: Invoice) -> None:
    """Credits first, VAT apart, and by when; the card that was tried did not pay."""
    me.page.goto("/invoices/")
    me.reads_that("%(amount)s are open.", amount=me.won(UNPAID))
    me.follow(invoice.number)
    me.reads_all(*map(me.won, ("1040000", "1030000", "103000", UNPAID)), f"−{me.won('10000')}", DUE[me.language])
    me.reads_why("80,000", within=me.page.locator(".invoice tbody"))
    me.page.goto("/notices/")
    me.reads(invoice.number)


def is_told(me: Person, invoice: Invoice) -> None:
    me.page.goto("/notices/")
    me.reads_that(
        "Invoice %(number)s is past its due day. Still unpaid in %(days)s days, use is suspended.",
        number=invoice.number, days=7,
    )  # fmt: skip
    me.page.goto("/standing/")
    me.reads_that("Nothing is restricted: you may use and buy everything.")


def is_suspended(me: Person) -> None:
    """On the eighth day after the notice: every page says so, with the clause and the way out."""
    me.page.goto("/overview/")
    banner = me.page.locator(".banner.danger").filter(has_text=SUSPENDED[me.language])
    expect(banner.locator("a.clause").first).to_be_visible()
    banner.get_by_role("link", name=me.say("What still works, and how it ends")).click()
    me.reads_that("Services are closed to you, and nothing can be bought.")
    me.reads_that("Pay what is due: in the moment everything is paid, you can use all services again.")
    me.cites("18.2", "26.1.1")
    me.follow("See what is due")


def reads_the_late_fee(me: Person, invoice: Invoice) -> None:
    """1.5 % of what was unpaid at the end of the one month that is complete; said the same in four places."""
    one_month = f"{me.won(UNPAID)} × 1.5% = {me.won(LATE_FEE)} ({MONTH_LATER[me.language]})"
    me.page.goto(f"/invoices/{invoice.number}/")
    me.reads_that("A late fee of %(fee)s has been added", fee=me.won(LATE_FEE))
    me.reads_why(one_month, within=me.page.locator(".banner.danger").last)
    me.cites("18.2")
    me.page.goto("/invoices/owed/")
    me.reads_all(me.won(UNPAID), f"+{me.won(LATE_FEE)}", me.won(OWED))
    me.page.goto("/notices/")
    me.reads_that(
        "At the end of %(ends_on)s %(principal)s of invoice %(number)s were unpaid, so a late fee of %(fee)s is added. "
        "With %(late_fee)s of late fees so far, %(total)s are due.",
        ends_on=MONTH_LATER[me.language], principal=me.won(UNPAID), number=invoice.number, fee=me.won(LATE_FEE),
        late_fee=me.won(LATE_FEE), total=me.won(OWED),
    )  # fmt: skip
    me.page.goto(f"/invoices/{invoice.number}/pay/")
    me.reads_why(one_month)


def pays(me: Person, invoice: Invoice) -> None:
    """The card on file still says no, and nothing changes; another one pays."""
    me.press("Pay %(total)s", total=me.won(OWED))
    expect(me.page.get_by_role("alert").filter(has_text=me.say("the bank declined it")).first).to_be_visible()
    me.follow("Another card")
    me.page.check("[name=reference][value=ok]")
    me.page.check("[name=agreed]")
    me.press("Register the card")
    me.page.goto(f"/invoices/{invoice.number}/pay/")
    me.press("Pay %(total)s", total=me.won(OWED))
    me.is_at(f"/invoices/{invoice.number}/")
    paid_at = moment(me, "2026년 8월 16일 (일)", "16 Aug")
    me.reads_that("%(total)s were paid on %(at)s.", total=me.won(OWED), at=paid_at)
    me.reads(f"−{me.won(OWED)}")


def is_restored(me: Person, invoice: Invoice) -> None:
    expect(me.page.locator(".banner.danger")).to_have_count(0)
    me.page.goto("/standing/")
    me.reads_that("Nothing is restricted: you may use and buy everything.")
    me.page.goto("/notices/")
    me.reads_that("Everything due is paid, so use is open again. Thank you.")
    me.page.goto("/invoices/owed/")
    me.reads_that("You owe nothing.")
