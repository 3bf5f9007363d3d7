"""API keys of a contract, for its administrators: the list, a new one shown once, revoking (rift/6.2)."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.rules.keys import CONTRACT_READING, CONTRACT_SCOPES
from contracts.forms.people import ContractKeyForm, YesForm
from contracts.queries import keys as queries
from contracts.queries.people import Access
from contracts.services import contract_keys
from contracts.views.contract_pages import administrators_page, show
from contracts.views.sections import add_section
from upstage_console.kernel.calendars import day_end
from upstage_console.kernel.pages import refusals_on

add_section(90, "contract-keys", gettext_lazy("API keys"), for_all=False, for_staff=False)


@require_safe
@administrators_page
def key_list(request: HttpRequest, access: Access) -> HttpResponse:
    """The keys that open the contract to programs."""
    found = queries.keys_of(access.contract, at=access.at)
    live = sum(key.state == "live" for key in found)
    return show(request, access, "contracts/keys.html", {"keys": found, "live": live})


@never_cache
@require_http_methods(["GET", "POST"])
@administrators_page
def key_new(request: HttpRequest, access: Access) -> HttpResponse:
    """Make a key; it is shown once."""
    seat, form = access.require_may_begin(), ContractKeyForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        last = given["expires_on"]
        with refusals_on(form):
            made, secret = contract_keys.make(
                seat, given["name"], scopes=CONTRACT_SCOPES if given["writes"] else CONTRACT_READING, by=request.user,
                at=access.at, expires_at=day_end(last) if last else None,
            )  # fmt: skip
            shown = {"key": made.key, "secret": secret, "site": settings.SITE_URL}
            return show(request, access, "contracts/key_made.html", shown)
    return show(request, access, "contracts/key_new.html", {"form": form})


@require_http_methods(["GET", "POST"])
@administrators_page
def key_revoke(request: HttpRequest, access: Access, key_id: str) -> HttpResponse:
    """Close a key at once."""
    key = queries.key_of(access.contract, key_id)
    form = YesForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusals_on(form):
            contract_keys.revoke(access.contract.public_id, key_id, by=request.user, at=access.at)
            messages.success(request, _("The key “%(name)s” is revoked.") % {"name": key.name})
            return redirect("contract-keys", contract_id=access.contract.public_id)
    return show(request, access, "contracts/key_revoke.html", {"form": form, "key": key})
