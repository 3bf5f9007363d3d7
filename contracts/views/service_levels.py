"""Service levels month by month: the list, a month with its arithmetic, the same as a file (rift/8.1, 9.2)."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from billing.errors import NoDocuments
from billing.services import pdf
from contracts.models import Contract, ServiceLevelReport
from contracts.queries import monthly_reports as queries
from contracts.queries.people import contract_for, may_preview
from contracts.queries.service_levels import level_now
from upstage_console.kernel import clock
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.wording import tongue


@require_safe
@login_required
def month_list(request: HttpRequest, contract_id: str) -> HttpResponse:
    """Every month that was measured, and the maintenance to come."""
    contract, at = contract_for(request.user, contract_id), clock.now()
    shown = {
        "contract": contract, "reports": queries.reports_of(contract, with_unapproved=may_preview(request.user)),
        "level": level_now(contract, clock.today()), "maintenance": queries.coming_maintenance(contract, at),
    }  # fmt: skip
    return render(request, "contracts/service_levels.html", shown)


@require_safe
@login_required
def month_page(request: HttpRequest, contract_id: str, month: str) -> HttpResponse:
    """A month: availability day by day, what stood still, what it gives back, how targets of cases were kept."""
    contract, report = _found(request, contract_id, month)
    return render(request, "contracts/service_level.html", {"contract": contract, "shown": queries.shown(report)})


@require_safe
@login_required
def month_file(request: HttpRequest, contract_id: str, month: str) -> HttpResponse:
    """The same as a PDF; where the machine makes none, the page, which prints the same."""
    contract, report = _found(request, contract_id, month)
    if not pdf.is_available():
        messages.info(request, str(NoDocuments()))
        return redirect("contract-service-level", contract_id=contract_id, month=month)
    context = {"contract": contract, "shown": queries.shown(report), "company": settings.COMPANY}
    content = pdf.make("contracts/service_level_print.html", context, tongue(get_language()))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="service-level-{month}.pdf"'
    return response


def _found(request: HttpRequest, contract_id: str, month: str) -> tuple[Contract, ServiceLevelReport]:
    contract = contract_for(request.user, contract_id)
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise NotFound from None
    return contract, queries.report_of(contract, first, with_unapproved=may_preview(request.user))
