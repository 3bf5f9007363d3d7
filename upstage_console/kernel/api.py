"""What every API operation shares: nobody gets in unless said, problems are RFC 9457, lists page by cursor."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers, status
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, set_rollback

from upstage_console.kernel import clock, idempotency
from upstage_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal

PROBLEM = "application/problem+json"
MOST_ROWS = 200
ROWS = 50

STATUS_OF: Mapping[type[Refusal], int] = {
    NotFound: status.HTTP_404_NOT_FOUND,
    NotAllowed: status.HTTP_403_FORBIDDEN,
    Conflict: status.HTTP_409_CONFLICT,
    Invalid: status.HTTP_400_BAD_REQUEST,
    Refusal: status.HTTP_422_UNPROCESSABLE_ENTITY,
}


class NobodyUnlessSaid(BasePermission):
    """Refuses every operation that does not say who may call it."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return False


class HasScope(BasePermission):
    """The key carries the scope that the operation names in `scope`."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return getattr(view, "scope", None) in getattr(request.auth, "scopes", ())


class StrictJSONParser(JSONParser):
    """JSON without NaN and Infinity, and with an object at the top."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        data = super().parse(stream, media_type, parser_context)
        if not isinstance(data, dict):
            raise exceptions.ParseError(_("The body has to be a JSON object."))
        return data


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields it does not know, so that a misspelt one never passes unnoticed."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError({name: [_("There is no such field.")] for name in unknown})
        return super().to_internal_value(data)


class Operation(APIView):
    """One operation of the API, with the scope a key needs for it."""

    permission_classes: Sequence[Any] = (HasScope,)
    scope: ClassVar[str]


def problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """The one place where a refusal becomes HTTP (RFC 9457)."""
    if isinstance(error, Refusal):
        set_rollback()
        return _problem(_status_of(error), error.code, str(error), clauses=error.clauses, facts=error.facts)
    if isinstance(error, Http404):
        return _problem(404, "not_found", str(NotFound()))
    if isinstance(error, PermissionDenied):
        return _problem(403, "not_allowed", str(NotAllowed()))
    if isinstance(error, exceptions.APIException):
        set_rollback()
        return _from_framework(error)
    return None


def _status_of(refusal: Refusal) -> int:
    return next(number for kind, number in STATUS_OF.items() if isinstance(refusal, kind))


def _from_framework(error: exceptions.APIException) -> Response:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)  # type: ignore[attr-defined]
    if isinstance(error, exceptions.ValidationError):
        return _problem(400, "invalid", _("The request is malformed."), errors=error.detail, headers=headers)
    codes = {401: "not_authenticated", 403: "scope_missing", 429: "too_many_requests"}
    code = codes.get(error.status_code, error.default_code)
    return _problem(error.status_code, code, str(error.detail), headers=headers)


def _problem(
    number: int,
    code: str,
    detail: str,
    *,
    clauses: Sequence[str] = (),
    facts: Mapping[str, object] | None = None,
    errors: Any = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    body: dict[str, Any] = {
        "type": f"{settings.SITE_URL}/api/docs/problems/#{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": number,
        "detail": detail,
        "code": code,
        "clauses": [{"code": clause, "href": clause_address(clause)} for clause in clauses],
    }
    if facts:
        body["facts"] = {name: str(value) for name, value in facts.items()}
    if errors is not None:
        body["errors"] = errors
    return Response(body, status=number, headers=headers, content_type=PROBLEM)


def clause_address(code: str) -> str:
    """The stable address of the article a clause stands in."""
    return settings.SITE_URL + reverse("terms-clause", args=[code])


def once(request: Request, scope: str, work: Callable[[], tuple[int, Any]], *, required: bool = False) -> Response:
    """Answer a POST through its `Idempotency-Key`: the same key and body get the first answer (api.md).

    Without a key the work is simply done, unless `required` (what moves money): then 400.
    """
    key = request.headers.get("Idempotency-Key", "").strip('"')
    if not key:
        if required:
            raise exceptions.ParseError(_("This operation needs an Idempotency-Key header."))
        number, body = work()
        return Response(body, status=number)
    if len(key) > 255:
        raise exceptions.ParseError(_("An idempotency key has at most 255 characters."))
    answer = idempotency.run(scope, key, _fingerprint(request), at=clock.now(), work=lambda: _answer(work))
    headers = {"Idempotency-Replayed": "true"} if answer.replayed else {}
    return Response(answer.body, status=answer.status, headers=headers)


def _answer(work: Callable[[], tuple[int, Any]]) -> idempotency.Answer:
    number, body = work()
    return idempotency.Answer(number, json.loads(JSONRenderer().render(body)))


def _fingerprint(request: Request) -> str:
    body = json.dumps(request.data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return idempotency.fingerprint(request.method or "", request.path, body)


def page(request: Request, rows: models.QuerySet[Any], show: Callable[[Any], Any]) -> dict[str, Any]:
    """One page of `rows`, newest first, after the cursor `after`; `next` is the cursor of the following page or null.

    The cursor is the last row's key, so pages stay stable while rows arrive.
    """
    limit = _limit(request.query_params.get("limit"))
    after = request.query_params.get("after")
    if after:
        rows = rows.filter(pk__lt=_read_cursor(after))
    found = list(rows.order_by("-pk")[: limit + 1])
    more = len(found) > limit
    shown = found[:limit]
    return {"items": [show(row) for row in shown], "next": _cursor(shown[-1].pk) if more else None}


def _limit(text: str | None) -> int:
    if text is None:
        return ROWS
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= MOST_ROWS:
        raise exceptions.ValidationError({"limit": [_("A number from 1 to %(most)s.") % {"most": MOST_ROWS}]})
    return int(text)


def _cursor(key: int) -> str:
    return base64.urlsafe_b64encode(str(key).encode()).decode().rstrip("=")


def _read_cursor(text: str) -> int:
    try:
        return int(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)[:19])
    except (ValueError, binascii.Error):
        raise exceptions.ValidationError({"after": [_("This is no cursor of ours.")]}) from None


PAGE_PARAMETERS = ("after", "limit")


def only(request: Request, *names: str) -> dict[str, str]:
    """The query parameters, each one of `names` or of a page; refuses with 400 what is not known."""
    unknown = [name for name in request.query_params if name not in (*names, *PAGE_PARAMETERS)]
    if unknown:
        raise exceptions.ValidationError({name: [_("There is no such parameter.")] for name in unknown})
    return {name: str(value) for name, value in request.query_params.items() if name in names}
