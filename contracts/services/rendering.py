"""What a document looks like: written once from its structured content, and kept as it was shown (rift/4.1)."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from billing.errors import NoDocuments
from billing.services import pdf
from contracts.enums import DocumentStatus, PaperKind
from contracts.models import Contract, ContractDocument, ContractFile
from contracts.rules import company
from contracts.services import files
from contracts.services.files import Given
from upstage_console.kernel.clauses import Reason, enforces

SHEET: Final = "contracts/paper.html"
PRINT: Final = "contracts/paper_print.html"
PDF: Final = "application/pdf"
WITH_TERMS: Final = (PaperKind.QUOTE, PaperKind.ORDER)


def sheet(document: ContractDocument, *, by: Any, at: datetime) -> ContractFile:
    """Write the document as it is shown, in the customer's language; its bytes are what is agreed to.

    In the caller's transaction.
    """
    language = document.contract.customer.firm.language
    with translation.override(language):
        text = render_to_string(SHEET, context_of(document))
    name = f"{document.kind}-{document.series}-{document.revision}.html"
    return files.keep_sheet(document.contract, name, text, by=by, at=at)


@enforces("rift/5.2", "rift/8.1", "rift/21.1", "rift/21.2", "rift/21.3", "rift/21.4", "rift/21.5")
def context_of(document: ContractDocument) -> dict[str, Any]:
    """Everything that stands in a document."""
    contract = document.contract
    with_terms = document.is_deed or (document.kind in WITH_TERMS and contract.concluded_at is None)
    return (_promised(contract) if with_terms else {}) | {
        "document": document, "contract": contract, "firm": contract.customer.firm, "company": company.RIFT,
        "with_terms": with_terms,
        "fees": contract.fees.all(), "annexes": _annexes(document) if document.is_deed else [],
        "sow": getattr(document, "sow", None),
        "why": Reason.from_json(contract.term_why) if contract.term_why else None,
    }  # fmt: skip


def _promised(contract: Contract) -> dict[str, Any]:
    """What was agreed about availability and support by now, from the same fields that it is measured by (5.2, 8.1)."""
    policy = contract.support_policies.order_by("-version").first()
    return {
        "level": contract.service_levels.order_by("-version").first(), "support": policy,
        "targets": policy.targets.order_by("pk") if policy else (),
        "exceptions": [(date.fromisoformat(day), hours) for day, hours in sorted(policy.exceptions.items())]
        if policy else (),
    }  # fmt: skip


def _annexes(deed: ContractDocument) -> list[ContractDocument]:
    live = deed.contract.documents.filter(status=DocumentStatus.OFFERED, is_deed=False)
    return list(live.order_by("pk"))


def body_of(file: ContractFile | None) -> SafeString | None:
    """A sheet as it stands on a page and in a PDF: its every value was escaped when it was written. None for others."""
    if file is None or not files.is_sheet(file):
        return None
    return mark_safe(files.content_of(file).decode())  # noqa: S308


@transaction.atomic
def printed(document: ContractDocument, *, by: Any, at: datetime) -> ContractFile:
    """The file of a document: what was handed in, else its sheet as a PDF, made once and kept byte for byte.

    Refuses `no_documents` where this machine makes no PDF, and for a draft, which is not written yet.
    """
    if document.file is not None and not files.is_sheet(document.file):
        return document.file
    contract: Contract = Contract.objects.filter(pk=document.contract_id).locked().get()
    name = f"{document.public_id}.pdf"
    found: ContractFile | None = contract.files.filter(name=name).first()
    if found is not None:
        return found
    if document.file is None or not pdf.is_available():
        raise NoDocuments
    context = {"document": document, "body": body_of(document.file), "company": company.RIFT}
    content = pdf.make(PRINT, context, document.contract.customer.firm.language)
    return files.keep(contract, Given(name, PDF, content), by=by, at=at)
