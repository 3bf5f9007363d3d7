"""Invoices of contracts as files: written once, and the same bytes for the customer and at the desk (rift/7.2)."""

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from billing.errors import NoDocuments
from billing.models import DocumentFile, Firm, FirmInvoice, FirmInvoiceLine
from billing.rules import interest
from billing.services import documents, pdf
from contracts.services import invoice_files
from tests.admin.conftest import desk_of
from tests.contracts import making, portal
from tests.contracts.portal import AT, Portal
from upstage_console.kernel import clock, outbox
from upstage_console.kernel.models import OutboxMessage

pytestmark = [pytest.mark.django_db, pytest.mark.clause("rift/7.2")]
KRW = FirmInvoice(currency="KRW")
LATER = portal.kst("2028-05-03 10:00")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    settings.COMPANY = {**settings.COMPANY, "registration": "120-81-47521"}
    with clock.fixed(AT):
        yield


@pytest.fixture
def firm() -> Portal:
    return portal.firm(payment_days=14)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is written differs each time, so that a second writing would be seen."""
    made: list[dict[str, Any]] = []
    monkeypatch.setattr(pdf, "is_available", lambda: True)

    def write(template: str, shown: dict[str, Any], language: str) -> bytes:
        made.append(shown | {"template": template})
        return f"%PDF {language} {len(made)}".encode()

    monkeypatch.setattr(pdf, "make", write)
    return made


def invoice_of(firm: Portal) -> FirmInvoice:
    return FirmInvoice.objects.select_related("firm").get(number=firm.ids["number"])


def address(firm: Portal, number: str = "") -> str:
    return reverse("contract-invoice-pdf", args=[firm.contract.public_id, number or firm.ids["number"]])


def desk_address(invoice: FirmInvoice, language: str = "ko") -> str:
    return reverse("admin:billing_firminvoice_file", args=[invoice.pk, language])


def test_written_once_and_the_same_bytes_after_a_change(firm: Portal, written: list[dict[str, Any]]) -> None:
    invoice = invoice_of(firm)
    first = invoice_files.of_invoice(invoice, "ko", at=AT)
    Firm.objects.update(name="another")
    again = invoice_files.of_invoice(invoice_of(firm), "ko", at=LATER)
    assert (again.pk, documents.content_of(again)) == (first.pk, b"%PDF ko 1")
    assert again.sha256 == hashlib.sha256(b"%PDF ko 1").hexdigest()
    assert documents.content_of(invoice_files.of_invoice(invoice, "en", at=AT)) == b"%PDF en 2"
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentFile.objects.update(firm_invoice=None)


def test_it_is_written_ahead_once_in_the_firms_language(
    firm: Portal, written: list[dict[str, Any]], settings: Any
) -> None:  # fmt: skip
    invoice = invoice_of(firm)
    assert [message.key for message in OutboxMessage.objects.filter(topic=documents.FIRM_INVOICE_AHEAD)] == [
        invoice.public_id
    ]
    settings.INVOICE_FILES_AHEAD = True
    for _twice in range(2):
        outbox.deliver_due(at=AT, topic=documents.FIRM_INVOICE_AHEAD)
    assert (DocumentFile.objects.get().language, len(written)) == (invoice.firm.language, 1)
    assert documents.content_of(invoice_files.of_invoice(invoice, "ko", at=LATER)) == b"%PDF ko 1"


@pytest.mark.parametrize(("is_ahead", "is_able"), [(False, True), (True, False)])
def test_nothing_is_written_ahead_where_the_setting_or_the_machine_says_so(
    firm: Portal, written: list[dict[str, Any]], settings: Any, monkeypatch: pytest.MonkeyPatch, is_ahead: bool,
    is_able: bool,
) -> None:  # fmt: skip
    settings.INVOICE_FILES_AHEAD = is_ahead
    monkeypatch.setattr(pdf, "is_available", lambda: is_able)
    outbox.deliver_due(at=AT, topic=documents.FIRM_INVOICE_AHEAD)
    assert (written, DocumentFile.objects.count()) == ([], 0)


def test_of_two_who_write_at_once_the_first_counts(firm: Portal, written: list[dict[str, Any]]) -> None:
    invoice = invoice_of(firm)
    first = invoice_files.of_invoice(invoice, "ko", at=AT)
    row = DocumentFile(firm_invoice=invoice, language="ko", made_at=AT)
    assert documents._keep(row, invoice.number, documents.FIRM_INVOICE, {}).pk == first.pk


def test_it_names_both_sides_and_by_when_to_pay(firm: Portal, written: list[dict[str, Any]]) -> None:
    for language in ("ko", "en"):
        invoice_files.of_invoice(invoice_of(firm), language, at=AT)
    names = [(one["company"]["name"], one["company"]["registration"], one["firm"]) for one in written]
    theirs = firm.contract.customer.firm
    assert names == [("리프트(주)", "120-81-47521", theirs), ("Rift", "120-81-47521", theirs)]
    assert written[0]["payable"].facts == interest.payable(14, Decimal("6.000")).facts
    assert written[0]["payable"].en == (
        "Payable within 14 days of the day on which this invoice is received, not counting that day. What is unpaid "
        "after that, VAT included, bears interest of 6% a year, by days."
    )


def test_the_customer_and_the_desk_get_the_same_bytes(firm: Portal, written: list[dict[str, Any]]) -> None:
    invoice, desk = invoice_of(firm), desk_of(making.staff("amy"))
    mine = portal.browser(firm.administrator, "ko").get(address(firm))
    theirs = desk.get(desk_address(invoice))
    assert (mine.content, theirs.content) == (b"%PDF ko 1", b"%PDF ko 1")
    assert mine.headers["ETag"] == theirs.headers["ETag"]
    page = portal.browser(firm.administrator).get(reverse("contract-invoice", args=[*_names(firm)])).content.decode()
    assert address(firm) in page
    shown = desk.get(reverse("admin:billing_firminvoice_change", args=[invoice.pk])).content.decode()
    assert desk_address(invoice, "ko") in shown
    assert desk_address(invoice, "en") in shown


def _names(firm: Portal) -> tuple[str, str]:
    return firm.contract.public_id, firm.ids["number"]


def test_nobody_else_gets_it(firm: Portal, written: list[dict[str, Any]], client: Client) -> None:
    other = portal.firm(1)
    stranger = portal.browser(other.administrator)
    assert stranger.get(address(firm)).status_code == 404
    assert stranger.get(address(other, firm.ids["number"])).status_code == 404
    assert portal.browser(firm.user).get(address(firm)).status_code == 403
    assert client.get(address(firm)).status_code == 302
    assert portal.browser(firm.administrator).post(address(firm)).status_code == 405
    assert (written, DocumentFile.objects.count()) == ([], 0)


def test_the_desk_asks_for_the_permission(firm: Portal, written: list[dict[str, Any]]) -> None:
    invoice = invoice_of(firm)
    clerk = User.objects.create_user("clerk@staff.example", "a long enough password", is_staff=True, name="Clerk")
    assert desk_of(clerk).get(desk_address(invoice)).status_code == 403
    desk = desk_of(making.staff("amy"))
    assert desk.get(desk_address(invoice, "fr")).status_code == 404
    assert desk.get(reverse("admin:billing_firminvoice_file", args=[0, "ko"])).status_code == 404
    assert desk.post(desk_address(invoice)).status_code == 405
    assert written == []


def test_a_machine_that_makes_none_refuses_and_the_pages_lead_back(
    firm: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    invoice = invoice_of(firm)
    with pytest.raises(NoDocuments):
        invoice_files.of_invoice(invoice, "ko", at=AT)
    led = portal.browser(firm.administrator).get(address(firm))
    assert led.url == reverse("contract-invoice", args=[*_names(firm)])  # type: ignore[attr-defined]
    desk = desk_of(making.staff("amy")).get(desk_address(invoice))
    assert desk.url == reverse("admin:billing_firminvoice_change", args=[invoice.pk])  # type: ignore[attr-defined]


def test_a_file_that_is_kept_takes_one_query(
    firm: Portal, written: list[dict[str, Any]], django_assert_num_queries: Any
) -> None:
    invoice = invoice_of(firm)
    invoice_files.of_invoice(invoice, "ko", at=AT)
    with django_assert_num_queries(1):
        invoice_files.of_invoice(invoice, "ko", at=AT)


def test_a_real_file_in_both_languages(firm: Portal) -> None:
    assert pdf.is_available(), "install Pango: .ci/system-packages pdf"
    for language in ("ko", "en"):
        content = documents.content_of(invoice_files.of_invoice(invoice_of(firm), language, at=AT))
        assert content.startswith(b"%PDF-")
        assert len(content) > 10_000


@pytest.mark.parametrize(
    ("kind", "quantity", "price"),
    [
        ("seat", "137 days of users", "₩25,000 a month"), ("flat", "137", "₩25,000 a month"),
        ("usage", "137", "₩25,000"),
    ],
)  # fmt: skip
def test_a_line_says_what_its_quantity_and_price_count(kind: str, quantity: str, price: str) -> None:
    told = {"line": FirmInvoiceLine(kind=kind, quantity=Decimal(137), unit_price=Decimal(25_000)), "invoice": KRW}
    with translation.override("en"):
        shown = [render_to_string(f"billing/_firm_{name}.html", told).strip() for name in ("quantity", "unit_price")]
    assert shown == [quantity, price]
