"""Objecting to an invoice or a charge, with what is attached to it, and what became of it (upstage/20.3)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Member
from accounts.views.member_pages import member_page, open_afterwards
from billing.enums import FeeObjectionStatus
from billing.forms.objections import FeeObjectionForm
from billing.models import FeeObjection
from billing.queries import evidence, invoices
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
    attached = found.evidence if found is not None else evidence.of_invoice(invoice)
    shown = {"form": form, "member": member, "invoice": invoice, "currency": invoice.currency}
    return _page(request, found, attached, shown)


@never_cache
@require_http_methods(["GET", "POST"])
@member_page
@open_afterwards
def objection_to_charge(request: HttpRequest, member: Member, charge_id: str) -> HttpResponse:
    """The same for one charge."""
    charge = queries.charge_of_member(member.pk, charge_id)
    found = queries.objection_to_charge(charge)
    form = FeeObjectionForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            fee_objections.object_to_charge(
                member_id=member.pk, charge_id=charge_id, reason=form.cleaned_data["reason"], by=request.user,
                at=clock.now(),
            )  # fmt: skip
            return redirect("charge-objection", charge_id=charge_id)
    attached = found.evidence if found is not None else evidence.of_charge(charge)
    shown = {"form": form, "member": member, "charge": charge, "currency": charge.currency}
    return _page(request, found, attached, shown)


def _page(
    request: HttpRequest, found: FeeObjection | None, attached: dict[str, Any], shown: dict[str, Any]
) -> HttpResponse:
    shown |= {"objection": found, "days": REVIEW_BUSINESS_DAYS, "evidence": evidence.read(attached)}
    if found is None:
        return render(request, "billing/object.html", shown)
    if found.credit_note is not None:
        shown["granted"] = -found.credit_note.total
    if found.status == FeeObjectionStatus.APPROVED and found.charge_id is not None:
        shown["back"] = queries.given_back(found)
    return render(request, "billing/objection.html", shown)
