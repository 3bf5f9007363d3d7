"""Billing and ending contracts at the desk: the preview is the deed, and money out waits for a second person."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.test import Client

from billing.models import FirmInvoice, FirmPayment
from contracts.models import Contract, ContractAward, Termination
from contracts.services import invoicing
from tests.admin.conftest import desk_of
from tests.admin.verbs import preview, use, verb_of
from tests.contracts import making
from upstage_console.kernel import clock
from upstage_console.kernel.clock import KST

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 3, 10, tzinfo=KST)


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with clock.fixed(datetime(2026, 3, 5, 12, tzinfo=KST)):
        yield


@pytest.fixture
def office(db: None) -> Client:
    return desk_of(making.staff("amy"))


@pytest.fixture
def contract() -> Contract:
    at = datetime(2026, 1, 19, 12, tzinfo=KST)
    fees = [making.fee(amount="900000"), making.fee("seat", "10000", included=3)]
    draft = making.drafted(making.customer(at=at), at=at, starts_on=date(2026, 2, 1), months=36, fees=fees)
    return making.concluded(draft, at=at)


def test_a_month_is_seen_before_it_is_issued(office: Client, contract: Contract) -> None:
    seen = preview(office, verb_of(contract, "issue-month"), month="2026-02-10")
    assert (seen.status_code, FirmInvoice.objects.exists()) == (200, False)
    assert "990,000" in seen.content.decode()
    use(office, verb_of(contract, "issue-month"), month="2026-02-10")
    assert FirmInvoice.objects.get().total == 990_000


def test_an_invoice_is_received_and_paid(office: Client, contract: Contract) -> None:
    made = invoicing.issue_month(contract.public_id, date(2026, 2, 1), by=making.staff("amy"), at=AT)
    invoice = made.invoice
    use(office, verb_of(invoice, "received"), received_on="2026-03-04")
    use(office, verb_of(invoice, "record-payment"), paid_on="2026-03-05", reference="B-1", amount="")
    invoice.refresh_from_db()
    assert (invoice.due_on, invoice.status, FirmPayment.objects.get().reference) == (date(2026, 4, 3), "paid", "B-1")


def test_a_seat_is_given(office: Client, contract: Contract) -> None:
    use(office, verb_of(contract, "add-user"), user="ms_a", role="administrator")
    assert contract.seats.get().name == "ms_a"


def test_the_statement_is_seen_before_a_contract_ends(office: Client, contract: Contract) -> None:
    given = {"side": "customer", "ground": "request", "upfront": ""}
    seen = preview(office, verb_of(contract, "terminate"), **given)
    contract.refresh_from_db()
    assert (seen.status_code, contract.status, Termination.objects.exists()) == (200, "concluded", False)
    use(office, verb_of(contract, "terminate"), **given)
    contract.refresh_from_db()
    assert (contract.status, Termination.objects.get().refund) == ("terminated", 0)


def test_compensation_above_the_cap_is_refused_in_the_preview(office: Client, contract: Contract) -> None:
    given = {"amount": "1000", "incident_on": "2026-03-01", "fault": "ordinary"}
    seen = preview(office, verb_of(contract, "propose-award"), **given)
    assert seen.context["refused"].code == "cap_exceeded"
    assert not ContractAward.objects.exists()
