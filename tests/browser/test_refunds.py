"""Money back as people ask for it: within seven days, by the 40 %, and an objection that waits too long."""

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import Member, User
from billing.models import FeeObjection
from billing.services import invoices
from billing.services.charging import Use, charge
from tests.billing.make import give_card
from tests.browser.desk import Desk, at_desk
from tests.browser.person import Person
from tests.browser.told import JUNE, bought, reader, ten_on
from tests.browser.watching import too_wide

pytestmark = [pytest.mark.browser]

HOWS = [
    pytest.param("ko", {}, id="korean"),
    pytest.param("en", {"java_script_enabled": False}, id="english_without_scripts"),
    pytest.param("en", {"width": 390, "has_touch": True}, id="english_phone"),
]
BOTH = [pytest.param("ko", {}, id="korean"), pytest.param("en", {}, id="english")]
Stands = Callable[[datetime], None]

WHOLE = {
    "ko": "2026년 6월 9일에 결제했고 7일이 끝나는 2026년 6월 16일 24:00 전이며 이 구매의 유상 크레딧을 쓰지 않았으므로 "
    "전액 환불됩니다: 10,000 + 세액 1,000 KRW.",
    "en": "Paid on 9 Jun 2026, within the 7 days that end with 16 Jun 2026, and none of its paid credits used: all of "
    "it is refunded, 10,000 + tax 1,000 KRW.",
}
TOO_MUCH = {
    "ko": "남은 유상 잔액 10,000 > 4,000 = 마지막 충전(2026년 5월 20일) 직후 유상 잔액 10,000의 40%.",
    "en": "Remaining paid balance 10,000 > 4,000 = 40 % of the 10,000 right after the last recharge (20 May 2026)",
}
ENOUGH = {
    "ko": "남은 유상 잔액 4,000 ≤ 4,000 = 마지막 충전(2026년 5월 20일) 직후 유상 잔액 10,000의 40%.",
    "en": "Remaining paid balance 4,000 ≤ 4,000 = 40 % of the 10,000 right after the last recharge (20 May 2026)",
}
WHY_WRONG = "같은 문서를 두 번 셌습니다. The same pages were counted twice."
WHY_LATE = "게이트웨이 기록을 기다립니다. We wait for the records of the gateway."
ANSWER = "두 번 센 것이 맞습니다. They were counted twice."
DAYS = {
    (6, 11): {"ko": "2026년 6월 11일 (목)", "en": "11 Jun 2026"},
    (6, 15): {"ko": "2026년 6월 15일 (월)", "en": "15 Jun 2026"},
    (6, 17): {"ko": "2026년 6월 17일 (수)", "en": "17 Jun 2026"},
    (6, 19): {"ko": "2026년 6월 19일 (금)", "en": "19 Jun 2026"},
}


@pytest.fixture
def begins_at(set_clock: Stands) -> datetime:
    set_clock(JUNE)
    return JUNE


@pytest.fixture
def holder(transactional_db: None, begins_at: datetime, language: str) -> Member:
    member = reader(language, at=ten_on(5, 1))
    give_card(member, at=ten_on(5, 1))
    return member


def reads_that_day(me: Person, english: str, on: tuple[int, int]) -> None:
    me.reads_that(english, day=DAYS[on][me.language])


@pytest.mark.clause("upstage/16.1", "upstage/20.1.1")
@pytest.mark.parametrize(("language", "how"), HOWS)
def test_an_unused_purchase_is_given_back_within_seven_days(
    open_page: Any, stands_at: Stands, holder: Member, language: str, how: dict[str, Any]
) -> None:
    bought(holder, 10_000, at=ten_on(6, 9))
    me = Person(open_page(language, **how), language)
    me.log_in(holder.user.email)
    me.page.goto("/refunds/")
    me.reads_that("%(total)s can be refunded now.", total=me.won(11_000))
    me.reads_why(WHOLE[language], within=me.page.locator("tbody"))
    if how.get("java_script_enabled", True):
        assert too_wide(me.page) == []
    me.follow("Ask for a refund")
    me.press("Ask for a refund")
    expect(me.page).to_have_url(re.compile(r"/refunds/rfd_"))
    me.reads_that("Refund of %(total)s", total=me.won(11_000))
    reads_that_day(me, "It is approved; the money is back by the end of %(day)s.", (6, 15))
    stands_at(ten_on(6, 11))
    me.page.reload()
    me.reads_that(
        "All of it was paid back by %(day)s.", day={"ko": "2026년 6월 11일 (목)", "en": "11 Jun 2026"}[language]
    )
    me.page.goto("/notices/")
    me.reads(me.won(11_000))
    me.cites("20.3", "20.4")


@pytest.mark.clause("upstage/16.2", "upstage/20.4")
@pytest.mark.parametrize(("language", "how"), BOTH)
def test_a_small_balance_is_given_back_and_a_large_one_is_not(
    open_page: Any, stands_at: Stands, holder: Member, language: str, how: dict[str, Any]
) -> None:
    bought(holder, 10_000, at=ten_on(5, 20))
    me = Person(open_page(language, **how), language)
    me.log_in(holder.user.email)
    me.page.goto("/refunds/")
    me.reads_that("The terms grant no refund at the moment; below is why.")
    me.reads_why(TOO_MUCH[language], within=me.page.locator("tbody"))
    uses(holder, "5999.999999")  # a millionth above 40 % is left
    me.page.reload()
    me.reads_that("The terms grant no refund at the moment; below is why.")
    uses(holder, "0.000001")
    me.page.reload()
    me.reads_that("%(total)s can be refunded now.", total=me.won(4_400))
    me.reads_why(ENOUGH[language], within=me.page.locator("tbody"))
    me.follow("Ask for a refund")
    me.press("Ask for a refund")
    reads_that_day(me, "It is approved; the money is back by the end of %(day)s.", (6, 17))
    me.reads_all(me.won(4_000), me.won(400), me.won(4_400), DAYS[6, 15][language])
    me.cites("20.4")
    stands_at(ten_on(6, 12))
    me.page.reload()
    reads_that_day(me, "It is approved; the money is back by the end of %(day)s.", (6, 17))
    stands_at(ten_on(6, 15))
    me.page.reload()
    reads_that_day(me, "All of it was paid back by %(day)s.", (6, 15))


def uses(holder: Member, amount: str) -> None:
    charge(member_id=holder.pk, use=Use.of_amount(Decimal(amount)), by=None, at=JUNE)


@pytest.mark.clause("upstage/20.3")
@pytest.mark.parametrize(("language", "how"), BOTH)
def test_an_objection_is_told_of_its_delay_and_upheld_by_two(
    open_page: Any, stands_at: Stands, holder: Member, amy: User, ben: User, language: str, how: dict[str, Any]
) -> None:
    invoice = invoices.issue_single(
        member_id=holder.pk, amount=Decimal(300_000), due_on=ten_on(6, 12).date(), what_ko="이용 요금", what_en="Fee",
        by=None, at=JUNE,
    )  # fmt: skip
    me = Person(open_page(language, **how), language)
    me.log_in(holder.user.email)
    objects(me, invoice.number)
    made = FeeObjection.objects.get()
    desk = at_desk(open_page, amy, language)
    desk.opens(made)
    desk.does("Say why it takes longer", reason=WHY_LATE)
    stands_at(ten_on(6, 20))
    is_told_of_the_delay(me, invoice.number)
    upholds(desk, made)
    second = at_desk(open_page, ben, language)
    second.opens(made)
    second.does("Agree", reason=ANSWER)
    me.page.goto(f"/invoices/{invoice.number}/objection/")
    me.reads_that(
        "It was upheld: %(total)s with VAT are not owed, and what you paid of that goes back.", total=me.won(330_000)
    )
    me.reads(ANSWER)
    me.page.goto("/invoices/owed/")
    me.reads_that("You owe nothing.")


def objects(me: Person, number: str) -> None:
    me.page.goto(f"/invoices/{number}/")
    me.follow("Object")
    me.cites("20.3")
    me.page.fill("[name=reason]", WHY_WRONG)
    me.press("Send the objection")
    reads_that_day(
        me, "We look at it and answer by the end of %(day)s. Until then use is not suspended for this invoice.", (6, 19)
    )
    me.reads(WHY_WRONG)


def is_told_of_the_delay(me: Person, number: str) -> None:
    """On the day after the seventh business day, with the reason; the page has it too."""
    me.page.goto("/notices/")
    me.reads_that("Our answer to your objection is late")
    me.reads(WHY_LATE)
    me.reads({"ko": "2026년 6월 19일까지", "en": "19 Jun 2026"}[me.language])
    me.page.goto(f"/invoices/{number}/objection/")
    me.reads_that("Why it takes longer")
    me.reads(WHY_LATE)


def upholds(desk: Desk, made: FeeObjection) -> None:
    """The first proposes, and cannot agree with themselves."""
    desk.opens(made)
    desk.does("Propose to uphold it", reason=ANSWER)
    expect(desk.page.locator("body")).to_contain_text(desk.say("Proposed; a second person has to approve it."))
