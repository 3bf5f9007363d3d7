"""The cockpit of a month's close: its dry run is what the close writes, its sums are those of the lists."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Member
from billing.models import BillingMonth, Invoice
from billing.queries import month_close, revenue
from billing.services import close_asked, closing, credit_notes, invoices
from tests.admin.conftest import clerk, desk_of
from tests.admin.verbs import use, verb_of
from tests.billing import make
from upstage_console.kernel import clock, outbox
from upstage_console.kernel.clock import KST
from upstage_console.kernel.errors import AlreadyDone

__all__ = ["clerk"]
pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/2.7")]

FEBRUARY = date(2026, 2, 1)
IN_MARCH = datetime(2026, 3, 1, 1, tzinfo=KST)


@pytest.fixture
def used(db):
    """Two members with won, one with dollars, one whom credits pay in full."""
    make.price("12.3")
    make.price("0.0155", currency="USD")
    people = [make.member(card="ok"), make.member(), make.member(currency="USD", card="ok"), make.member(card="ok")]
    make.granted(people[3], "1000")
    make.taken(*(make.event(one, f"e{place}", quantity=7 + place) for place, one in enumerate(people)))
    return people


def test_the_dry_run_is_what_the_close_writes(used):
    would = month_close.would_be_invoiced(FEBRUARY)
    assert [(one.currency, one.invoices, one.free) for one in would] == [("KRW", 3, 1), ("USD", 1, 0)]
    assert not Invoice.objects.exists()
    closing.close_due(at=IN_MARCH)
    assert month_close.invoiced(FEBRUARY) == would
    assert month_close.would_be_invoiced(FEBRUARY) == []


def test_its_sums_are_those_of_the_list(used):
    closing.close_due(at=IN_MARCH)
    for one in month_close.invoiced(FEBRUARY):
        rows = month_close.invoices_of_month(FEBRUARY).filter(currency=one.currency)
        assert one.total == sum(row.total for row in rows)
        assert one.invoices == len(rows)


def test_what_somebody_should_look_at(used):
    Member.objects.filter(pk=used[2].pk).update(status="withdrawn", withdrawn_at=make.NOON)
    found = {one.why: [odd.member_id for odd in one.largest] for one in month_close.exceptions(FEBRUARY)}
    assert found == {"no_card": [used[1].pk], "gone": [used[2].pk]}
    closing.close_due(at=IN_MARCH)
    make.taken(make.event(used[0], "more", quantity=100, at="2026-03-05T10:00:00+09:00"), at=IN_MARCH.replace(day=6))
    unusual = [one for one in month_close.exceptions(date(2026, 3, 1)) if one.why == "unusual"]
    assert [odd.member_id for odd in unusual[0].largest] == [used[0].pk]


def test_a_close_that_was_killed_shows_how_far_it_is(used, amy):
    closing._begin(FEBRUARY, IN_MARCH)
    closing._invoice_some(FEBRUARY, 0, 2, IN_MARCH)
    row = BillingMonth.objects.get(month=FEBRUARY)
    with clock.fixed(IN_MARCH):
        answer = desk_of(amy).get(reverse("admin:billing_billingmonth_change", args=[row.pk]))
    assert "2 of 4 invoices are written" in answer.content.decode()
    assert answer.headers["Refresh"] == "5"


def test_staff_have_it_closed_in_the_background_and_again_after_a_kill(used, amy):
    row = BillingMonth.objects.get(month=FEBRUARY)
    closing._begin(FEBRUARY, IN_MARCH)
    closing._invoice_some(FEBRUARY, 0, 2, IN_MARCH)
    with clock.fixed(IN_MARCH):
        use(desk_of(amy), verb_of(row, "close"), reason="it was killed")
    assert Invoice.objects.count() == 2
    outbox.deliver_due(at=IN_MARCH)
    assert Invoice.objects.count() == 4
    row.refresh_from_db()
    assert row.closed_at == IN_MARCH
    with pytest.raises(AlreadyDone):
        close_asked.ask(row.pk, reason="again", by=amy, at=IN_MARCH)


def test_a_month_that_is_not_over_is_not_closed(used, amy):
    row = BillingMonth.objects.get(month=FEBRUARY)
    with clock.fixed(make.NOON):
        assert "not over" in desk_of(amy).get(verb_of(row, "close")).content.decode()


def test_statements_do_not_grow_with_the_members(used, amy, django_assert_max_num_queries):
    row = BillingMonth.objects.get(month=FEBRUARY)
    with clock.fixed(make.NOON):
        office = desk_of(amy)
        office.get(reverse("admin:billing_billingmonth_change", args=[row.pk]))
        with django_assert_max_num_queries(30):
            office.get(reverse("admin:billing_billingmonth_change", args=[row.pk]))


def test_revenue_equals_the_lists(used):
    make.bought(used[0], "5000")
    closing.close_due(at=IN_MARCH)
    invoice = Invoice.objects.filter(currency="KRW", member=used[0]).get()
    credit_notes.issue(invoice_id=invoice.public_id, amount=Decimal(6), reason="r", by=None, approver=None, at=IN_MARCH)
    invoices.pay(member_id=used[0].pk, invoice_id=invoice.public_id, by=None, at=IN_MARCH, key="k")
    won = next(one for one in revenue.by_month(12, IN_MARCH) if one.currency == "KRW")
    february = next(one for one in won.months if one.month == FEBRUARY)
    listed = Invoice.objects.filter(currency="KRW", month=FEBRUARY)
    assert february.fees == sum(row.subtotal for row in listed)
    assert (february.credited, february.purchases) == (-6, 5000)
    assert february.owed == sum(row.total for row in listed if row.pk != invoice.pk)
    assert won.total == february.revenue
    assert len(won.months) == 12


@pytest.mark.parametrize("table", ["invoices", "credit_notes", "payments", "purchases", "refunds", "tax_invoices",
                                   "tax_items"])  # fmt: skip
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_tables_for_accountants(used, amy, table, kind):
    make.bought(used[0], "5000")
    closing.close_due(at=IN_MARCH)
    with clock.fixed(IN_MARCH):
        answer = desk_of(amy).get(reverse("admin:billing_accounting"), {
            "table": table, "first": "2026-02-01", "last": "2026-03-31", "format": kind,
        })  # fmt: skip
        content = b"".join(answer.streaming_content)
    assert content.startswith(b"PK" if kind == "xlsx" else b"\xef\xbb\xbf")
    if (table, kind) == ("invoices", "csv"):
        assert len(content.decode().splitlines()) == 5


def test_tables_are_for_whom_it_is_allowed(clerk):
    assert clerk("billing.view_billingmonth").get(reverse("admin:billing_accounting")).status_code == 403
