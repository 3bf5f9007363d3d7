"""Invoices: the list, one as it prints with a why per line, its PDF."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Member
from accounts.views.member_pages import member_page
from billing.models import Invoice
from billing.queries import debts, purchases
from billing.queries import invoices as queries
from billing.views import pdf
from upstage_console.kernel import clock

A_PAGE = 24
RECENT_PURCHASES = 12


@require_safe
@member_page
def invoice_list(request: HttpRequest, member: Member) -> HttpResponse:
    page = Paginator(queries.invoices_of_member(member.pk), A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "member": member,
        "page": page,
        "owed": debts.owed_total(member.pk, clock.now()),
        "card": purchases.card_of_member(member.pk),
        "purchases": purchases.purchases_of_member(member.pk)[:RECENT_PURCHASES],
    }
    return render(request, "billing/invoices.html", shown)


@require_safe
@member_page
def invoice_page(request: HttpRequest, member: Member, number: str) -> HttpResponse:
    found = queries.invoice_of_member(member.pk, number)
    return render(request, "billing/invoice.html", _shown(member, found))


@require_safe
@member_page
def invoice_pdf(request: HttpRequest, member: Member, number: str) -> HttpResponse:
    """The invoice as a file; where the machine cannot make PDFs, the page itself, which prints the same."""
    found = queries.invoice_of_member(member.pk, number)
    if not pdf.is_available():
        messages.info(request, _("PDF files cannot be made on this machine; print this page instead."))
        return redirect("invoice", number=number)
    made = pdf.make(request, "billing/invoice_print.html", _shown(member, found))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response


def _shown(member: Member, invoice: Invoice) -> dict[str, object]:
    lines = queries.lines_of_invoice(invoice)
    return {"member": member, "invoice": invoice, "lines": lines, "company": settings.COMPANY}
