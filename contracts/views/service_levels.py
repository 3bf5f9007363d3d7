"""Service levels month by month: the list, a month with its arithmetic, the same as a file (rift/8.1, 9.2)."""

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.errors import NoDocuments
from billing.services import pdf
from contracts.models import ServiceLevelReport
from contracts.queries import monthly_reports as queries
from contracts.queries.people import Access, may_preview
from contracts.queries.service_levels import level_now
from contracts.services import service_credits
from contracts.views.contract_pages import administrators_page, contract_page, show
from contracts.views.sections import add_section
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.wording import tongue

add_section(30, "contract-service-levels", gettext_lazy("Service levels"))


@require_safe
@contract_page
def month_list(request: HttpRequest, access: Access) -> HttpResponse:
    """Every month that was measured, and the maintenance to come."""
    contract = access.contract
    shown = {
        "reports": queries.reports_of(contract, with_unapproved=may_preview(request.user)),
        "level": level_now(contract, kst_date(access.at)),
        "maintenance": queries.coming_maintenance(contract, access.at),
    }
    return show(request, access, "contracts/service_levels.html", shown)


@require_safe
@contract_page
def month_page(request: HttpRequest, access: Access, month: str) -> HttpResponse:
    """A month: availability day by day, what stood still, what it gives back, how targets of cases were kept."""
    return show(
        request, access, "contracts/service_level.html", {"shown": queries.shown(_found(request, access, month))}
    )


@require_safe
@contract_page
def month_file(request: HttpRequest, access: Access, month: str) -> HttpResponse:
    """The same as a PDF; where the machine makes none, the page, which prints the same."""
    contract, report = access.contract, _found(request, access, month)
    if not pdf.is_available():
        messages.info(request, str(NoDocuments()))
        return redirect("contract-service-level", contract_id=contract.public_id, month=month)
    context = {"contract": contract, "shown": queries.shown(report), "company": settings.COMPANY}
    content = pdf.make("contracts/service_level_print.html", context, tongue(get_language()))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="service-level-{month}.pdf"'
    return response


@require_POST
@administrators_page
def claim(request: HttpRequest, access: Access, month: str) -> HttpResponse:
    """Claim what a month gives back, where the contract asks for that, until the last day."""
    credit = queries.shown(_found(request, access, month)).credit
    if credit is None:
        raise NotFound
    service_credits.claim(credit.public_id, by=request.user, at=access.at)
    messages.success(request, _("The credit is claimed; the next invoice takes it once it is approved."))
    return redirect("contract-service-level", contract_id=access.contract.public_id, month=month)


def _found(request: HttpRequest, access: Access, month: str) -> ServiceLevelReport:
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise NotFound from None
    return queries.report_of(access.contract, first, with_unapproved=may_preview(request.user))
