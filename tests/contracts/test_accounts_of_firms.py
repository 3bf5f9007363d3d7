"""What accountants take along of firms: their invoices, what they paid, their tax invoices."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from billing.models import FirmInvoice
from billing.queries.accounting import TABLES
from contracts.services import paying
from tests.contracts import making, portal
from tests.contracts.minutes import kst
from tests.contracts.portal import Portal

pytestmark = pytest.mark.django_db
YEAR = date(2027, 1, 1), date(2027, 12, 31)


@pytest.fixture
def firm() -> Portal:
    return portal.firm(payment_days=14)


def told(name: str, first: date = YEAR[0], last: date = YEAR[1]) -> list[dict[str, Any]]:
    """The rows of the table, by column."""
    table = TABLES[name]
    found = [dict(zip(table.head, row, strict=True)) for row in table.rows(first, last)]
    assert table.count(first, last) == len(found)
    return found


def paid(firm: Portal, invoice: FirmInvoice) -> None:
    paying.pay(firm.contract.public_id, invoice.public_id, key="b", reference="B-1", on=date(2027, 4, 26),
               by=making.staff("amy"), at=kst("2027-04-27 09:00"))  # fmt: skip


def test_an_invoice_is_told_with_its_firm(firm: Portal) -> None:
    invoice, of = FirmInvoice.objects.get(), firm.contract.customer.firm
    (row,) = told("firm_invoices")
    names = ("number", "firm_name", "firm_business_number", "received_on", "due_on", "subtotal", "tax", "total")
    assert [row[name] for name in names] == [
        invoice.number, of.name, of.business_number, date(2027, 4, 2), invoice.due_on, invoice.subtotal, invoice.tax,
        invoice.total,
    ]  # fmt: skip
    assert told("firm_invoices", date(2027, 4, 2)) == []
    assert told("invoices") == []


def test_money_is_told_with_its_interest_and_its_invoice(firm: Portal) -> None:
    invoice = FirmInvoice.objects.get()
    paid(firm, invoice)
    (row,) = told("firm_payments")
    assert (row["invoice_number"], row["invoice_currency"], row["principal"], row["reference"], row["paid_on"]) == (
        invoice.number, "KRW", invoice.total, "B-1", date(2027, 4, 26),
    )  # fmt: skip
    assert row["interest"] > Decimal(0)


def test_a_tax_invoice_is_told_with_its_invoice(firm: Portal) -> None:
    invoice = FirmInvoice.objects.get()
    (row,) = told("firm_tax_invoices")
    names = ("invoice_number", "supply_value", "tax", "total", "recipient_name", "status")
    assert [row[name] for name in names] == [
        invoice.number, invoice.subtotal, invoice.tax, invoice.total, firm.contract.customer.name, "prepared",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["firm_invoices", "firm_payments", "firm_tax_invoices"])
def test_a_table_takes_one_query_whatever_its_rows(firm: Portal, django_assert_num_queries: Any, name: str) -> None:
    for month in (date(2027, 3, 1), date(2027, 1, 1)):
        portal.billed(firm.contract, month)
    for invoice in FirmInvoice.objects.all():
        paying.pay(firm.contract.public_id, invoice.public_id, key=invoice.number, by=making.staff("amy"),
                   at=kst("2027-04-27 09:00"))  # fmt: skip
    with django_assert_num_queries(1):
        assert len(list(TABLES[name].rows(*YEAR))) == 3
