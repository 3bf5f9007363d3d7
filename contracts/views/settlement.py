"""How a contract was settled when it was terminated: the statement with its lines, as a page and as a PDF (15.3)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from billing.errors import NoDocuments
from billing.services import pdf
from contracts.queries.people import Access
from contracts.queries.settled import statement_of
from contracts.rules import company
from contracts.views.contract_pages import administrators_page, show
from upstage_console.kernel.wording import tongue


@require_safe
@administrators_page
def settlement_page(request: HttpRequest, access: Access) -> HttpResponse:
    """What was still billed, what goes back and why, and what became of it."""
    return show(request, access, "contracts/settlement.html", {"shown": statement_of(access.contract)})


@require_safe
@administrators_page
def settlement_pdf(request: HttpRequest, access: Access) -> HttpResponse:
    """The statement as a PDF; where the machine makes none, the page, which prints the same."""
    contract, shown = access.contract, statement_of(access.contract)
    if not pdf.is_available():
        messages.info(request, str(NoDocuments()))
        return redirect("contract-settlement", contract_id=contract.public_id)
    context = {"contract": contract, "shown": shown, "company": company.RIFT}
    content = pdf.make("contracts/settlement_print.html", context, tongue(get_language()))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="settlement-{shown.row.on}.pdf"'
    return response
