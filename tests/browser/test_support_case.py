"""A case before the Lunar New Year: the clock of the fix waits for the customer, and for the holidays."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from contracts.models import Case, Contract
from contracts.services import support
from tests.browser import firms
from tests.browser.desk import Desk, at_desk
from tests.browser.person import Person
from tests.contracts import making, promising
from tests.contracts.making import NOON
from tests.contracts.minutes import kst

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["ko", "en"])]
Stands = Callable[[datetime], None]

OPENED, ANSWERED, PAUSED = (kst(f"2027-02-05 {at}") for at in ("16:30", "16:45", "17:30"))
BACK = kst("2027-02-10 10:00")  # the Wednesday after the 6th to the 9th, which are all holidays
ANSWER_DUE, FIX_DUE, NEW_DUE = kst("2027-02-05 17:15"), kst("2027-02-10 15:00"), kst("2027-02-10 16:30")
SUBJECT, ASKED, SENT = "발신이 안 됩니다", "기록을 보내 주세요. Please send the records.", "기록입니다. The records."


@pytest.fixture
def begins_at(set_clock: Stands) -> datetime:
    set_clock(NOON)
    return NOON


@pytest.fixture
def contract(transactional_db: None, begins_at: datetime, language: str) -> Contract:
    """Support in office hours: a critical case is answered within 45 minutes, and fixed within 450."""
    made = firms.agreed(language)
    support.agree(made.public_id, promising.OFFICE, by=making.staff("amy"), at=NOON)
    return made


@pytest.mark.clause("rift/8.1", "rift/9.1")
def test_a_pause_over_the_holidays_moves_the_fix_by_its_working_minutes(
    open_page: Any, set_clock: Stands, contract: Contract, language: str
) -> None:
    me = firms.administrator(open_page, contract, language)
    amy = at_desk(open_page, making.staff("amy"), language)
    set_clock(OPENED)
    opens_a_case(me, contract)
    set_clock(ANSWERED)
    amy.opens(Case.objects.get())
    amy.reads_that("The next target is due at %(at)s.", at=firms.minute(amy, ANSWER_DUE))
    amy.does("Answer", text=ASKED)
    set_clock(PAUSED)
    waits_for_the_customer(amy, me)
    set_clock(BACK)
    answers(me)
    goes_on(amy, me)


def opens_a_case(me: Person, contract: Contract) -> None:
    me.page.goto(f"/contracts/{contract.public_id}/cases/")
    me.follow("Open a case")
    me.page.check("[name=severity][value=critical]")
    me.page.fill("[name=subject]", SUBJECT)
    me.page.fill("[name=text]", "오후부터 전혀 안 됩니다.")
    me.press("Open the case")
    me.reads_that("We have it, and will answer.")
    for due in (ANSWER_DUE, FIX_DUE):
        me.reads_that("due %(at)s", at=firms.page_minute(me, due))


def waits_for_the_customer(amy: Desk, me: Person) -> None:
    """The effect is seen first: six and a half hours stay for the fix."""
    amy.opens(Case.objects.get())
    amy.previews("Wait for the customer", reason=ASKED)
    firms.sees_effect(amy, amy.say("stands still, %(left)s left") % {"left": "6:30"})
    amy.confirms("Wait for the customer")
    me.page.reload()
    me.reads_that("We wait for your answer; the clock of the fix stands still meanwhile.")
    me.reads_that("Stands still")
    me.reads(ASKED)


def answers(me: Person) -> None:
    me.page.goto("/contracts/")
    me.reads_that("Answer us about “%(case)s”", case=SUBJECT)
    me.page.locator("main").get_by_role("link", name=SUBJECT).first.click()
    me.page.fill("[name=text]", SENT)
    me.press("Send")
    me.reads_that("We have answered, and work on it.")


def goes_on(amy: Desk, me: Person) -> None:
    """390 working minutes from the answer on; the answer was in time."""
    me.reads_that("due %(at)s", at=firms.page_minute(me, NEW_DUE))
    me.reads_that("In time")
    amy.opens(Case.objects.get())
    amy.reads_that("The next target is due at %(at)s.", at=firms.minute(amy, NEW_DUE))
    amy.reads(SENT)
    amy.does("Resolve", text="고쳤습니다. It is fixed.")
    me.page.reload()
    me.reads_that("Resolved on %(at)s. Write if it was not solved after all.", at=firms.page_minute(me, BACK))
