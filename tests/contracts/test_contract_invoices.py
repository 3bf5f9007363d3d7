"""Invoices of contracts: what works, what is refused and leaves nothing, and repeats (rift/7.1–7.3)."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import FirmInvoice, FirmPayment, FirmTaxInvoice
from billing.queries.firm_debts import unpaid_of
from billing.services import firm_tax_invoices
from contracts.enums import SeatRole
from contracts.models import Contract, Delinquency, FeeBilling
from contracts.services import changing, delinquencies, invoicing, paying, planning, seats
from contracts.services.changing import NewAmount
from tests.contracts import making
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.models import DueItem

pytestmark = pytest.mark.django_db
FEBRUARY, MARCH = date(2027, 2, 1), date(2027, 3, 1)
AFTER = datetime(2027, 3, 3, 10, tzinfo=KST)


@pytest.fixture
def contract() -> Contract:
    return running()


def running(number: str = making.NUMBERS[0], **terms: object) -> Contract:
    fees = [making.fee(amount="900000"), making.fee("startup", "500000")]
    given = {"starts_on": date(2027, 2, 1), "payment_days": 14, "fees": fees, **terms}
    return making.concluded(making.drafted(making.customer(number), **given))


def issued(contract: Contract, month: date = FEBRUARY, at: datetime = AFTER) -> FirmInvoice:
    return invoicing.issue_month(contract.public_id, month, by=making.staff("amy"), at=at).invoice


def pay(contract: Contract, invoice: FirmInvoice, at: datetime, **more: object) -> FirmPayment:
    given = {"key": "k1", **more}
    return paying.pay(contract.public_id, invoice.public_id, by=making.staff("amy"), at=at, **given)


def code_of(caught: pytest.ExceptionInfo[Refusal]) -> str:
    return caught.value.code


@pytest.mark.clause("rift/7.1", "rift/7.2")
def test_a_month_is_one_line_a_fee_with_its_tax_invoice(contract: Contract) -> None:
    invoice = issued(contract)
    assert [(line.kind, line.charged) for line in invoice.lines.order_by("position")] == [
        ("flat", Decimal(900_000)), ("startup", Decimal(500_000)),
    ]  # fmt: skip
    assert (invoice.subtotal, invoice.tax, invoice.total) == (1_400_000, 140_000, 1_540_000)
    assert invoice.number == "FC-202703-000001"
    stated = FirmTaxInvoice.objects.get(invoice=invoice)
    assert (stated.supply_value, stated.month, stated.issue_by) == (1_400_000, FEBRUARY, date(2027, 3, 10))
    assert DueItem.objects.get(kind="tax_invoice", key=stated.public_id).closed_at is None


def test_a_month_is_billed_once_and_the_start_up_fee_ever(contract: Contract) -> None:
    issued(contract)
    with pytest.raises(Refusal) as caught:
        issued(contract)
    assert (code_of(caught), FirmInvoice.objects.count()) == ("already_done", 1)
    second = issued(contract, MARCH, datetime(2027, 4, 2, 10, tzinfo=KST))
    assert [line.kind for line in second.lines.all()] == ["flat"]


def test_a_month_that_is_not_over_bills_only_what_is_due_at_once(contract: Contract) -> None:
    first = issued(contract, at=datetime(2027, 2, 3, 10, tzinfo=KST))
    assert [line.kind for line in first.lines.all()] == ["startup"]
    assert [line.kind for line in issued(contract).lines.all()] == ["flat"]


def test_a_month_outside_the_term_is_refused(contract: Contract) -> None:
    with pytest.raises(Refusal) as caught:
        issued(contract, date(2027, 1, 1))
    assert (code_of(caught), FirmInvoice.objects.exists()) == ("not_active", False)


def test_a_draft_is_not_billed() -> None:
    draft = making.drafted(starts_on=date(2027, 2, 1))
    with pytest.raises(Refusal) as caught:
        issued(draft)
    assert code_of(caught) == "not_concluded"


@pytest.mark.clause("rift/5.2")
def test_a_change_order_counts_once_both_sides_agreed(contract: Contract) -> None:
    amy, at = making.staff("amy"), datetime(2027, 2, 2, 10, tzinfo=KST)
    changing.offer_change(
        contract.public_id, NewAmount(1, Decimal(1_800_000), date(2027, 2, 15)), by=amy, at=at
    )  # fmt: skip
    assert issued(contract).lines.get(kind="flat").charged == 900_000


def test_seats_are_given_and_taken_at_once(contract: Contract) -> None:
    amy, at = making.staff("amy"), datetime(2027, 2, 2, 10, tzinfo=KST)
    seats.add(contract.public_id, "ms_a", SeatRole.ADMINISTRATOR, by=amy, at=at)
    with pytest.raises(Refusal) as caught:
        seats.add(contract.public_id, "ms_a", SeatRole.USER, by=amy, at=at)
    assert code_of(caught) == "already_done"
    with pytest.raises(Refusal) as last:
        seats.remove(contract.public_id, "ms_a", by=amy, at=at)
    assert (code_of(last), seats.count(contract, at=at)) == ("last_administrator", 1)


@pytest.mark.clause("rift/7.3")
def test_late_money_pays_the_principal_first_and_is_a_delinquency(contract: Contract) -> None:
    invoice = issued(contract)
    paying.receive(contract.public_id, invoice.public_id, on=AFTER.date(), by=making.staff("amy"), at=AFTER)
    invoice.refresh_from_db()
    assert invoice.due_on == date(2027, 3, 17)
    late = datetime(2027, 3, 27, 10, tzinfo=KST)
    made = pay(contract, invoice, late, amount=Decimal(1_540_000))
    invoice.refresh_from_db()
    assert (made.principal, made.interest, invoice.status) == (1_540_000, 0, "issued")
    assert pay(contract, invoice, late, amount=Decimal(1_540_000)).pk == made.pk, "the same key is recorded once"
    assert pay(contract, invoice, late, key="k2").interest == 1_540_000 * 10 * 6 // 36500
    invoice.refresh_from_db()
    assert (invoice.status, Delinquency.objects.count(), unpaid_of(invoice.firm)) == ("paid", 1, 0)


def test_more_than_is_due_and_days_to_come_are_refused(contract: Contract) -> None:
    invoice = issued(contract)
    for more, code in (({"amount": Decimal(2_000_000)}, "invalid_amount"), ({"on": date(2027, 9, 9)}, "invalid_dates")):
        with pytest.raises(Refusal) as caught:
            pay(contract, invoice, AFTER, **more)
        assert code_of(caught) == code
    assert not FirmPayment.objects.exists()


def test_what_is_open_counts_in_reviews(contract: Contract) -> None:
    invoice = issued(contract)
    pay(contract, invoice, AFTER, amount=Decimal(540_000))
    assert unpaid_of(invoice.firm) == 1_000_000


def test_the_job_tells_what_can_be_billed_once(contract: Contract) -> None:
    planning.open_due(at=datetime(2027, 3, 1, 0, 20, tzinfo=KST))
    items = DueItem.objects.filter(kind="contract_invoice")
    keys = set(items.values_list("key", flat=True))
    assert keys == {f"{contract.public_id}:2027-02"}
    planning.open_due(at=datetime(2027, 3, 1, 0, 40, tzinfo=KST))
    assert items.count() == 1
    issued(contract)
    assert items.filter(closed_at__isnull=False).count() == 1
    assert FeeBilling.objects.count() == 2


def test_jobs_take_as_many_statements_for_three_as_for_one() -> None:
    counts = []
    for number in making.NUMBERS[:3]:
        contract = running(number)
        invoice = issued(contract)
        paying.receive(contract.public_id, invoice.public_id, on=AFTER.date(), by=making.staff("amy"), at=AFTER)
    for at in (datetime(2027, 4, 1, 1, tzinfo=KST), datetime(2027, 4, 1, 2, tzinfo=KST)):
        with CaptureQueriesContext(connection) as seen:
            planning.open_due(at=at)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert (delinquencies.find(at=AFTER), Delinquency.objects.count()) == (0, 0)
    assert (delinquencies.find(at=datetime(2027, 3, 18, 0, tzinfo=KST)), Delinquency.objects.count()) == (3, 3)
    assert delinquencies.find(at=datetime(2027, 3, 18, 1, tzinfo=KST)) == 0


def test_the_tax_invoice_is_issued_once_its_data_is_there(contract: Contract) -> None:
    row = FirmTaxInvoice.objects.get(invoice=issued(contract))
    with pytest.raises(Refusal) as caught:
        firm_tax_invoices.note_issued(
            row.public_id, approval_number="2" * 24, issued_on=AFTER.date(), reason="", by=making.staff("amy"), at=AFTER
        )
    assert code_of(caught) == "tax_invoice_incomplete"


def test_a_reference_pays_one_invoice_once_and_no_other(contract: Contract) -> None:
    first, second = issued(contract), issued(contract, MARCH, datetime(2027, 4, 2, 10, tzinfo=KST))
    at = datetime(2027, 4, 5, 10, tzinfo=KST)
    assert pay(contract, first, at) == pay(contract, first, at)
    for changed in ({"on": date(2027, 4, 4)}, {"amount": Decimal(1)}):
        with pytest.raises(Refusal) as caught:
            pay(contract, first, at, **changed)
        assert code_of(caught) == "idempotency_mismatch"
    with pytest.raises(Refusal) as caught:
        pay(contract, second, at)
    assert (code_of(caught), FirmPayment.objects.count()) == ("idempotency_mismatch", 1)


def test_an_amount_is_issued_once_for_a_key(contract: Contract) -> None:
    given = {"what_ko": "교육", "what_en": "Training", "by": making.staff("amy"), "at": AFTER, "key": "a"}
    first, again = (invoicing.issue_amount(contract.public_id, Decimal(5000), **given) for _twice in range(2))
    assert (first, FirmInvoice.objects.count()) == (again, 1)
