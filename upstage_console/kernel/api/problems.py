"""The one place where a refusal becomes HTTP: RFC 9457 problems."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from django.urls import NoReverseMatch, reverse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from upstage_console.kernel.api import refusals
from upstage_console.kernel.api.refusals import CHALLENGE
from upstage_console.kernel.errors import NotAllowed, NotFound, Refusal
from upstage_console.kernel.figures import plain
from upstage_console.kernel.money import Money

PROBLEM = "application/problem+json"
MOST_ERRORS = 100

log = logging.getLogger("upstage_console.api")


def problem(error: Exception, context: Mapping[str, Any]) -> Response:
    """Answer an exception; what nobody foresaw is logged and answered without its details."""
    set_rollback()
    refusal = error if isinstance(error, Refusal) else _refusal(error, context)
    return problem_response(refusal)


def _refusal(error: Exception, context: Mapping[str, Any]) -> Refusal:
    match error:
        case Http404():
            return NotFound()
        case PermissionDenied():
            return NotAllowed()
        case exceptions.APIException():
            return _from_framework(error, context)
        case OperationalError():
            log.warning("busy: %s", error)
            return refusals.Busy()
    log.error("unforeseen at %s", context["request"].path, exc_info=error)
    return refusals.InternalError()


def _from_framework(error: exceptions.APIException, context: Mapping[str, Any]) -> Refusal:
    match error:
        case exceptions.ValidationError():
            return refusals.InvalidFields(error.detail)
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return refusals.NotAuthenticated()
        case exceptions.MethodNotAllowed():
            return refusals.MethodNotAllowed(facts={"method": context["request"].method})
        case exceptions.UnsupportedMediaType():
            readable = ", ".join(parser.media_type for parser in context["view"].parser_classes)
            return refusals.UnsupportedMediaType(facts={"readable": readable})
        case exceptions.ParseError():
            return refusals.Malformed(facts={"why": error.detail})
    return NotAllowed() if error.status_code == 403 else refusals.InternalError()


def problem_response(refusal: Refusal) -> Response:
    """The refusal as an answer: its code, its sentence in the reader's language, its clauses and numbers."""
    status = refusals.status_of(type(refusal))
    body = problem_body(refusal, status)
    return Response(body, status=status, headers=_headers(refusal), content_type=PROBLEM)


def problem_body(refusal: Refusal, status: int) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": f"{settings.SITE_URL}/api/docs/problems/#{refusal.code}",
        "title": refusal.code.replace("_", " ").capitalize(),
        "status": status,
        "detail": str(refusal),
        "code": refusal.code,
        "clauses": [cited(clause) for clause in refusal.clauses],
    }
    if refusal.facts:
        body["facts"] = {name: _told(fact) for name, fact in refusal.facts.items()}
    if isinstance(refusal, refusals.InvalidFields):
        body["errors"] = [error for error, _number in zip(_flat(refusal.errors), range(MOST_ERRORS), strict=False)]
    return body


def _told(fact: object) -> str:
    figure = fact.amount if isinstance(fact, Money) else fact
    return plain(figure) if isinstance(figure, Decimal) and figure.is_finite() else str(figure)


def cited(clause: str) -> dict[str, str]:
    """A clause as answers cite it: its code, and the stable address of its text."""
    return {"code": clause, "href": clause_address(clause)}


def clause_address(code: str) -> str:
    """The stable address of the article a clause stands in."""
    return settings.SITE_URL + _path_of_clause(code)


@lru_cache(maxsize=1000)
def _path_of_clause(code: str) -> str:
    """Kept, since every charge cites the same few: looking an address up takes longer than most of an answer."""
    try:
        return reverse("terms-clause", args=[code])
    except NoReverseMatch:
        return f"/terms/{code}"


def _headers(refusal: Refusal) -> dict[str, str]:
    match refusal:
        case refusals.NotAuthenticated():
            return {"WWW-Authenticate": CHALLENGE}
        case refusals.ScopeMissing():
            return {"WWW-Authenticate": f'{CHALLENGE}, error="insufficient_scope", scope="{refusal.facts["scope"]}"'}
        case refusals.TooManyRequests():
            return {"Retry-After": str(refusal.facts["wait"])}
        case refusals.Busy():
            return {"Retry-After": "1"}
    return {}


def _flat(errors: Any, path: tuple[str, ...] = ()) -> Iterator[dict[str, str]]:
    """One line for each thing that is wrong: where (`events.3.quantity`), what, and in a word."""
    if isinstance(errors, Mapping):
        for name, inner in errors.items():
            yield from _flat(inner, path if name == "non_field_errors" else (*path, str(name)[:80]))
    elif isinstance(errors, Sequence) and not isinstance(errors, str):
        for index, inner in enumerate(errors):
            yield from _flat(inner, path if isinstance(inner, str) else (*path, str(index)))
    else:
        yield {"field": ".".join(path), "detail": str(errors), "code": getattr(errors, "code", "") or "invalid"}
