"""Claims as the member sees them: of the company, and against it (upstage/18.6, 24, 25)."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import Member
from accounts.views.member_pages import member_page, open_afterwards
from billing.queries import member_claims as queries
from billing.queries.debts import debt_of
from upstage_console.kernel import clock
from upstage_console.kernel.clauses import Reason


@require_safe
@member_page
@open_afterwards
def claim_list(request: HttpRequest, member: Member) -> HttpResponse:
    shown = {"claims": queries.claims_of(member.pk), "liabilities": queries.liabilities_of(member.pk)}
    return render(request, "billing/claims.html", {"member": member, **shown})


@require_safe
@member_page
@open_afterwards
def claim(request: HttpRequest, member: Member, claim_id: str) -> HttpResponse:
    found = queries.claim_of(member.pk, claim_id)
    invoice = queries.invoice_of(found)
    shown = {
        "claim": found, "why": Reason.from_json(found.why), "sheet": getattr(found, "sheet", None),
        "debt": debt_of(invoice, clock.today()), "invoice": invoice,
    }  # fmt: skip
    return render(request, "billing/claim.html", {"member": member, **shown})


@require_safe
@member_page
@open_afterwards
def evidence(request: HttpRequest, member: Member, claim_id: str, evidence_id: int) -> FileResponse:
    """A file that proves the claim, where the member may open it."""
    found = queries.evidence_of(member.pk, claim_id, evidence_id)
    response = FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name_of_file)
    response["Cache-Control"] = "no-store"
    return response


@require_safe
@member_page
@open_afterwards
def liability(request: HttpRequest, member: Member, liability_id: str) -> HttpResponse:
    shown = {"member": member, "claim": queries.liability_of(member.pk, liability_id)}
    return render(request, "billing/liability.html", shown)
