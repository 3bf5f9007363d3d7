"""Invoices of a contract: what is owed and why, each as it was issued, and saying what is wrong with one (rift/7)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from billing.errors import NoDocuments
from billing.models import FirmPayout
from billing.queries.firm_credits import lines_of
from billing.views.invoices import pdf_response
from contracts.forms.support import DisputeForm
from contracts.queries import firm_bills as queries
from contracts.queries.people import Access
from contracts.rules import company
from contracts.services import invoice_files, paying
from contracts.views.contract_pages import administrators_page, show
from contracts.views.sections import add_section
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.pages import refusals_on
from upstage_console.kernel.wording import tongue

A_PAGE = 24

add_section(50, "contract-invoices", gettext_lazy("Invoices"), for_all=False, for_staff=False)


@require_safe
@administrators_page
def invoice_list(request: HttpRequest, access: Access) -> HttpResponse:
    """What was billed, the newest first, and what is open."""
    today, rows = kst_date(access.at), queries.bills_of(access.contract)
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page, "bills": [queries.bill(row, today=today) for row in page],
        "owed": queries.owed_total(rows, today=today),
    }  # fmt: skip
    return show(request, access, "contracts/invoices.html", shown)


@require_safe
@administrators_page
def invoice_page(request: HttpRequest, access: Access, number: str) -> HttpResponse:
    """An invoice as it prints, with a why per line, when it is due and what was paid."""
    bill = queries.bill_of(access.contract, number, today=kst_date(access.at))
    shown = {"bill": bill, "invoice": bill.invoice, "lines": bill.invoice.lines.order_by("position")}
    return show(request, access, "contracts/invoice.html", {**shown, "company": company.RIFT})


@require_safe
@administrators_page
def invoice_pdf(request: HttpRequest, access: Access, number: str) -> HttpResponse:
    """The invoice as it was written once; where the machine makes no PDFs, its page, which prints the same."""
    found = queries.bill_of(access.contract, number, today=kst_date(access.at)).invoice
    try:
        row = invoice_files.of_invoice(found, tongue(get_language()), at=access.at)
    except NoDocuments as refused:
        messages.info(request, str(refused))
        return redirect("contract-invoice", contract_id=access.contract.public_id, number=number)
    return pdf_response(row, found.number)


@require_safe
@administrators_page
def credit_note_page(request: HttpRequest, access: Access, note: str) -> HttpResponse:
    """A credit note as it prints: what is no longer owed, and what is transferred back."""
    found = queries.credit_note_of(access.contract, note)
    payout = FirmPayout.objects.filter(firm=found.firm_id, subject=found.public_id).first()
    shown = {"note": found, "invoice": found.invoice, "lines": lines_of(found), "payout": payout}
    return show(request, access, "contracts/credit_note.html", {**shown, "company": company.RIFT, "firm": found.firm})


@require_safe
@administrators_page
def credit_note_pdf(request: HttpRequest, access: Access, note: str) -> HttpResponse:
    """The credit note as it was written once; where the machine makes no PDFs, its page, which prints the same."""
    found = queries.credit_note_of(access.contract, note)
    try:
        row = invoice_files.of_credit_note(found, tongue(get_language()), at=access.at)
    except NoDocuments as refused:
        messages.info(request, str(refused))
        return redirect("contract-credit-note", contract_id=access.contract.public_id, note=note)
    return pdf_response(row, found.number)


@require_http_methods(["GET", "POST"])
@administrators_page
def invoice_dispute(request: HttpRequest, access: Access, number: str) -> HttpResponse:
    """Say what is wrong with an invoice; until its due day that keeps it from being late."""
    bill = queries.bill_of(access.contract, number, today=kst_date(access.at))
    if not bill.may_be_disputed:
        raise NotFound
    form = DisputeForm(request.POST or None)
    if form.is_valid():
        contract_id, reason = access.contract.public_id, form.cleaned_data["reason"]
        with refusals_on(form):
            paying.dispute(contract_id, bill.invoice.public_id, reason=reason, by=request.user, at=access.at)
            messages.success(request, _("We have it, and will answer you."))
            return redirect("contract-invoice", contract_id=contract_id, number=number)
    return show(request, access, "contracts/invoice_dispute.html", {"form": form, "bill": bill})
