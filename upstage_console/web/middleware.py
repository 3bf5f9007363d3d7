"""The request's id, the API's short way, and the reader's language."""

import secrets
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.urls import ResolverMatch, resolve, reverse
from django.utils import translation

from upstage_console.kernel import clock

Responder = Callable[[HttpRequest], HttpResponse]

API = "/api/"
OPERATIONS = "/api/v1/"
SEEN_EVERY = 600  # seconds in which a session is noted as seen once

_kept: dict[str, ResolverMatch] = {}


def request_id(get_response: Responder) -> Responder:
    """Name each request, so that somebody who sees an error page can be helped from the log."""

    def respond(request: HttpRequest) -> HttpResponse:
        request.id = secrets.token_hex(6)  # type: ignore[attr-defined]
        response = get_response(request)
        response.headers["X-Request-Id"] = request.id  # type: ignore[attr-defined]
        return response

    return respond


def short_way_to_the_api(get_response: Responder) -> Responder:
    """Lead programs past what only pages need: sessions, people, messages, forms. Operations ask for a key instead."""

    def respond(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(OPERATIONS):
            return get_response(request)
        found = request.resolver_match = _resolved(request.path_info)
        response: HttpResponse = found.func(request, *found.args, **found.kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response.render()
        response.headers["Content-Length"] = str(len(response.content))
        return response

    return respond


def _resolved(path: str) -> ResolverMatch:
    """Looking through all addresses takes longer than some answers: those that are the same every time are kept."""
    found = _kept.get(path)
    if found is None:
        found = resolve(path)
        if found.url_name and not found.kwargs:
            _kept[path] = found
    return found


def policy_of_the_back_office(get_response: Responder) -> Responder:
    """Loosen what a page may load, on the back office alone: its scripts evaluate expressions and set styles."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path_info.startswith(reverse("admin:index")):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
        return response

    return respond


def own_language(get_response: Responder) -> Responder:
    """Without a choice made in this browser, the language of the person who is logged in."""

    def respond(request: HttpRequest) -> HttpResponse:
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return get_response(request)

    return respond


def address_without_nul(get_response: Responder) -> Responder:
    """No text in the database holds a NUL: a page of such a name is not there. The API answers for itself."""

    def respond(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(API):
            if "\0" in request.path_info:
                raise Http404
            if "%00" in request.META.get("QUERY_STRING", ""):
                raise BadRequest
        return get_response(request)

    return respond


def session_seen(get_response: Responder) -> Responder:
    """Note when and from where a session was last used: one write in ten minutes, not one for each page."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        key = request.session.session_key
        if key and getattr(request.user, "is_authenticated", False) and cache.add(f"seen:{key}", True, SEEN_EVERY):
            seen = {"last_seen_at": clock.now(), "ip": get_adapter().get_client_ip(request)}
            UserSession.objects.filter(session_key=key).update(**seen)
        return response

    return respond
