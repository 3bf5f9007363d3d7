"""The cap of the company's liability under a contract, and how it was counted (rift/17)."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from contracts.queries.liability import cap_of
from contracts.queries.people import Access
from contracts.views.contract_pages import administrators_page, show
from contracts.views.sections import add_section
from upstage_console.kernel.calendars import kst_date

add_section(80, "contract-liability", gettext_lazy("Liability"), for_all=False, for_staff=False)


@require_safe
@administrators_page
def liability_page(request: HttpRequest, access: Access) -> HttpResponse:
    """What the cap would be for an incident today: each payment that counts, and what was paid out before."""
    return show(request, access, "contracts/liability.html", {"cap": cap_of(access.contract, kst_date(access.at))})
