"""What one side asks the other to permit: resale and the like, and what the company shows of the customer (10, 14)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contracts.enums import OF_CONTRACT, ApprovalKind
from contracts.forms.support import ApprovalForm
from contracts.models import Contract, PriorApproval, ReferencePermission
from contracts.queries import demands
from contracts.queries import permissions as queries
from contracts.queries.disclosures import known_to_administrators
from contracts.queries.people import Access
from contracts.services import prior_approvals, references
from contracts.services.prior_approvals import Asked
from contracts.views.contract_pages import administrators_page, show
from contracts.views.sections import add_section
from upstage_console.kernel.pages import refusals_on

add_section(46, "contract-requests", pgettext_lazy("contract", "Requests"), for_all=False, for_staff=False)


@require_safe
@administrators_page
def request_list(request: HttpRequest, access: Access) -> HttpResponse:
    """What the firm asked to be allowed, what we asked to show of it, and what authorities demanded to know of it."""
    shown = {
        "approvals": queries.approvals_of(access.contract),
        "references": queries.references_of(access.contract),
        "wishes": access.contract.change_wishes.select_related("document", "fee"),
        "demands": demands.demands_of(access.contract, at=access.at),
        "notice": demands.notice_of(access.contract),
        "disclosures": known_to_administrators(access.contract),
    }
    return show(request, access, "contracts/requests.html", shown)


@require_http_methods(["GET", "POST"])
@administrators_page
def request_new(request: HttpRequest, access: Access) -> HttpResponse:
    """Ask for what needs our prior written approval."""
    access.require_may_act()
    form = ApprovalForm(request.POST or None, kinds=ApprovalKind if access.may_begin else OF_CONTRACT)
    if form.is_valid():
        given = {**form.cleaned_data, "kind": ApprovalKind(form.cleaned_data["kind"])}
        with refusals_on(form):
            prior_approvals.request(access.contract.public_id, Asked(**given), by=request.user, at=access.at)
            messages.success(request, _("We have your request, and answer in writing."))
            return _list(access.contract)
    return show(request, access, "contracts/request_new.html", {"form": form})


@require_POST
@administrators_page
def request_withdraw(request: HttpRequest, access: Access, approval_id: str) -> HttpResponse:
    """The firm no longer asks."""
    row: PriorApproval = queries.approvals_of(access.contract).get_public(approval_id)  # type: ignore[attr-defined]
    prior_approvals.withdraw(row.public_id, by=request.user, at=access.at)
    messages.success(request, _("The request is withdrawn."))
    return _list(access.contract)


@require_POST
@administrators_page
def reference_answer(request: HttpRequest, access: Access, reference_id: str) -> HttpResponse:
    """The firm consents to be shown, or does not."""
    row = _reference(access, reference_id)
    answer = references.grant if "grant" in request.POST else references.decline
    answer(row.public_id, by=request.user, at=access.at)
    messages.success(request, _("We have your answer."))
    return _list(access.contract)


@require_POST
@administrators_page
def reference_withdraw(request: HttpRequest, access: Access, reference_id: str) -> HttpResponse:
    """The firm takes its consent back; what is shown is taken down."""
    references.withdraw(_reference(access, reference_id).public_id, by=request.user, at=access.at)
    messages.success(request, _("Your consent is withdrawn; we take down what is shown."))
    return _list(access.contract)


def _reference(access: Access, reference_id: str) -> ReferencePermission:
    row: ReferencePermission = queries.references_of(access.contract).get_public(reference_id)  # type: ignore[attr-defined]
    return row


def _list(contract: Contract) -> HttpResponse:
    return redirect("contract-requests", contract_id=contract.public_id)
