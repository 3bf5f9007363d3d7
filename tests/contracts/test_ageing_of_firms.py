"""The ageing report counts what firms owe: not due until received, then by days past the due day (rift/7.2, 7.3)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from billing.models import FirmInvoice
from billing.queries import firm_ageing
from contracts.services import invoicing
from tests.admin.conftest import desk_of
from tests.contracts import making, portal
from tests.contracts.minutes import kst
from tests.contracts.portal import Portal
from upstage_console.kernel import clock

pytestmark = [pytest.mark.django_db, pytest.mark.clause("rift/7.3")]
LATE = kst("2027-06-01 09:00")


@pytest.fixture
def firm() -> Portal:
    return portal.firm(payment_days=14)


@pytest.mark.parametrize(
    ("days", "name"), [(0, "not_due"), (1, "days_30"), (31, "days_60"), (61, "days_90"), (91, "older")]
)
def test_a_debt_is_as_old_as_its_due_day(firm: Portal, days: int, name: str) -> None:
    invoice = FirmInvoice.objects.get()
    assert invoice.due_on
    (row,) = firm_ageing.every(invoice.due_on + timedelta(days=days))
    assert (row.oldest, row.buckets[name], row.principal) == (invoice.due_on, invoice.total, invoice.total)
    assert (row.interest > 0) == (days > 0)
    (bucket,) = firm_ageing.added([], [row])
    assert (bucket.name, bucket.invoices, bucket.principal) == (name, 1, invoice.total)


def test_what_was_not_received_is_not_due(firm: Portal) -> None:
    made = invoicing.issue_month(
        firm.contract.public_id, date(2027, 3, 1), by=making.staff("amy"), at=kst("2027-04-02 09:00")
    )
    (row,) = firm_ageing.every(LATE.date())
    assert (row.buckets["not_due"], row.invoices["not_due"]) == (made.invoice.total, 1)


def test_it_takes_the_same_queries_for_one_invoice_and_three(firm: Portal, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(3):
        firm_ageing.every(LATE.date())
    for month in (date(2027, 3, 1), date(2027, 1, 1)):
        portal.billed(firm.contract, month)
    with django_assert_num_queries(3):
        (row,) = firm_ageing.every(LATE.date())
    assert sum(row.invoices.values()) == 3


def test_the_report_and_its_file_name_the_firm(firm: Portal) -> None:
    desk, of, invoice = desk_of(making.staff("amy")), firm.contract.customer.firm, FirmInvoice.objects.get()
    with clock.fixed(LATE):
        page = desk.get(reverse("admin:billing_ageddebt_changelist"), headers={"accept-language": "en"})
        answer: Any = desk.get(reverse("admin:billing_ageddebt_file"))
        lines = b"".join(answer.streaming_content).decode().splitlines()
    assert f"?q={of.business_number}&amp;status__exact=issued" in page.content.decode()
    told = lines[1].split(",")
    assert (told[0], told[3], told[-1]) == (of.name, str(invoice.due_on), "firm")
    assert Decimal(told[-2]) > invoice.total == Decimal(told[-4])
