"""The terms change: announced, compared word by word, rejected, and what follows for paid services."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.models import Document, Member, Version
from accounts.queries import documents_in_force
from accounts.rules.amendments import paid_from
from accounts.services import consents, deemed, drafting, paid_services, telling
from accounts.services.drafting import ArticleDraft, Clause, Draft
from tests.browser.desk import at_desk
from tests.browser.lived_in import beginner
from tests.browser.person import Person
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import day_start, kst_date

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["ko", "en"])]

NEW_WORDS = {"ko": "새로 넣은 문장입니다.", "en": "This sentence is new."}
REASON = {"ko": "더 알기 쉽게 고쳤습니다.", "en": "It is said more clearly."}


@pytest.fixture
def holder(transactional_db, language) -> Member:
    at = clock.now()
    member = beginner(at - timedelta(days=3))
    member.user.language = language
    member.user.save()
    consents.agree(member=member, versions=documents_in_force(at), at=at)
    return member


@pytest.fixture
def draft(holder, amy) -> Version:
    """The next version of the general terms, ten days from now, with one article more."""
    at = clock.now()
    draft = drafting.draft_next(Document.objects.get(code="upstage").pk, by=amy, at=at)
    said = Draft(kst_date(at) + timedelta(days=10), False, REASON["ko"], REASON["en"])
    drafting.change(draft.pk, said, by=amy, at=at)
    words = [Clause(1, NEW_WORDS["ko"], NEW_WORDS["en"], NEW_WORDS["ko"], NEW_WORDS["en"])]
    drafting.write_article(draft.pk, ArticleDraft("99", "새 조항", "New article", clauses=words), by=amy, at=at)
    return Version.objects.get(pk=draft.pk)


@pytest.mark.clause("upstage/4.3")
@pytest.mark.clause("upstage/4.5")
def test_change_is_rejected_and_paid_services_end_with_the_month(
    open_page, set_clock, holder, draft, amy, language
):  # fmt: skip
    desk = at_desk(open_page, amy, language)
    desk.opens(draft)
    desk.does("Publish", reason="공지합니다.")
    telling.tell_all(at=clock.now())
    me = Person(open_page(language), language)
    me.log_in(holder.user.email)
    reads_what_changes(me)
    rejects(me)
    over = day_start(paid_from(draft.effective_on)) + timedelta(hours=10)
    set_clock(over)
    deemed.record_deemed(at=over)
    paid_services.ask_staff(at=over)
    me.page.goto("/standing/")
    me.reads_that("Nothing is restricted: you may use and buy everything.")
    desk.opens(holder)
    desk.does("End paid services", reason="변경에 동의하지 않았습니다.")
    me.page.goto("/standing/")
    me.reads_that("Services that cost something are closed to you, and nothing can be bought.")
    me.follow("Read the terms")
    me.follow("Read and accept it")
    me.press("Accept the terms")
    me.page.goto("/standing/")
    me.reads_that("Nothing is restricted: you may use and buy everything.")


def reads_what_changes(me: Person) -> None:
    """The banner leads to one's own terms, and those to the comparison."""
    me.page.goto("/overview/")
    me.follow("What changes for you")
    me.reads(REASON[me.language])
    me.follow("What changes, word by word")
    for words in NEW_WORDS.values():
        expect(me.page.locator("[id='99']")).to_contain_text(words)
    me.page.go_back()


def rejects(me: Person) -> None:
    me.follow("Reject the change")
    me.reads_that("Rejecting takes nothing from them.")
    me.press("Reject the change")
    me.is_at("/account/terms/")
    me.reads_that("You rejected it")
