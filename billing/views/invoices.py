"""Invoices: the list, one as it prints with a why per line, its PDF."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Member
from accounts.views.member_pages import member_page, open_afterwards
from billing.enums import PaymentStatus
from billing.errors import NoDocuments
from billing.forms.once import fresh_key, key_of_page
from billing.forms.payments import PayForm
from billing.models import BusinessProfile, DocumentFile, Invoice
from billing.queries import credit_notes, debts, member_claims, objections, purchases
from billing.queries import invoices as queries
from billing.rules import late_fees
from billing.services import documents
from billing.services import invoices as services
from upstage_console.kernel import clock
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.pages import refusals_on
from upstage_console.kernel.wording import tongue

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
        "has_claims": member_claims.has_any(member.pk),
        "card": purchases.card_of_member(member.pk),
        "credit_notes": credit_notes.notes_of_member(member.pk)[:RECENT_PURCHASES],
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
            key = key_of_page(form.cleaned_data["key"])
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
    """The invoice as it was written once; where the machine makes no PDFs, the page itself, which prints the same."""
    found = queries.invoice_of_member(member.pk, number)
    try:
        row = documents.of_invoice(found, tongue(get_language()), at=clock.now())
    except NoDocuments as refused:
        messages.info(request, str(refused))
        return redirect("invoice", number=number)
    return pdf_response(row, found.number)


@require_safe
@member_page
@open_afterwards
def credit_note_page(request: HttpRequest, member: Member, note: str) -> HttpResponse:
    """A credit note as it prints, with where its money went."""
    found = credit_notes.note_of_member(member.pk, note)
    shown = {"member": member, "note": found, "invoice": found.invoice, "lines": queries.credit_lines(found)}
    business = BusinessProfile.objects.filter(member=member).first()
    shown |= {"company": settings.COMPANY, "business": business, "clauses": found.clauses}
    return render(request, "billing/credit_note.html", shown)


@require_safe
@member_page
@open_afterwards
def credit_note_pdf(request: HttpRequest, member: Member, note: str) -> HttpResponse:
    """The credit note as it was written once."""
    found = credit_notes.note_of_member(member.pk, note)
    try:
        row = documents.of_credit_note(found, tongue(get_language()), at=clock.now())
    except NoDocuments as refused:
        messages.info(request, str(refused))
        return redirect("credit-note", note=note)
    return pdf_response(row, found.number)


def pdf_response(row: DocumentFile, number: str) -> HttpResponse:
    """The bytes of a document as they were written, with their hash."""
    response = HttpResponse(documents.content_of(row), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{number}.pdf"'
    response["ETag"] = f'"{row.sha256}"'
    return response


def _shown(member: Member, invoice: Invoice) -> dict[str, object]:
    debt = debts.debt_of(invoice, clock.today())
    return {
        "member": member,
        "invoice": invoice,
        "lines": queries.lines_of_invoice(invoice),
        "company": settings.COMPANY,
        "objection": objections.objection_to(invoice),
        "debt": debt,
        "why_debt": late_fees.explain(debt),
        "business": BusinessProfile.objects.filter(member=member).first(),
        "account": queries.account_of(invoice, debt),
        "paid": queries.paid_of(invoice),
        "reinvoiced": invoice.reinvoiced.order_by("-ends_on"),
    }
