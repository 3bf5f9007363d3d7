"""Who calls: `Authorization: Bearer uc_live_…`, found by its hash."""

from datetime import datetime, timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from accounts.models import ApiKey
from accounts.rules.keys import hash_secret, is_well_formed
from accounts.services import activity
from upstage_console.kernel.api.moment import asked_at
from upstage_console.kernel.api.refusals import CHALLENGE, NotAuthenticated
from upstage_console.kernel.calendars import kst_date
from upstage_console.kernel.db import prepared

NOTED_EVERY = timedelta(minutes=1)

# Written out and prepared: building this query anew for every call would cost more than the rest of an access check.
COLUMNS = [str(field.attname) for field in ApiKey._meta.concrete_fields]
LIVE = f"""
SELECT {", ".join(COLUMNS)} FROM accounts_apikey
WHERE sha256 = %(sha256)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %(at)s)
"""  # noqa: S608  # the columns of the model


class KeyAuthentication(BaseAuthentication):
    """A live key, or 401. The key becomes `request.auth`; a member's key brings its member."""

    def authenticate(self, request: Request) -> tuple[None, ApiKey] | None:
        given = request.META.get("HTTP_AUTHORIZATION")
        if given is None:
            return None
        scheme, _space, secret = given.partition(" ")
        at = asked_at(request)
        key = find_key(secret.strip(), at=at) if scheme.lower() == "bearer" else None
        if key is None:
            raise NotAuthenticated
        _note_use(key, request, at)
        return None, key

    def authenticate_header(self, request: Request) -> str:
        return CHALLENGE


def find_key(secret: str, *, at: datetime) -> ApiKey | None:
    """The key of a secret while it opens something; one query, none for what cannot be a key."""
    if not is_well_formed(secret):
        return None
    row = prepared(LIVE, {"sha256": hash_secret(secret), "at": at})
    if row is None:
        return None
    values = dict(zip(COLUMNS, row, strict=True))
    values["public_id"] = ApiKey._meta.get_field("public_id").to_python(values["public_id"])
    return ApiKey.from_db(DEFAULT_DB_ALIAS, COLUMNS, list(values.values()))


def _note_use(key: ApiKey, request: Request, at: datetime) -> None:
    """Remember when and from where, at most once a minute, so that the hot path seldom writes.

    Of a member, the day is noted as one of use (upstage/26.2).
    """
    if key.last_used_at is not None and at - key.last_used_at < NOTED_EVERY:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=at - NOTED_EVERY)
    rows = ApiKey.objects.filter(stale, pk=key.pk)
    rows.update(last_used_at=at, last_used_from=request.META.get("REMOTE_ADDR") or None)
    if key.member_id is not None and (key.last_used_at is None or kst_date(key.last_used_at) < kst_date(at)):
        activity.note_use([key.member_id], at=at)


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI file describes the keys."""

    target_class = "accounts.api.authentication.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "uc_live_…",
            "description": "A key of a member, of a firm's contract, or of the platform. It is shown once, when made.",
        }
