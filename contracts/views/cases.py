"""Support cases of a contract: opened, talked about, closed and opened again by the customer (rift/8.1, 9.1)."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.enums import CaseAbout, Severity
from contracts.forms.support import CaseForm, MessageForm
from contracts.models import Contract
from contracts.queries import case_pages as queries
from contracts.queries.people import Access
from contracts.rules.suspensions import may_be_asked
from contracts.services import cases
from contracts.services.cases import Asked, Said
from contracts.views.contract_pages import contract_page, show
from contracts.views.sections import add_section
from upstage_console.kernel.errors import NotFound
from upstage_console.kernel.pages import refusals_on

A_PAGE = 25

add_section(40, "contract-cases", gettext_lazy("Cases"))


@require_safe
@contract_page
def case_list(request: HttpRequest, access: Access) -> HttpResponse:
    """Every case, the newest first, with how its clocks stand, and what was agreed about support."""
    page = Paginator(queries.cases_of(access.contract), A_PAGE).get_page(request.GET.get("page"))
    policy, targets = queries.agreed_of(access.contract)
    shown = {
        "page": page, "cases": [queries.listed(row, at=access.at) for row in page], "policy": policy,
        "targets": targets, "waits": access.contract.cases.filter(status="paused").count(),
    }  # fmt: skip
    return show(request, access, "contracts/cases.html", shown)


@require_http_methods(["GET", "POST"])
@contract_page
def case_new(request: HttpRequest, access: Access) -> HttpResponse:
    """Open a case; the page says until when it will be answered."""
    access.require_may_act()
    policy, targets = queries.agreed_of(access.contract)
    abouts = [one for one in CaseAbout if may_be_asked(one, access.standing)]
    form = CaseForm(request.POST or None, severities=[one.severity for one in targets], abouts=abouts)
    if form.is_valid():
        given = form.cleaned_data
        asked = Asked(Severity(given["severity"]), given["subject"], given["text"], CaseAbout(given["about"]))
        with refusals_on(form):
            made = cases.open_case(access.contract.public_id, asked, by=request.user, at=access.at)
            messages.success(request, _("The case is open; the clocks below run."))
            return redirect("contract-case", contract_id=access.contract.public_id, case_id=made.public_id)
    return show(request, access, "contracts/case_new.html", {"form": form, "policy": policy, "targets": targets})


@require_http_methods(["GET", "POST"])
@contract_page
def case_page(request: HttpRequest, access: Access, case_id: str) -> HttpResponse:
    """A case as a conversation, with both clocks; a POST adds a message."""
    shown = queries.case_of(access.contract, case_id, at=access.at)
    form = MessageForm(request.POST or None)
    if request.method == "POST":
        access.require_may_act()
    if form.is_valid():
        with refusals_on(form):
            said = Said(form.cleaned_data["text"], is_of_customer=True)
            cases.say(shown.row.public_id, said, by=request.user, at=access.at)
            return _back(access.contract, case_id)
    return show(request, access, "contracts/case.html", {"case": shown, "form": form})


@require_POST
@contract_page
def case_close(request: HttpRequest, access: Access, case_id: str) -> HttpResponse:
    """The customer says that it is solved: both clocks stop."""
    access.require_may_act()
    shown = queries.case_of(access.contract, case_id, at=access.at)
    if shown.is_resolved:
        raise NotFound
    said = Said(_("The customer says that it is solved."), is_of_customer=True)
    cases.resolve(shown.row.public_id, said, by=request.user, at=access.at)
    messages.success(request, _("The case is closed. Write in it if it was not solved after all."))
    return _back(access.contract, case_id)


def _back(contract: Contract, case_id: str) -> HttpResponse:
    return redirect("contract-case", contract_id=contract.public_id, case_id=case_id)
