"""How the console's own API says that its version ends: headers until then, 410 from then on (upstage/12-2.4)."""

from datetime import datetime
from http import HTTPStatus
from wsgiref.handlers import format_date_time

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from accounts.errors import ApiVersionEnded
from accounts.queries.api_versions import ending_of_console
from accounts.rules.api_versions import Ending
from upstage_console.kernel import clock
from upstage_console.kernel.api.problems import PROBLEM, problem_body
from upstage_console.kernel.api.rendering import ExactRenderer
from upstage_console.kernel.clauses import enforces
from upstage_console.web.middleware import OPERATIONS, Responder


def announce_the_end_of_the_api(get_response: Responder) -> Responder:
    """Put the announced end on every answer of the API, and answer 410 once it has come. Asks no database."""

    def respond(request: HttpRequest) -> HttpResponse:
        at = clock.now()
        ending = ending_of_console(at) if request.path_info.startswith(OPERATIONS) else None
        if ending is None:
            return get_response(request)
        response = _ended(request, ending) if ending.ends_at <= at else get_response(request)
        for name, value in headers_of(ending).items():
            response.headers[name] = value
        return response

    return respond


@enforces("upstage/12-2.4")
def headers_of(ending: Ending) -> dict[str, str]:
    """`Deprecation` (RFC 9745) since the announcement, `Sunset` (RFC 8594) at the end, and where to read about it."""
    return {
        "Deprecation": f"@{_seconds(ending.announced_at)}",
        "Sunset": format_date_time(_seconds(ending.ends_at)),
        "Link": f'<{_page()}>; rel="deprecation"; type="text/html", <{_page()}>; rel="sunset"; type="text/html"',
    }


def _ended(request: HttpRequest, ending: Ending) -> HttpResponse:
    language = translation.get_language_from_request(request)
    facts = {"version": ending.version, "ended_on": ending.ends_on, "successor": ending.successor or _page()}
    with translation.override(language):
        body = problem_body(ApiVersionEnded(facts=facts), HTTPStatus.GONE)
    response = HttpResponse(ExactRenderer().render(body), status=HTTPStatus.GONE, content_type=PROBLEM)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    patch_vary_headers(response, ("Accept-Language",))
    return response


def _page() -> str:
    return settings.SITE_URL + reverse("api-versions")


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
