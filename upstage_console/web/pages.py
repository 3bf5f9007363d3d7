"""The pages that belong to no app: home, health, language, errors, the style guide."""

from typing import Any

from django.conf import settings
from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from contracts.queries.people import has_seats
from credits.rules.expiry import YEARS_OF_PAID_CREDITS
from upstage_console.kernel import clock
from upstage_console.web.samples import style_samples

YEAR = 365 * 24 * 3600


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "web/home.html", {"years": YEARS_OF_PAID_CREDITS})


@never_cache
@require_safe
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """Where somebody begins: a member's overview, the back office, or the contracts they have a seat of."""
    user: Any = request.user
    if getattr(user, "member", None) is not None:
        return redirect("overview")
    if user.is_staff:
        return redirect("admin:index")
    return redirect("contracts" if has_seats(user, at=clock.now()) else "home")


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Answers once the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok", "at": clock.now().isoformat()})


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the chosen language in this browser and come back to the page."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    target = request.POST.get("next", "")
    secure = request.is_secure()
    safe = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=secure)
    response = redirect(target if safe else "home")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", secure=secure)
    return response


@require_GET
@staff_member_required
def styleguide(request: HttpRequest) -> HttpResponse:
    return render(request, "web/styleguide.html", style_samples(clock.now()))


def _error(request: HttpRequest, status: int) -> HttpResponse:
    context: dict[str, Any] = {"request_id": getattr(request, "id", ""), "status": status}
    return render(request, f"errors/{status}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 404)


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Somebody, or something, tries too often: allauth's limits on log-in, sign-up and resets."""
    return _error(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """Stands on nothing that may be broken: no session, no database, no context processors."""
    page = get_template("errors/500.html").render({"request_id": getattr(request, "id", "")})
    return HttpResponse(page, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/csrf.html", {"request_id": getattr(request, "id", ""), "status": 403}, status=403)
