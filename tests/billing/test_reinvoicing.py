"""What is unpaid is stated again each month with its late fee; the invoice stays the one debt."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from accounts.models import Notice
from billing.enums import InvoiceKind
from billing.models import Reinvoice
from billing.queries.debts import debt_of
from billing.services import invoices, reinvoicing
from tests.billing import make
from tests.billing.claiming import penalty
from upstage_console.kernel.clock import KST
from upstage_console.kernel.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/18.2")]

DUE = date(2026, 2, 13)


def day(text):
    return datetime.fromisoformat(f"{text}T01:00").replace(tzinfo=KST)


def issued(holder, amount="1000000"):
    parts = [invoices.Part("요금", "Fee", Decimal(amount))]
    return invoices.issue(holder.pk, parts, kind=InvoiceKind.SINGLE, due_on=DUE, by=None, at=make.NOON)


def stated():
    return list(Reinvoice.objects.order_by("ends_on").values_list("number", "ends_on", "principal", "fee", "total"))


def test_stated_at_the_end_of_each_completed_month():
    invoice = issued(make.member(card="ok"))
    assert [reinvoicing.state_again(at=day(on)) for on in ("2026-03-13", "2026-03-14", "2026-03-15")] == [0, 1, 0]
    invoices.pay(
        member_id=invoice.member_id, invoice_id=invoice.public_id, by=None, at=day("2026-03-20"), key="k",
        amount=Decimal(100_000),
    )  # fmt: skip
    assert reinvoicing.state_again(at=day("2026-04-14")) == 1
    assert stated() == [
        ("UC-202602-000001-1", date(2026, 3, 13), 1_100_000, 16_500, 1_116_500),
        ("UC-202602-000001-2", date(2026, 4, 13), 1_000_000, 15_000, 1_031_500),
    ]


def test_it_is_no_second_claim():
    invoice = issued(make.member())
    reinvoicing.state_again(at=day("2026-03-14"))
    assert debt_of(invoice, date(2026, 3, 14)).total == Reinvoice.objects.get().total


def test_a_run_that_was_missed_states_the_last_month():
    issued(make.member())
    assert [reinvoicing.state_again(at=day("2026-05-20")) for _ in range(2)] == [1, 0]
    assert stated() == [("UC-202602-000001-3", date(2026, 5, 13), 1_100_000, 16_500, 1_149_500)]


def test_a_claim_and_what_is_paid_are_not_stated():
    kim = make.member(card="ok")
    penalty(kim, make.NOON)
    paid = issued(kim)
    invoices.pay(member_id=kim.pk, invoice_id=paid.public_id, by=None, at=make.NOON, key="k")
    assert reinvoicing.state_again(at=day("2026-04-14")) == 0


def test_the_member_is_told_each_month_once():
    kim = make.member()
    issued(kim)
    for on in ("2026-03-14", "2026-03-14", "2026-04-14"):
        reinvoicing.state_again(at=day(on))
    bodies = Notice.objects.filter(member=kim, about="reinvoiced").order_by("at").values_list("body_en", flat=True)
    assert len(bodies) == 2
    assert "a late fee of ₩16,500 is added. With ₩33,000 of late fees so far, ₩1,133,000 are due." in bodies[1]


def test_what_is_paid_while_it_waits_for_the_lock_is_not_stated():
    invoice, at = issued(make.member(card="ok")), day("2026-03-14")
    found = [(invoice.pk, invoice.member_id)]
    invoices.pay(member_id=invoice.member_id, invoice_id=invoice.public_id, by=None, at=at, key="k")
    assert (reinvoicing._state(found, at), stated()) == (0, [])


def test_it_stands_in_the_history():
    invoice = issued(make.member())
    reinvoicing.state_again(at=day("2026-03-14"))
    deed = AuditEvent.objects.get(action="invoice.stated_again")
    assert (deed.subject, deed.facts["total"]) == (invoice.public_id, "1116500.00")


def test_statements_do_not_grow_with_the_invoices(django_assert_max_num_queries):
    for _ in range(3):
        issued(make.member())
    with django_assert_max_num_queries(17):
        assert reinvoicing.state_again(at=day("2026-03-14")) == 3
