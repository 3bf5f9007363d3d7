"""Who calls: `Authorization: Bearer uc_live_…`, found by its hash."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiKey, User
from accounts.rules.keys import hash_secret, is_well_formed
from upstage_console.kernel import clock

NOTED_EVERY = timedelta(minutes=1)


class KeyAuthentication(BaseAuthentication):
    """A live key, or 401. The key becomes `request.auth`; a member's key brings its member."""

    def authenticate(self, request: Request) -> tuple[User | None, ApiKey] | None:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        key = _find(secret.strip(), clock.now())
        if key is None:
            raise AuthenticationFailed(_("This key opens nothing."))
        _note_use(key, request)
        return (key.member.user if key.member else key.issued_by), key

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def _find(secret: str, at: datetime) -> ApiKey | None:
    if not is_well_formed(secret):
        return None
    found = ApiKey.objects.select_related("member__user", "issued_by").filter(sha256=hash_secret(secret)).first()
    if found is None or found.revoked_at is not None or (found.expires_at and found.expires_at <= at):
        return None
    return found


def _note_use(key: ApiKey, request: Request) -> None:
    """Remember when and from where, at most once a minute, so that the hot path seldom writes."""
    at = clock.now()
    if key.last_used_at is None or at - key.last_used_at >= NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at, last_used_from=request.META.get("REMOTE_ADDR") or None)


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI file describes the keys."""

    target_class = "accounts.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A key of a member, or of the gateway."}
