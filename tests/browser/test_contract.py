"""From a quote to the month whose outage is given back: two people at the desk, who signs, and who reads it."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Page

from billing.models import FirmInvoice
from contracts.models import Contract, ContractDocument, ServiceCredit, ServiceLevelReport
from contracts.rules.service_credits import Step
from contracts.services import service_levels
from tests.browser import firms
from tests.browser.desk import Desk, at_desk
from tests.browser.person import Person
from tests.contracts import making
from tests.contracts.making import ANSWERS, NOON
from upstage_console.kernel.clock import KST

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("language", ["ko", "en"])]
Stands = Callable[[datetime], None]

MARCH, APRIL = datetime(2027, 3, 2, 10, tzinfo=KST), datetime(2027, 4, 1, 10, tzinfo=KST)
FEE, CREDIT, TOTAL, REDUCED = "1000000", "50000", "1100000", "1045000"  # 5 % of the fee, then VAT of 10 %
LEVEL = service_levels.Agreed(
    target=Decimal("99.5"), ladder=(Step(Decimal("99.5"), Decimal(5)), Step(Decimal(98), Decimal(20)))
)
OUTAGE = {
    "starts_at": "2027-02-15T13:00", "ends_at": "2027-02-15T18:00", "cause": "unplanned", "what": "상담 화면",
}  # fmt: skip
AVAILABLE = "99.2559"  # 300 of the 40,320 minutes of February
WHY = "검토했습니다. Seen and in order."


@pytest.fixture
def begins_at(set_clock: Stands) -> datetime:
    set_clock(NOON)
    return NOON


@pytest.fixture
def contract(transactional_db: None, begins_at: datetime, language: str) -> Contract:
    fees = [making.fee(amount=FEE)]
    return making.drafted(firms.customer(language), starts_on=date(2027, 2, 1), fees=fees)


@pytest.mark.clause("rift/4.1", "rift/4.2", "rift/7.1", "rift/8.1")
def test_a_quote_becomes_a_contract_whose_outage_is_given_back(
    open_page: Any, set_clock: Stands, mailoutbox: list[Any], contract: Contract, language: str
) -> None:
    amy, ben = (at_desk(open_page, making.staff(name), language) for name in ("amy", "ben"))
    offers_a_quote(amy, contract)
    reviews(amy, ben, contract)
    both_sign(amy, open_page, mailoutbox, contract)
    service_levels.agree(contract.public_id, LEVEL, by=making.staff("amy"), at=NOON)
    set_clock(MARCH)
    bills(amy, contract, "2027-02-01", amy.won(TOTAL))
    gives_back(amy, ben, contract)
    set_clock(APRIL)
    bills(amy, contract, "2027-03-01", f"−{amy.won(CREDIT)}", amy.won(REDUCED))
    reads_the_credit(firms.administrator(open_page, contract, language), contract)


def offers_a_quote(amy: Desk, contract: Contract) -> None:
    amy.opens(contract)
    amy.does("Draft a document", kind="quote", title="견적 1", says="payment_days = 45", reason=WHY)
    quote = ContractDocument.objects.get()
    amy.opens(quote)
    amy.does("Offer it", reason=WHY)
    amy.reads(ContractDocument.objects.get().sha256)


def reviews(amy: Desk, ben: Desk, contract: Contract) -> None:
    """Who asked for them approves none; the second person answers each in its turn."""
    amy.opens(contract)
    amy.does("Ask for the reviews", reason=WHY)
    amy.reads_that("Under review: it can be concluded once all three reviews are approved.")
    amy.opens(making.review_of(contract, "credit"))
    amy.is_refused("Approve", reason=WHY)
    for kind, given in (("credit", {}), ("security", ANSWERS), ("conflict", {"words": "상담"})):
        ben.opens(making.review_of(contract, kind))
        ben.does("Approve", **given, reason=WHY)
        ben.reads_that("Approved.")


def both_sign(amy: Desk, open_page: Callable[..., Page], mails: list[Any], contract: Contract) -> None:
    """The company by who is logged in, then the customer, who has nothing but the mail."""
    amy.opens(making.deed_of(contract))
    amy.does("Ask for signatures", sign_by="2027-02-01", reason=WHY)
    signs(
        Person(amy.page, amy.language),
        making.staff("amy").name,
        firms.link_in_mail_to("amy@staff.example", mails, at=NOON),
    )
    link = firms.link_in_mail_to(firms.SIGNER, mails, at=NOON)
    signs(Person(open_page(amy.language), amy.language), "김서명", link)
    amy.opens(contract)
    amy.reads_that("Concluded; it begins on %(on)s.", on=firms.day(amy, date(2027, 2, 1)))


def signs(me: Person, name: str, link: str) -> None:
    me.page.goto(link)
    me.reads_that("Please read it and sign it until the end of %(until)s.", until=firms.page_day(me, date(2027, 2, 1)))
    me.reads(me.won(FEE))
    me.cites("4.1")
    me.page.fill("[name=name]", name)
    me.page.check("[name=agrees]")
    me.press("Sign")
    me.reads_that("You signed it on %(at)s.", at=firms.page_minute(me, NOON))


def bills(amy: Desk, contract: Contract, month: str, *amounts: str) -> None:
    """What is issued is seen before it is issued."""
    amy.opens(contract)
    amy.previews("Issue the invoice of a month", month=month, reason=WHY)
    firms.sees_effect(amy, *amounts)
    before = FirmInvoice.objects.count()
    amy.confirms("Issue the invoice of a month")
    assert FirmInvoice.objects.count() == before + 1


def gives_back(amy: Desk, ben: Desk, contract: Contract) -> None:
    """What stood still is written down, the month measured; who approves it does not decide on its credit."""
    amy.opens(contract)
    amy.previews("Record an outage", **OUTAGE, reason=WHY)
    firms.sees_effect(amy, "300")
    amy.confirms("Record an outage")
    amy.does("Measure a month", month="2027-02-01", reason=WHY)
    amy.opens(ServiceLevelReport.objects.get())
    amy.reads(AVAILABLE)
    amy.previews("Approve", reason=WHY)
    firms.sees_effect(amy, amy.won(CREDIT))
    amy.confirms("Approve")
    credit = ServiceCredit.objects.get()
    amy.opens(credit)
    amy.is_refused("Approve", reason=WHY)
    ben.opens(credit)
    ben.does("Approve", reason=WHY)
    ben.reads(ben.won(CREDIT))


def reads_the_credit(me: Person, contract: Contract) -> None:
    """The month with its arithmetic, and the invoice that is lower for it."""
    second = FirmInvoice.objects.latest("pk")
    me.page.goto(f"/contracts/{contract.public_id}/")
    me.reads_that(
        "In force until the end of %(until)s. Nothing renews it by itself.", until=firms.page_day(me, date(2028, 1, 31))
    )
    me.page.goto(f"/contracts/{contract.public_id}/service-levels/2027-02/")
    me.reads_all(AVAILABLE, second.number)
    me.reads_that("All of %(amount)s was taken off your invoices.", amount=me.won(CREDIT))
    me.page.goto(f"/contracts/{contract.public_id}/invoices/")
    me.reads_all(me.won(TOTAL), me.won(REDUCED))
    me.follow(second.number)
    me.reads_all(me.won(FEE), f"−{me.won(CREDIT)}", me.won(REDUCED))
