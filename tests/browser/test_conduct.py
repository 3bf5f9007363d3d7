"""A warning, a suspension, an objection that somebody else upholds: both sides of the desk."""

import pytest
from playwright.sync_api import expect

from accounts.models import Member, Objection
from tests.accounts.conduct import FINDING, GROUND
from tests.browser.desk import Desk, at_desk
from tests.browser.lived_in import beginner
from tests.browser.person import Person
from upstage_console.kernel import clock

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["ko", "en"])]

STATEMENT = {"ground": GROUND, "facts_ko": FINDING.facts_ko, "facts_en": FINDING.facts_en, "source": "own"}
WHY_WRONG = "부하 시험이었습니다. It was a load test."
ANSWER = "미리 알려 주신 시험이 맞습니다. It was the test you had announced."


@pytest.fixture
def holder(transactional_db, language) -> Member:
    member = beginner(clock.now())
    member.user.language = language
    member.user.save()
    return member


@pytest.mark.clause("upstage/26.1")
@pytest.mark.clause("upstage/26.3")
@pytest.mark.clause("upstage/26.4")
def test_warned_suspended_objected_and_restored(open_page, holder, amy, ben, language):
    desk = at_desk(open_page, amy, language)
    desk.opens(holder)
    sanctions(desk, stage="warning")
    sanctions(desk, stage="suspension", days="7")
    me = Person(open_page(language), language)
    me.log_in(holder.user.email)
    cannot_use(me)
    objects(me)
    refuses_who_decided(desk)
    second = at_desk(open_page, ben, language)
    second.opens(Objection.objects.get())
    second.does("Decide", uphold="yes", answer=ANSWER)
    me.page.goto("/standing/")
    me.reads_that("Nothing is restricted: you may use and buy everything.")
    me.page.locator("table a.row-link").first.click()
    me.reads(ANSWER)
    me.page.goto("/keys/")
    me.follow("Make the first key")
    me.heading("New API key")


def sanctions(desk: Desk, **stage: str) -> None:
    """The mail stands there in both languages before anything is done."""
    desk.previews("Sanction", **stage, **STATEMENT)
    for tongue, facts in (("ko", FINDING.facts_ko), ("en", FINDING.facts_en)):
        expect(desk.effect().locator(f"article.mail[lang={tongue}]").first).to_contain_text(facts)
    desk.confirms("Sanction")


def cannot_use(me: Person) -> None:
    me.page.goto("/standing/")
    me.reads_that("Services are closed to you, and nothing can be bought.")
    me.follow("Read and object")
    for facts in (FINDING.facts_ko, FINDING.facts_en):
        me.reads(facts)


def objects(me: Person) -> None:
    me.page.fill("[name=text]", WHY_WRONG)
    me.press("Submit the objection")
    me.reads_that("We have received it. Somebody who did not decide the measure looks at it.")
    me.reads(WHY_WRONG)


def refuses_who_decided(desk: Desk) -> None:
    """Whoever took part in the measure is not the one who answers."""
    desk.opens(Objection.objects.get())
    desk.follow("Decide")
    form = desk.page.locator(".verb-form")
    form.locator("[name=uphold][value=no]").check()
    form.locator("[name=answer]").fill(ANSWER)
    desk.press("Show the effect", within=form)
    expect(desk.page.get_by_role("alert").filter(has_text=desk.say("This is not possible."))).to_be_visible()
    expect(form.get_by_role("button", name=desk.say("Decide"), exact=True)).to_have_count(0)
