"""Invoices: the list, one as it prints with a why per line, its PDF."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Member
from accounts.views.member_pages import member_page, open_afterwards
from billing.enums import PaymentStatus
from billing.forms import PayForm, fresh_key
from billing.models import Invoice
from billing.queries import debts, purchases
from billing.queries import invoices as queries
from billing.rules import late_fees
from billing.services import invoices as services
from billing.views import pdf
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.pages import refusals_on

A_PAGE = 24
RECENT_PURCHASES = 12
_PAID = gettext_lazy("The invoice is paid.")
_PENDING = gettext_lazy("The bank has not answered yet; you are charged once at most.")


@require_safe
@member_page
@open_afterwards
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
@open_afterwards
def invoice_page(request: HttpRequest, member: Member, number: str) -> HttpResponse:
    found = queries.invoice_of_member(member.pk, number)
    return render(request, "billing/invoice.html", _shown(member, found))


@never_cache
@require_http_methods(["GET", "POST"])
@member_page
@open_afterwards
def invoice_pay(request: HttpRequest, member: Member, number: str) -> HttpResponse:
    """Pay what is owed with the registered card: first what will be charged, then one button."""
    at = clock.now()
    found = queries.invoice_of_member(member.pk, number)
    form = PayForm(request.POST or None, initial={"key": fresh_key()})
    if form.is_valid():
        with refusals_on(form):
            key = form.cleaned_data["key"]
            payment = services.pay(member_id=member.pk, invoice_id=found.public_id, by=request.user, at=at, key=key)
            messages.success(request, _PAID if payment.status == PaymentStatus.SUCCEEDED else _PENDING)
            return redirect("invoice", number=number)
    debt = debts.debt_of(found, kst_date(at))
    shown = {"form": form, "invoice": found, "debt": debt, "card": purchases.card_of_member(member.pk)}
    return render(request, "billing/pay_invoice.html", {**shown, "why": late_fees.explain(debt)})


@require_safe
@member_page
@open_afterwards
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
    debt = debts.debt_of(invoice, clock.today())
    return {
        "member": member,
        "invoice": invoice,
        "lines": queries.lines_of_invoice(invoice),
        "company": settings.COMPANY,
        "debt": debt,
        "why_debt": late_fees.explain(debt),
    }
