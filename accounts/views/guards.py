"""What stands before pages: staff need a second factor, and a locked account keeps what a thief would change."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.errors import Restricted
from accounts.models import Member
from accounts.queries.safety import may_enter_back_office
from accounts.services import theft
from upstage_console.kernel import clock
from upstage_console.kernel.clauses import enforces
from upstage_console.kernel.pages import page_of

CLOSED_WHILE_LOCKED = frozenset({"account_email", "account_change_password", "account_set_password", "key-new"})
CLOSED_TO_POSTS = frozenset({"account", "change-request", "information"})
OPEN_SECOND_FACTOR = frozenset({"mfa_index", "mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"})


@enforces("upstage/6.3")
def second_factor_of_staff(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Nothing of the back office is shown to staff before they have set up a second factor."""

    def respond(request: HttpRequest) -> HttpResponse:
        inside = request.path_info.startswith(reverse("admin:index")) and getattr(request.user, "is_staff", False)
        if inside and not may_enter_back_office(request.user):
            messages.warning(request, _("The back office needs a second factor. Set one up here."))
            return redirect("security")
        return get_response(request)

    return respond


@enforces("upstage/6.4")
class LockedAccounts:
    """While an account is locked, whoever sits there may be the thief: address, password, second factors, keys and
    personal information stay as they are. Reading, paying, objecting, exporting and leaving go on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        """Refuse with the sentence of the lock."""
        name = (request.resolver_match and request.resolver_match.url_name) or ""
        member: Member | None = getattr(request.user, "member", None) if _is_guarded(name, request) else None
        if member is None:
            return None
        try:
            theft.require_unlocked(member, at=clock.now())
        except Restricted as refusal:
            return page_of(request, refusal)
        return None


def _is_guarded(name: str, request: HttpRequest) -> bool:
    if name in CLOSED_TO_POSTS:
        return request.method == "POST"
    return name in CLOSED_WHILE_LOCKED or name.startswith("mfa_") and name not in OPEN_SECOND_FACTOR
