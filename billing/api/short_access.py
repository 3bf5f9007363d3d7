"""The short way of the gateway's question: one statement and no framework, for it is asked before every call.

Whatever is not the plain case – no key that may ask, a question that does not read, an idempotency key, a limit that is
reached – takes the long way (access.py), which answers it in full. Both give the same answer to the same question.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts.api.authentication import NOTED_EVERY
from billing.queries.access import Access, Caller, access_for
from upstage_console.kernel import clock
from upstage_console.kernel.api import limits
from upstage_console.kernel.api.formats import utc
from upstage_console.kernel.api.limits import Allowance
from upstage_console.kernel.api.problems import cited
from upstage_console.kernel.api.reading import JSON, raw_body, read_json
from upstage_console.kernel.api.rendering import as_json
from upstage_console.kernel.errors import Refusal
from upstage_console.kernel.figures import plain

LONGEST = 200
SCOPE = "access:check"
BEARER = "bearer"


def short_answer(request: HttpRequest) -> HttpResponse | None:
    """The answer to a plain question, or None where the long way has to be taken."""
    if request.method != "POST" or request.content_type != JSON or "HTTP_IDEMPOTENCY_KEY" in request.META:
        return None
    scheme, _space, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    try:
        asked = question(read_json(raw_body(request)))
    except Refusal:
        return None
    if asked is None or scheme.lower() != BEARER:
        return None
    at = request.asked_at = clock.now()  # type: ignore[attr-defined]  # the long way goes by the same instant
    # noting the use of a key is for the long way
    found = access_for(Caller(secret.strip(), SCOPE, at - NOTED_EVERY), *asked, at=at)
    if found is None:
        return None
    try:
        allowance = limits.take(SCOPE, found[0], at=at)
    except Refusal:
        return None
    return _response(request, found[1], allowance)


def question(data: Any) -> tuple[str, str] | None:
    """Key and service of a sound question, which needs no serializer; None for any other."""
    match data:
        case {"key": str(key), "service": str(service), **more} if not more and key and service:
            if len(key) <= LONGEST and len(service) <= LONGEST:
                return key, service
    return None


def shown(found: Access) -> dict[str, Any]:
    """By hand, as AccessShown describes it."""
    return {
        "allowed": found.allowed,
        "code": found.code,
        "clauses": [cited(code) for code in found.clauses],
        "member": found.member,
        "prepaid": found.prepaid,
        "available": None if found.available is None else plain(found.available),
        "currency": found.currency,
        "retry_at": None if found.retry_at is None else utc(found.retry_at),
    }


def _response(request: HttpRequest, found: Access, allowance: Allowance) -> HttpResponse:
    return HttpResponse(as_json(shown(found)), content_type=JSON, headers=_headers(request, allowance))


def _headers(request: HttpRequest, allowance: Allowance) -> Mapping[str, str]:
    return {
        "Allow": "POST",
        "Cache-Control": "no-store",
        "Content-Language": translation.get_language_from_request(request),
        "Vary": "Accept-Language",
        **allowance.headers(),
    }
