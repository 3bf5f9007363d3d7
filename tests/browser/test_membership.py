"""Becoming a member, leaving and coming back, losing the membership and getting it back."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from accounts.models import Member, Objection, RejoinRequest
from accounts.services import registration
from accounts.services.statements import Finding
from billing.services import purchases
from tests.billing.make import give_card, granted
from tests.browser.desk import at_desk
from tests.browser.lived_in import beginner
from tests.browser.person import PASSWORD, Person
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["ko", "en"])]

EMAIL = "haneul@member.example"
NAME = "김하늘"
FINDING = Finding("도용된 카드로 가입했습니다.", "Joined with a stolen card.")
ANSWER = "카드는 본인 것이었습니다. The card was your own."


@pytest.fixture
def holder(transactional_db, language) -> Member:
    member = beginner(clock.now() - timedelta(days=3))
    member.user.language = language
    member.user.save()
    return member


@pytest.mark.clause("upstage/3.1")
def test_sign_up_is_held_and_accepted_from_the_queue(open_page, mailoutbox, amy, language):
    registration.hold(reason="facilities", by=amy, at=clock.now())
    me = Person(open_page(language), language)
    sign_up(me, mailoutbox)
    me.log_in(EMAIL)
    me.reads_that("Your application waits")
    desk = at_desk(open_page, amy, language)
    desk.page.goto("/admin/accounts/member/")
    desk.does("Accept who waits", reason="설비를 늘렸습니다.")
    me.page.goto("/overview/")
    expect(me.page.locator("main")).not_to_contain_text(me.say("Your application waits"))
    me.follow("Buy credits")
    me.is_at("/credits/buy/")
    me.page.goto("/notices/")
    me.reads_that("Your membership has begun")


def sign_up(me: Person, mailoutbox: list) -> None:
    page = me.page
    page.goto("/accounts/signup/")
    for name, value in {"email": EMAIL, "password1": PASSWORD, "name": NAME, "born_on": "1990-03-01"}.items():
        page.fill(f"[name={name}]", value)
    for box in page.locator("[name^=agree_]").all():
        box.check()
    me.press("Agree and sign up")
    me.heading("Verify your address")
    link = re.search(r"http://\S+/confirm-email/\S+", mailoutbox[0].body)
    assert link is not None
    page.goto(link[0])
    me.press("Yes, verify it")


@pytest.mark.clause("upstage/3.2")
@pytest.mark.clause("upstage/3.5.1")
def test_leaving_and_coming_back_with_all_credits(open_page, holder, amy, language):
    at = clock.now() - timedelta(days=2)
    give_card(holder, at=at)
    purchases.buy(member_id=holder.pk, amount=Decimal(10_000), key="one", by=holder.user, at=at)
    granted(holder, "500", until=kst_date(at) + timedelta(days=90), at=at)
    me = Person(open_page(language), language)
    me.log_in(holder.user.email)
    leave(me)
    me = Person(open_page(language), language)
    me.log_in(holder.user.email)
    me.heading("You have left")
    me.reads(me.won("10500"))
    me.press("Ask to come back")
    me.reads_that("We have your request. Until we answer, your credits stay as they are.")
    desk = at_desk(open_page, amy, language)
    desk.opens(RejoinRequest.objects.get())
    desk.does("Approve", reason="다시 오신 것을 환영합니다.")
    me.page.goto("/credits/")
    me.reads(me.won("10500"))
    me.reads(me.won("500"))


def leave(me: Person) -> None:
    """What ends, what is refunded, and the one button."""
    me.page.goto("/account/leave/")
    me.reads(me.won("10500"))
    me.follow("Next: what is refunded")
    me.reads(me.won("11000"))
    me.follow("Next: confirm")
    me.proves_it_is_me()
    me.heading("Leave now?")
    me.page.check("[name=understood]")
    me.press("Leave")
    me.is_at("/left/")


@pytest.mark.clause("upstage/3.4")
def test_membership_is_lost_and_given_back(open_page, holder, amy, ben, language):
    me = Person(open_page(language), language)
    me.log_in(holder.user.email)
    first = at_desk(open_page, amy, language)
    first.opens(holder)
    take_away(first)
    me.page.goto("/overview/")
    me.heading("Your membership was taken away")
    me.reads(FINDING.facts_ko if language == "ko" else FINDING.facts_en)
    me.page.fill("[name=text]", "제 카드입니다. It is my card.")
    me.press("Submit the statement")
    me.reads_that("Your statement has arrived. Somebody else decides it and writes to you.")
    second = at_desk(open_page, ben, language)
    second.opens(Objection.objects.get())
    second.does("Decide", uphold="yes", answer=ANSWER)
    me.page.goto("/appeal/")
    me.is_at("/overview/")
    me.page.goto("/standing/")
    me.reads_that("Nothing is restricted: you may use and buy everything.")
    me.page.goto("/notices/")
    me.reads(ANSWER)


def take_away(desk) -> None:
    desk.previews(
        "Take the membership away", ground="upstage/3.3.5", facts_ko=FINDING.facts_ko, facts_en=FINDING.facts_en,
        source="own",
    )  # fmt: skip
    for facts in (FINDING.facts_ko, FINDING.facts_en):
        expect(desk.effect()).to_contain_text(facts)
    desk.confirms("Take the membership away")
