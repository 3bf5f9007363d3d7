"""A contract in trouble: invoices paid too late, a breach that is cured, and one that is not and ends the contract."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from billing.models import FirmInvoice
from contracts.enums import Side
from contracts.models import Breach, Contract, Delinquency, Termination
from contracts.services import breaches, delinquencies, invoicing, paying
from contracts.services.breaches import Delivery
from tests.browser import firms
from tests.browser.desk import Desk, at_desk
from tests.browser.person import Person
from tests.contracts import making
from tests.contracts.making import NOON
from tests.contracts.minutes import kst

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["ko", "en"])]
Stands = Callable[[datetime], None]

LATE_TWICE = {"ko": "해지 여부 검토(연체 2회): 상담 데스크", "en": "May be terminated (2 delinquencies): 상담 데스크"}
AGAINST = {"ko": "연체된 청구서가 2건 있습니다.", "en": "2 invoices were late."}
WHAT = "제3자에게 계정을 빌려주었습니다. An account was lent to others."
WHY = "확인했습니다. Seen in the records."
DEMANDED, CURE_END = kst("2027-05-10 10:00"), date(2027, 6, 9)


@pytest.fixture
def begins_at(set_clock: Stands) -> datetime:
    set_clock(NOON)
    return NOON


def billed(contract: Contract, month: date, received: datetime) -> FirmInvoice:
    """The invoice of a month, received on the day it was issued."""
    amy = making.staff("amy")
    invoice = invoicing.issue_month(contract.public_id, month, by=amy, at=received).invoice
    return paying.receive(contract.public_id, invoice.public_id, on=received.date(), by=amy, at=received)


@pytest.mark.clause("rift/7.3", "rift/15.2")
def test_late_twice_is_looked_at_and_a_breach_is_cured(
    open_page: Any, set_clock: Stands, transactional_db: None, begins_at: datetime, language: str
) -> None:
    contract = firms.agreed(language)
    for month, received in ((date(2027, 2, 1), kst("2027-03-02 10:00")), (date(2027, 3, 1), kst("2027-04-01 10:00"))):
        billed(contract, month, received)
    set_clock(DEMANDED)
    delinquencies.find(at=DEMANDED)
    assert Delinquency.objects.count() == 2
    amy = at_desk(open_page, making.staff("amy"), language)
    may_be_terminated(amy, contract)
    demands_a_cure(amy, contract)
    me = firms.administrator(open_page, contract, language)
    is_to_cure(me, contract)
    amy.opens(Breach.objects.get())
    amy.does("It was cured", reason=WHY)
    is_cured(amy, me, contract)


def may_be_terminated(amy: Desk, contract: Contract) -> None:
    """The task of the desk, and on the contract's page the invoices that count."""
    amy.page.goto("/admin/")
    amy.reads(LATE_TWICE[amy.language])
    amy.opens(contract)
    amy.reads_all(LATE_TWICE[amy.language], AGAINST[amy.language])
    for invoice in FirmInvoice.objects.all():
        amy.reads_that("Late: %(number)s", number=invoice.number)
    amy.cites("7.3")


def demands_a_cure(amy: Desk, contract: Contract) -> None:
    given = {"side": "company", "what": WHAT, "received_on": "2027-05-10", "how": "등기 1234"}
    amy.previews("Demand that a breach is cured", **given, reason=WHY)
    firms.sees_effect(amy, WHAT)
    amy.confirms("Demand that a breach is cured")
    amy.opens(contract)
    amy.reads_that("A breach is to be cured until the end of %(on)s.", on=firms.day(amy, CURE_END))


def is_to_cure(me: Person, contract: Contract) -> None:
    me.page.goto(f"/contracts/{contract.public_id}/")
    me.reads_that("Cure: %(what)s", what=WHAT)
    me.reads_that("Demand to cure a breach of “%(contract)s”", contract=contract.title)


def is_cured(amy: Desk, me: Person, contract: Contract) -> None:
    """Nothing is to be cured any more; both invoices count as late as before."""
    amy.opens(contract)
    amy.reads(AGAINST[amy.language])
    expect(amy.page.locator(".lead").first).not_to_contain_text(firms.day(amy, CURE_END))
    me.page.reload()
    me.reads_that("The breach of “%(contract)s” counts as cured", contract=contract.title)
    cure = me.say("Cure: %(what)s") % {"what": WHAT}
    expect(me.page.locator("main")).not_to_contain_text(cure)


# Not cured

YEAR, UPFRONT, KEPT, REFUND, REFUND_TAX = "7200000", "1000000", "2200000", "5000000", "500000"
END = {"side": "company", "ground": "breach", "upfront": UPFRONT, "reason": WHY}
ENDED = kst("2027-03-31 10:00")


@pytest.fixture
def ahead(transactional_db: None, begins_at: datetime, language: str) -> Contract:
    """A year at 600,000 won a month, billed and paid ahead; a breach was to be cured until the 17th of March."""
    contract = firms.agreed(language, fees=[making.fee(amount="600000", prepaid=12)])
    amy, at = making.staff("amy"), kst("2027-02-03 10:00")
    invoice = billed(contract, date(2027, 2, 1), at)
    paying.pay(contract.public_id, invoice.public_id, key="paid", by=amy, at=at)
    later = kst("2027-02-15 10:00")
    delivery = Delivery(later.date(), "등기 1234")
    breaches.demand(contract.public_id, Side.COMPANY, WHAT, delivery=delivery, by=amy, at=later)
    return contract


@pytest.mark.clause("rift/15.2", "rift/15.3")
def test_what_is_not_cured_ends_the_contract_and_the_rest_goes_back(
    open_page: Any, set_clock: Stands, ahead: Contract, language: str
) -> None:
    amy, ben = (at_desk(open_page, making.staff(name), language) for name in ("amy", "ben"))
    me = firms.administrator(open_page, ahead, language)
    set_clock(kst("2027-03-17 10:00"))
    is_too_early(amy, ahead)
    set_clock(ENDED)
    is_proposed(amy, ahead)
    ends(ben, amy, ahead)
    set_clock(kst("2027-04-01 10:00"))
    reads_the_settlement(me, ahead)


def is_too_early(amy: Desk, contract: Contract) -> None:
    """On the last day to cure the other side may still cure."""
    amy.opens(contract)
    amy.is_refused("Propose a termination", **END)
    expect(amy.page.locator(".refused")).to_contain_text(firms.day(amy, date(2027, 3, 17)))


def is_proposed(amy: Desk, contract: Contract) -> None:
    """The statement is seen before anything is done; whoever proposes does not carry it out."""
    amy.opens(contract)
    amy.previews("Propose a termination", **END)
    firms.sees_effect(amy, *map(amy.won, (REFUND, REFUND_TAX, KEPT)))
    amy.confirms("Propose a termination")
    contract.refresh_from_db()
    assert contract.ended_at is None


def ends(ben: Desk, amy: Desk, contract: Contract) -> None:
    amy.opens(Termination.objects.get())
    amy.is_refused("Terminate as the second person", reason=WHY)
    ben.opens(Termination.objects.get())
    ben.previews("Terminate as the second person", reason=WHY)
    firms.sees_effect(ben, *map(ben.won, (REFUND, KEPT)))
    ben.confirms("Terminate as the second person")
    ben.opens(contract)
    ben.reads_that("Terminated.")


def reads_the_settlement(me: Person, contract: Contract) -> None:
    """The administrator still reads the contract, how it ended, and what goes back."""
    me.page.goto(f"/contracts/{contract.public_id}/")
    me.reads_that("It was terminated on %(on)s.", on=firms.page_day(me, ENDED.date()))
    me.reads_that("You read this contract; nothing can be done under it any more")
    me.reads_that(
        "The contract “%(contract)s” ends with %(on)s", contract=contract.title, on=firms.day(me, ENDED.date())
    )
    me.reads_that(
        "Still billed: %(due)s. Goes back: %(refund)s. Credits for shortfalls that are still given: %(credits)s. All "
        "are without tax; the settlement stands on the contract's page.",
        due=me.won("0"), refund=me.won(REFUND), credits=me.won("0"),
    )  # fmt: skip
    me.cites("15.2", "15.3")
