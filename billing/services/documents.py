"""Invoices and credit notes as files: written once, kept with their hash, handed out byte for byte (upstage/2.7).

What changes later – what is paid, what is late – stands on the page and not in the file.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from billing.errors import DocumentDamaged, NoDocuments
from billing.models import BusinessProfile, CreditNote, DocumentFile, FirmCreditNote, FirmInvoice, Invoice
from billing.queries import firm_credits
from billing.queries.invoices import credit_lines, lines_of_invoice
from billing.services import pdf
from upstage_console.kernel import outbox
from upstage_console.kernel.clauses import Reason, enforces

INVOICE: Final = "billing/invoice_print.html"
CREDIT_NOTE: Final = "billing/credit_note_print.html"
FIRM_INVOICE: Final = "billing/firm_invoice_print.html"
FIRM_CREDIT_NOTE: Final = "billing/firm_credit_note_print.html"
FIRM_INVOICE_AHEAD: Final = "firm_invoice_file"
"""The messages that have files of firms' invoices written."""


def writes_ahead() -> bool:
    """Whether files are written once their invoice is issued, and not when somebody first asks for them."""
    return bool(settings.INVOICE_FILES_AHEAD) and pdf.is_available()


@outbox.deliverer("invoice_file")
def write_invoice(payload: Mapping[str, Any]) -> None:
    """Write the file of the invoice in `payload` in its member's language, where this machine can and does so ahead."""
    if writes_ahead():
        invoice: Invoice = Invoice.objects.select_related("member__user").get_public(payload["invoice"])
        of_invoice(invoice, invoice.member.language, at=datetime.fromisoformat(payload["at"]))


@enforces("upstage/2.7", "upstage/18.4")
def of_invoice(invoice: Invoice, language: str, *, at: datetime) -> DocumentFile:
    """The file of an invoice; the first time it is written. Refuses `no_documents` where this machine makes none."""
    found: DocumentFile | None = DocumentFile.objects.filter(invoice=invoice, language=language).first()
    if found is not None:
        return found
    shown = {"invoice": invoice, "lines": lines_of_invoice(invoice)} | _parties(invoice)
    return _keep(DocumentFile(invoice=invoice, language=language, made_at=at), invoice.number, INVOICE, shown)


@enforces("upstage/18.1", "upstage/20.3")
def of_credit_note(note: CreditNote, language: str, *, at: datetime) -> DocumentFile:
    """The file of a credit note; the first time it is written. Refuses `no_documents`."""
    found: DocumentFile | None = DocumentFile.objects.filter(credit_note=note, language=language).first()
    if found is not None:
        return found
    shown = {"note": note, "invoice": note.invoice, "lines": credit_lines(note)} | _parties(note)
    return _keep(DocumentFile(credit_note=note, language=language, made_at=at), note.number, CREDIT_NOTE, shown)


def kept_of_firm_invoice(invoice: FirmInvoice, language: str) -> DocumentFile | None:
    """The file of a firm's invoice, where it was written."""
    found: DocumentFile | None = DocumentFile.objects.filter(firm_invoice=invoice, language=language).first()
    return found


@enforces("rift/7.2")
def write_firm_invoice(
    invoice: FirmInvoice, language: str, *, supplier: Mapping[str, str], payable: Reason, at: datetime
) -> DocumentFile:  # fmt: skip
    """Write the file of a firm's invoice, with who supplies and by when it is to be paid; one that is kept stays.

    Refuses `no_documents`.
    """
    lines = [(line, Reason.from_json(line.why) if line.why else None) for line in invoice.lines.order_by("position")]
    shown = {"invoice": invoice, "lines": lines, "firm": invoice.firm, "company": supplier, "payable": payable}
    row = DocumentFile(firm_invoice=invoice, language=language, made_at=at)
    return _keep(row, invoice.number, FIRM_INVOICE, shown)


@enforces("rift/7.2")
def of_firm_credit_note(
    note: FirmCreditNote, language: str, *, supplier: Mapping[str, str], at: datetime
) -> DocumentFile:  # fmt: skip
    """The file of a firm's credit note; the first time it is written. Refuses `no_documents`."""
    found: DocumentFile | None = DocumentFile.objects.filter(firm_credit_note=note, language=language).first()
    if found is not None:
        return found
    shown = {"note": note, "invoice": note.invoice, "lines": firm_credits.lines_of(note), "firm": note.firm,
             "company": supplier}  # fmt: skip
    row = DocumentFile(firm_credit_note=note, language=language, made_at=at)
    return _keep(row, note.number, FIRM_CREDIT_NOTE, shown)


def _parties(document: Invoice | CreditNote) -> dict[str, Any]:
    business = BusinessProfile.objects.filter(member=document.member_id).first()
    return {"member": document.member, "business": business, "company": settings.COMPANY}


def _keep(row: DocumentFile, number: str, template: str, shown: dict[str, Any]) -> DocumentFile:
    """Write it; of two who do so at once the first counts, and the file of the other is thrown away."""
    if not pdf.is_available():
        raise NoDocuments
    content = pdf.make(template, shown, row.language)
    row.sha256, row.size = hashlib.sha256(content).hexdigest(), len(content)
    row.file.save(f"{number}-{row.language}.pdf", ContentFile(content), save=False)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        row.file.delete(save=False)
        return DocumentFile.objects.get(
            invoice=row.invoice_id, credit_note=row.credit_note_id, firm_invoice=row.firm_invoice_id,
            firm_credit_note=row.firm_credit_note_id, language=row.language,
        )  # fmt: skip
    return row


def content_of(row: DocumentFile) -> bytes:
    """The bytes as they were written; refuses `document_damaged` where they are others now, or gone."""
    try:
        with row.file.storage.open(str(row.file.name), "rb") as file:
            content: bytes = file.read()
    except FileNotFoundError as error:
        raise DocumentDamaged(facts={"file": str(row)}) from error
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise DocumentDamaged(facts={"file": str(row)})
    return content
