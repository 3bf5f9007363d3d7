"""Many rows by one statement: every kind of value arrives as it was, in order, each row with its key."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy

from accounts.models import User
from billing.enums import FirmLineKind
from billing.models import Firm, FirmInvoice, FirmInvoiceLine, InvoiceSeries
from upstage_console.kernel.inserting import insert_all, insert_missing
from upstage_console.kernel.models import AuditEvent, Holiday

pytestmark = pytest.mark.django_db


def event(number: int, at: datetime, **values: object) -> AuditEvent:
    return AuditEvent(action="x.y", subject=f"mem_{number}", at=at, **values)


def test_every_value_arrives_as_it_was(at: datetime, amy: User) -> None:
    at += timedelta(microseconds=123_456)
    reason = "따옴표 \" ' \\ % %s {} \n 😀"
    facts = {"left": "12.500000", "deep": {"of": [1, None, True]}, "text": reason}
    (made,) = insert_all([event(1, at, actor=amy, reason=reason, clauses=["upstage/3.4", "a,b", '"'], facts=facts)])
    told = AuditEvent.objects.get(pk=made.pk)
    assert (told.actor, told.at, told.reason) == (amy, at, reason)
    assert (told.clauses, told.facts) == (["upstage/3.4", "a,b", '"'], facts)
    assert (told.public_id, told.about) == (made.public_id, "")


def test_nothing_is_nothing_and_a_lazy_text_is_its_text(at: datetime) -> None:
    insert_all([event(1, at, reason=gettext_lazy("no such text"))])
    told = AuditEvent.objects.get()
    assert (told.actor, told.clauses, told.facts, told.reason) == (None, [], {}, "no such text")


def test_rows_are_told_their_keys_in_order_by_one_statement(at: datetime) -> None:
    with CaptureQueriesContext(connection) as seen:
        made = insert_all(event(number, at) for number in range(300))
    assert len(seen) == 1
    assert list(AuditEvent.objects.order_by("pk").values_list("pk", "subject")) == [
        (row.pk, row.subject) for row in made
    ]
    assert not made[0]._state.adding
    assert insert_all([]) == []


def test_days_and_amounts_are_exact(at: datetime) -> None:
    firm = Firm.objects.create(name="firm", business_number="1234567890", registered_at=at)
    series = InvoiceSeries.objects.create(code="FC-202705")
    (invoice,) = insert_all(
        [
            FirmInvoice(firm=firm, series=series, sequence=1, number="FC-202705-000001", month=date(2027, 5, 1),
                        currency="KRW", subtotal=Decimal(10) ** 15, tax_rate=Decimal("0.1"), tax=Decimal(10) ** 14,
                        total=Decimal(11) * 10**14, rounding=Decimal(0), issued_at=at, issued_on=date(2027, 6, 2),
                        percent_late=Decimal("6"))
        ]
    )  # fmt: skip
    line = FirmInvoiceLine(
        invoice=invoice, firm=firm, position=1, kind=FirmLineKind.FEE, what_ko="가", what_en="a", quantity=Decimal(1),
        unit_price=Decimal("0.000001"), amount=Decimal("123456789012.654321"), charged=Decimal(123456789012),
        rounding=Decimal("0.654321"),
    )  # fmt: skip
    insert_all([line])
    told = FirmInvoiceLine.objects.get()
    assert (told.amount, told.unit_price, told.kind) == (line.amount, line.unit_price, "fee")
    assert (told.invoice.subtotal, told.invoice.issued_on) == (Decimal(10) ** 15, date(2027, 6, 2))


@pytest.mark.parametrize("values", [{"action": "x" * 65}, {"reason": "\x00"}, {"reason": "\ud800"}])
def test_what_the_table_does_not_take_is_refused(at: datetime, values: dict[str, str]) -> None:
    with pytest.raises(DataError), transaction.atomic():
        insert_all([AuditEvent(**{"action": "x.y", "subject": "mem_1", "at": at} | values)])
    assert not AuditEvent.objects.exists()


def test_a_value_of_no_known_kind_is_no_value(at: datetime) -> None:
    with pytest.raises(TypeError):
        insert_all([event(1, at, facts={"what": object()})])


def day(number: int) -> Holiday:
    return Holiday(day=date(2027, 5, number), name_ko="쉬는 날", name_en="holiday")


def test_only_what_is_missing_is_inserted() -> None:
    assert insert_missing([day(3), day(4)]) == 2
    assert insert_missing([day(4), day(5)]) == 1
    assert Holiday.objects.count() == 3
    assert insert_missing([]) == 0
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_all([day(5)])


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_nothing_is_inserted() -> None:
    with pytest.raises(RuntimeError):
        insert_all([day(3)])
    with pytest.raises(RuntimeError):
        insert_missing([day(3)])
