"""How the account is guarded, on one page (upstage/6.3, 6.4)."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.queries.safety import open_sessions
from accounts.views.account_area import add_section

ALSO = ("/accounts/2fa/", "/accounts/password/", "/accounts/reauthenticate/", "/account/stolen/")
add_section(20, "security", gettext_lazy("Security"), also=ALSO, for_staff=True)


@require_safe
@login_required
def security(request: HttpRequest) -> HttpResponse:
    factors = Authenticator.objects.filter(user=request.user).order_by("created_at")
    by_type = {kind: [one for one in factors if one.type == kind] for kind in Authenticator.Type.values}
    shown = {
        "app": by_type[Authenticator.Type.TOTP],
        "passkeys": [one.wrap() for one in by_type[Authenticator.Type.WEBAUTHN]],
        "codes": [len(one.wrap().get_unused_codes()) for one in by_type[Authenticator.Type.RECOVERY_CODES]],
        "sessions": len(open_sessions(request.user)),
    }
    return render(request, "accounts/security.html", shown)
