"""What is left of credits for shortfalls when a contract ends, and the statement its customer sees (rift/8.1, 15.3)."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from billing.models import FirmCreditNote, FirmInvoice, FirmPayout
from billing.queries.firm_debts import debt_of
from billing.services import pdf
from contracts.enums import EndReason, ServiceCreditStatus, Side
from contracts.models import Contract, ServiceCreditUse, Termination
from contracts.services import ending, invoicing, last_credits, paying
from contracts.services.drafting import FeeLine
from contracts.services.ending import End
from credits.services import books
from tests.contracts import billed, making, portal
from tests.contracts.minutes import kst
from tests.contracts.portal import Portal
from upstage_console.kernel import clock

pytestmark = [pytest.mark.django_db, pytest.mark.clause("rift/8.1", "rift/15.3")]
FEBRUARY, MARCH = date(2027, 2, 1), date(2027, 3, 1)
APRIL_FIRST = kst("2027-04-01 10:00")
IN_APRIL = kst("2027-04-10 10:00")
ON_REQUEST = End(Side.CUSTOMER, EndReason.REQUEST)


@pytest.fixture
def contract() -> Contract:
    """₩900,000 a month since February; both months are billed, and none is paid."""
    made = making.concluded(
        making.drafted(making.customer(), starts_on=FEBRUARY, payment_days=14, fees=[making.fee(amount="900000")])
    )  # fmt: skip
    for month in (FEBRUARY, MARCH):
        invoicing.issue_month(made.public_id, month, by=making.staff("amy"), at=APRIL_FIRST)
    return made


def invoices(contract: Contract) -> list[FirmInvoice]:
    return list(FirmInvoice.objects.filter(under_contract__contract=contract).order_by("pk"))


def paid(contract: Contract) -> None:
    for invoice in invoices(contract):
        paying.pay(contract.public_id, invoice.public_id, key=invoice.number, by=making.staff("amy"), at=APRIL_FIRST)


def ended(contract: Contract, at: Any = IN_APRIL) -> Termination:
    return ending.terminate(contract.public_id, ON_REQUEST, by=making.staff("amy"), at=at)


def test_the_final_invoice_takes_what_it_can_and_the_rest_comes_off_what_is_owed(contract: Contract) -> None:
    credit = billed.credited(contract, 350_000, date(2027, 3, 1))
    made = ended(contract)
    assert (made.due, made.credits) == (300_000, 50_000)
    (line,) = made.statement["credits"]
    assert (line["month"], Decimal(line["taken"]), Decimal(line["given"])) == ("2027-03", 300_000, 50_000)
    note = FirmCreditNote.objects.get()
    assert (note.subtotal, note.off_principal, note.cause, note.ground) == (-50_000, 55_000, credit.public_id, "given")
    assert (note.issued_by, note.approved_by) == (making.staff("amy"), making.staff("ben"))
    credit.refresh_from_db()
    assert (credit.status, credit.left) == (ServiceCreditStatus.APPLIED, 0)
    owed = sum(debt_of(one, today=IN_APRIL.date()).principal for one in invoices(contract))
    assert owed == 990_000 * 2 - 55_000
    assert (FirmPayout.objects.exists(), books.findings()) == (False, [])


def test_what_was_paid_is_transferred_back(contract: Contract) -> None:
    paid(contract)
    billed.credited(contract, 350_000, date(2027, 3, 1))
    ended(contract)
    payout = FirmPayout.objects.get()
    assert (payout.amount, payout.subject) == (55_000, FirmCreditNote.objects.get().public_id)
    assert books.findings() == []


def test_what_no_invoice_has_room_for_is_transferred_without_one(contract: Contract) -> None:
    billed.credited(contract, 3_000_000, date(2027, 3, 1))
    made = ended(contract)
    used = list(ServiceCreditUse.objects.order_by("pk").values_list("amount", "credit_note__subtotal"))
    assert (made.credits, used) == (
        2_700_000, [(300_000, None), (900_000, -900_000), (900_000, -900_000), (900_000, None)],
    )  # fmt: skip
    assert FirmPayout.objects.get().amount == 900_000
    assert books.findings() == []


def test_a_credit_after_the_end_is_given_back_once_by_the_clock(contract: Contract) -> None:
    ended(contract)
    credit = billed.credited(contract, 40_000, date(2027, 4, 1))
    for _twice in range(2):
        last_credits.give_back_due(at=kst("2027-05-08 00:50"))
    credit.refresh_from_db()
    assert (credit.left, FirmCreditNote.objects.get().subtotal) == (0, -40_000)
    assert books.findings() == []


def test_a_contract_that_runs_keeps_its_credit_for_the_next_invoice(contract: Contract) -> None:
    credit = billed.credited(contract, 40_000, date(2027, 3, 1))
    assert last_credits.give_back_due(at=IN_APRIL) == 0
    credit.refresh_from_db()
    assert (credit.left, FirmCreditNote.objects.exists()) == (40_000, False)


def test_one_that_expired_waits_for_its_last_invoice() -> None:
    made = making.concluded(
        making.drafted(making.customer(), starts_on=FEBRUARY, months=2, fees=[making.fee(amount="900000")])
    )  # fmt: skip
    amy = making.staff("amy")
    invoicing.issue_month(made.public_id, FEBRUARY, by=amy, at=APRIL_FIRST)
    billed.credited(made, 1_000_000, FEBRUARY)
    assert last_credits.give_back_due(at=IN_APRIL) == 0
    invoicing.issue_month(made.public_id, MARCH, by=amy, at=IN_APRIL)
    assert last_credits.give_back_due(at=IN_APRIL) == 1
    assert FirmCreditNote.objects.get().subtotal == -100_000


@pytest.mark.parametrize("fee", [making.fee(amount="900000", prepaid=2), making.fee("usage", "50")])
def test_one_that_expired_with_a_month_of_which_nothing_was_billed_gives_back_too(fee: FeeLine) -> None:
    """A month that was billed ahead with another, and one in which nothing was used."""
    made = making.concluded(making.drafted(making.customer(), starts_on=FEBRUARY, months=2, fees=[fee]))
    if fee.prepaid:
        invoicing.issue_month(made.public_id, FEBRUARY, by=making.staff("amy"), at=APRIL_FIRST)
    credit = billed.credited(made, 100_000, MARCH)
    assert [last_credits.give_back_due(at=IN_APRIL) for _twice in range(2)] == [1, 0]
    credit.refresh_from_db()
    assert (credit.left, FirmCreditNote.objects.count()) == (0, 1 if fee.prepaid else 0)
    assert books.findings() == []


@pytest.fixture
def over() -> Portal:
    firm = portal.firm(payment_days=14)
    ending.terminate(firm.contract.public_id, ON_REQUEST, by=making.staff("amy"), at=portal.AT)
    return firm


@pytest.fixture(autouse=True)
def still_clock() -> Iterator[None]:
    with clock.fixed(portal.AT):
        yield


def address(firm: Portal, name: str = "contract-settlement") -> str:
    return reverse(name, args=[firm.contract.public_id])


def test_the_customer_sees_the_statement(over: Portal) -> None:
    browser, made = portal.browser(over.administrator), Termination.objects.get()
    assert made.invoice is not None
    page = browser.get(address(over)).content.decode()
    assert (made.invoice.number in page, f"{int(made.due):,}" in page) == (True, True)
    assert address(over) in browser.get(reverse("contract", args=[over.contract.public_id])).content.decode()


def test_nobody_else_does_and_there_is_none_before_the_end(over: Portal, client: Client) -> None:
    other = portal.firm(1)
    assert portal.browser(other.administrator).get(address(over)).status_code == 404
    assert portal.browser(other.administrator).get(address(other)).status_code == 404
    assert client.get(address(over)).status_code == 302
    assert portal.browser(over.administrator).post(address(over)).status_code == 405


def test_its_file_is_made_where_the_machine_can(over: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    path, browser = address(over, "contract-settlement-pdf"), portal.browser(over.administrator)
    assert browser.get(path).content.startswith(b"%PDF-")
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    assert browser.get(path).url == address(over)  # type: ignore[attr-defined]
