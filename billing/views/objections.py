"""Objecting to an invoice, with what is attached to it, and what became of it (upstage/20.3)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Member
from accounts.views.member_pages import member_page, open_afterwards
from billing.forms.objections import FeeObjectionForm
from billing.queries import invoices
from billing.queries import objections as queries
from billing.rules.repaying import REVIEW_BUSINESS_DAYS
from billing.services import fee_objections
from upstage_console.kernel import clock
from upstage_console.kernel.pages import refusals_on


@never_cache
@require_http_methods(["GET", "POST"])
@member_page
@open_afterwards
def objection(request: HttpRequest, member: Member, number: str) -> HttpResponse:
    """The form while nobody has objected, then how far the objection has come."""
    invoice = invoices.invoice_of_member(member.pk, number)
    found = queries.objection_to(invoice)
    form = FeeObjectionForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            fee_objections.object_to(
                member_id=member.pk, invoice_id=invoice.public_id, reason=form.cleaned_data["reason"],
                by=request.user, at=clock.now(),
            )  # fmt: skip
            return redirect("fee-objection", number=number)
    shown = {"form": form, "member": member, "invoice": invoice, "objection": found, "days": REVIEW_BUSINESS_DAYS}
    if found is not None and found.credit_note is not None:
        shown["granted"] = -found.credit_note.total
    evidence = found.evidence if found is not None else queries.evidence_of(invoice)
    template = "billing/object.html" if found is None else "billing/objection.html"
    return render(request, template, shown | {"evidence": queries.read(evidence)})
