"""Documents of a contract: what was offered and agreed, who signed, and each file byte for byte (rift/4.1)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from billing.errors import NoDocuments
from contracts.models import ContractFile
from contracts.queries import papers
from contracts.queries.people import Access
from contracts.services import files, rendering
from contracts.views.contract_pages import administrators_page, show
from contracts.views.sections import add_section
from upstage_console.kernel import clock

add_section(20, "contract-documents", gettext_lazy("Documents"), for_all=False, for_staff=False)


@require_safe
@administrators_page
def document_list(request: HttpRequest, access: Access) -> HttpResponse:
    """Every document, with its hash and who signed it."""
    return show(request, access, "contracts/documents.html", {"papers": papers.shown(access.contract)})


@require_safe
@administrators_page
def document_file(request: HttpRequest, access: Access, file_id: str) -> HttpResponse:
    """A file as it was kept; that it was opened is written down."""
    return _handed_out(request, papers.file_of(access.contract, file_id))


@require_safe
@administrators_page
def document_print(request: HttpRequest, access: Access, document_id: str) -> HttpResponse:
    """The document as a PDF, made once and the same ever after; where no PDF can be made, the list says so."""
    row = papers.document_of(access.contract, document_id)
    try:
        file = rendering.printed(row, by=request.user, at=clock.now())
    except NoDocuments as refused:
        messages.info(request, str(refused))
        return redirect("contract-documents", contract_id=access.contract.public_id)
    return _handed_out(request, file)


def _handed_out(request: HttpRequest, file: ContractFile) -> HttpResponse:
    files.note_opened(file, by=request.user, at=clock.now())
    response = HttpResponse(files.content_of(file), content_type=file.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{files.name_of(file)}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["ETag"] = f'"{file.sha256}"'
    return response
