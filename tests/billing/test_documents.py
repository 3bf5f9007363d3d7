"""Invoices and credit notes as files: written once, and the same bytes ever after."""

import hashlib
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Member
from billing.errors import DocumentDamaged, NoDocuments
from billing.models import BusinessProfile, DocumentFile
from billing.services import business, credit_notes, documents, invoices, pdf
from tests.billing import make
from upstage_console.kernel import clock, outbox

pytestmark = [pytest.mark.django_db, pytest.mark.clause("upstage/18.4")]


@pytest.fixture(autouse=True)
def here(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    with clock.fixed(make.NOON):
        yield


@pytest.fixture
def invoice(db):
    kim = make.member(card="ok")
    return invoices.issue_single(
        member_id=kim.pk, amount=Decimal(1000), due_on=make.NOON.date(), what_ko="요금", what_en="Fee", by=None,
        at=make.NOON,
    )  # fmt: skip


@pytest.fixture
def fake_pdf(monkeypatch):
    """What is written differs each time, so that a second writing would be seen."""
    made = []
    monkeypatch.setattr(pdf, "is_available", lambda: True)

    def write(template, shown, language):
        made.append(template)
        return f"%PDF {language} {len(made)}".encode()

    monkeypatch.setattr(pdf, "make", write)
    return made


def browser_of(member):
    client = Client()
    client.force_login(member.user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def test_written_once_and_the_same_bytes_after_a_change(invoice, fake_pdf):
    first = documents.of_invoice(invoice, "ko", at=make.NOON)
    Member.objects.filter(pk=invoice.member_id).update(name="another")
    again = documents.of_invoice(invoice, "ko", at=make.later(days=400))
    assert (again.pk, documents.content_of(again)) == (first.pk, b"%PDF ko 1")
    assert again.sha256 == hashlib.sha256(b"%PDF ko 1").hexdigest()
    assert documents.content_of(documents.of_invoice(invoice, "en", at=make.NOON)) == b"%PDF en 2"


def test_a_file_that_is_another_now_is_given_to_nobody(invoice, fake_pdf):
    row = documents.of_invoice(invoice, "ko", at=make.NOON)
    with open(row.file.path, "ab") as file:
        file.write(b"!")
    with pytest.raises(DocumentDamaged):
        documents.content_of(row)
    row.file.storage.delete(row.file.name)
    with pytest.raises(DocumentDamaged):
        documents.content_of(row)


def test_its_row_is_final(invoice, fake_pdf):
    documents.of_invoice(invoice, "ko", at=make.NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentFile.objects.update(sha256="0")


def test_it_is_written_when_the_member_is_told(invoice, fake_pdf, settings):
    settings.INVOICE_FILES_AHEAD = True
    outbox.deliver_due(at=make.NOON)
    outbox.deliver_due(at=make.NOON)
    assert DocumentFile.objects.get().language == invoice.member.language
    assert fake_pdf == [documents.INVOICE]


def test_a_machine_that_makes_none_refuses_and_the_page_leads_back(invoice, monkeypatch, settings):
    settings.INVOICE_FILES_AHEAD = True
    monkeypatch.setattr(pdf, "is_available", lambda: False)
    with pytest.raises(NoDocuments):
        documents.of_invoice(invoice, "ko", at=make.NOON)
    outbox.deliver_due(at=make.NOON)
    client = browser_of(invoice.member)
    address = reverse("invoice-pdf", args=[invoice.number])
    assert client.get(address).url == reverse("invoice", args=[invoice.number])


def test_credit_notes_have_theirs(invoice, fake_pdf):
    note = credit_notes.issue(
        invoice_id=invoice.public_id, amount=Decimal(10), reason="r", by=None, approver=None, at=make.NOON
    )
    client = browser_of(invoice.member)
    answers = [client.get(reverse("credit-note-pdf", args=[note.number])) for _ in range(2)]
    assert [answer.content[:4] for answer in answers] == [b"%PDF", b"%PDF"]
    assert answers[0].headers["ETag"] == answers[1].headers["ETag"]
    page = client.get(reverse("credit-note", args=[note.number])).content.decode()
    assert "₩11 are no longer owed." in page


def test_the_invoice_page_tells_what_became_of_it(invoice, fake_pdf):
    note = credit_notes.issue(
        invoice_id=invoice.public_id, amount=Decimal(10), reason="r", by=None, approver=None, at=make.NOON
    )
    invoices.pay(member_id=invoice.member_id, invoice_id=invoice.public_id, by=None, at=make.NOON, key="k")
    client = browser_of(invoice.member)
    page = client.get(reverse("invoice", args=[invoice.number])).content.decode()
    assert all(said in page for said in ("What became of it", note.number, "−₩11", "−₩1,089"))


def test_business_data_is_stated_and_stands_on_the_next_documents(invoice):
    client = browser_of(invoice.member)
    given = {"representative": "김대표", "address": "서울", "tax_email": "tax@firm.example"}
    assert client.post(reverse("business-data"), given).status_code == 302
    row = BusinessProfile.objects.get(member=invoice.member)
    assert (row.representative, row.tax_email) == ("김대표", "tax@firm.example")
    assert client.post(reverse("business-data"), {"tax_email": "nothing"}).status_code == 200
    business.state(member_id=invoice.member_id, given={}, by=invoice.member.user, at=make.NOON)
    assert BusinessProfile.objects.get().representative == ""


def test_a_real_file_holds_long_names_over_many_pages(db):
    assert pdf.is_available(), "install Pango: .ci/system-packages pdf"
    kim = make.member()
    Member.objects.filter(pk=kim.pk).update(name="가" * 80)
    parts = [invoices.Part("아주 긴 이름의 요금 " * 8, "A fee with a long name " * 8, Decimal(9)) for _ in range(60)]
    made = invoices.issue(kim.pk, parts, kind="single", due_on=make.NOON.date(), by=None, at=make.NOON)
    made.refresh_from_db()
    for language in ("ko", "en"):
        content = documents.content_of(documents.of_invoice(made, language, at=make.NOON))
        assert content.startswith(b"%PDF-")
        assert len(content) > 20_000


def test_fonts_are_decoded_once(invoice):
    """Decoding them takes seconds, a file with decoded ones a tenth of one."""
    made = [documents.content_of(documents.of_invoice(invoice, language, at=make.NOON)) for language in ("ko", "en")]
    decoded = pdf._decoded.cache_info()
    assert (decoded.misses, decoded.hits >= 2) == (2, True)
    assert all(content.startswith(b"%PDF-") for content in made)
