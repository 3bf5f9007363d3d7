"""Invoices of contracts as files: once written, the same bytes for the customer and at the desk (rift/7.2)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from billing.models import DocumentFile, FirmCreditNote, FirmInvoice
from billing.rules import interest
from billing.services import documents
from contracts.models import ContractInvoice
from contracts.rules import company
from contracts.services.paying import days_to_pay
from upstage_console.kernel import outbox
from upstage_console.kernel.clauses import Reason, enforces


@outbox.deliverer(documents.FIRM_INVOICE_AHEAD)
def write(payload: Mapping[str, Any]) -> None:
    """Write the file of the invoice in `payload` in its firm's language, where this machine can and does so ahead."""
    if documents.writes_ahead():
        invoice: FirmInvoice = FirmInvoice.objects.select_related("firm").get_public(payload["invoice"])
        of_invoice(invoice, invoice.firm.language, at=datetime.fromisoformat(payload["at"]))


@enforces("rift/7.2")
def of_invoice(invoice: FirmInvoice, language: str, *, at: datetime) -> DocumentFile:
    """The file of an invoice; the first time it is written. Refuses `no_documents` where this machine makes none."""
    kept = documents.kept_of_firm_invoice(invoice, language)
    if kept is not None:
        return kept
    supplier, payable = _supplier(language), _payable(invoice)
    return documents.write_firm_invoice(invoice, language, supplier=supplier, payable=payable, at=at)


@enforces("rift/7.2")
def of_credit_note(note: FirmCreditNote, language: str, *, at: datetime) -> DocumentFile:
    """The file of a credit note; the first time it is written. Refuses `no_documents`."""
    return documents.of_firm_credit_note(note, language, supplier=_supplier(language), at=at)


def _supplier(language: str) -> dict[str, str]:
    """The company as contracts name it, with the registration number that its tax invoices state."""
    rift = company.RIFT
    return {
        "name": rift.name_en if language == "en" else rift.name, "representative": rift.representative,
        "address": rift.address, "email": rift.email, "phone": rift.phone,
        "registration": settings.COMPANY["registration"],
    }  # fmt: skip


def _payable(invoice: FirmInvoice) -> Reason:
    """By when it is to be paid, as the contract stood on the day of the invoice, whenever its file is written."""
    under = ContractInvoice.objects.select_related("contract").get(invoice=invoice)
    days, _because = days_to_pay(under.contract, on=invoice.issued_on, at=invoice.issued_at)
    return interest.payable(days, invoice.percent_late)
