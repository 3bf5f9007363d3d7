"""Credit notes and tax invoices at the desk."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.models import Member
from billing.models import CreditNote, CreditProposal, TaxInvoice
from billing.services import business, closing, invoices, tax_invoices
from tests.admin.conftest import clerk, desk_of
from tests.admin.verbs import preview, use, verb_of
from tests.billing import make
from upstage_console.kernel import clock
from upstage_console.kernel.clock import KST

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db

IN_MARCH = datetime(2026, 3, 1, 1, tzinfo=KST)


@pytest.fixture(autouse=True)
def fixed_clock():
    with clock.fixed(make.NOON):
        yield


def issued(amount):
    return invoices.issue_single(
        member_id=make.member().pk, amount=Decimal(amount), due_on=make.NOON.date(), what_ko="요금", what_en="Fee",
        by=None, at=make.NOON,
    )  # fmt: skip


def test_a_credit_note_is_issued_from_its_invoice_after_a_preview(amy):
    invoice = issued(1000)
    url = verb_of(invoice, "credit-note")
    assert "−₩440" in preview(desk_of(amy), url, amount="400", reason="counted twice").content.decode()
    assert not CreditNote.objects.exists()
    use(desk_of(amy), url, amount="400", reason="counted twice")
    assert CreditNote.objects.get().issued_by == amy
    assert desk_of(amy).get(reverse("admin:billing_creditnote_change", args=[1_000_000])).status_code in (302, 404)


def test_a_large_one_is_approved_by_somebody_else(amy, ben):
    use(desk_of(amy), verb_of(issued(500_000), "credit-note"), amount="400000", reason="a wrong month")
    row = CreditProposal.objects.get()
    use(desk_of(ben), verb_of(row, "approve"), reason="I looked it up")
    note = CreditNote.objects.get()
    assert (note.issued_by, note.approved_by) == (amy, ben)
    for name, pk in (("creditnote", note.pk), ("creditproposal", row.pk)):
        assert desk_of(amy).get(reverse(f"admin:billing_{name}_change", args=[pk])).status_code == 200
        assert desk_of(amy).get(reverse(f"admin:billing_{name}_changelist")).status_code == 200


def test_a_large_one_is_dropped(amy, ben):
    use(desk_of(amy), verb_of(issued(500_000), "credit-note"), amount="400000", reason="a wrong month")
    use(desk_of(ben), verb_of(CreditProposal.objects.get(), "drop"), reason="it was right")
    assert not CreditNote.objects.exists()


def test_who_may_not_credit_sees_no_verb(clerk):
    invoice = issued(1000)
    client = clerk("billing.view_invoice")
    page = client.get(reverse("admin:billing_invoice_change", args=[invoice.pk])).content.decode()
    assert "Issue a credit note" not in page
    assert client.get(verb_of(invoice, "credit-note")).status_code == 403


def test_a_tax_invoice_is_issued_once_its_data_is_there(amy, settings):
    settings.COMPANY = {
        "name": "Upstage", "representative": "대표", "registration": "124-81-00998", "address": "용인",
    }  # fmt: skip
    firm = make.member(card="ok", postpaid=True)
    Member.objects.filter(pk=firm.pk).update(kind="firm", business_number="124-81-00998", name="가람")
    make.price("12")
    make.taken(make.event(firm, quantity=100))
    closing.close_due(at=IN_MARCH)
    with clock.fixed(IN_MARCH):
        tax_invoices.prepare_due(at=IN_MARCH)
        row = TaxInvoice.objects.get()
        page = desk_of(amy).get(reverse("admin:billing_taxinvoice_changelist")).content.decode()
        assert "representative" in page
        business.state(member_id=firm.pk, given={"representative": "김", "address": "서울"}, by=None, at=IN_MARCH)
        use(desk_of(amy), verb_of(row, "data-anew"), reason="the firm stated it")
        given = {"approval_number": "2026030941000013abcd1234", "issued_on": date(2026, 3, 1)}
        use(desk_of(amy), verb_of(row, "issued"), reason="sent", **given)
    row.refresh_from_db()
    assert (row.status, row.recipient_representative) == ("issued", "김")
