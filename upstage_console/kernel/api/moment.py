"""When a request was made: the one instant that everything about it goes by."""

from datetime import datetime

from django.http import HttpRequest
from rest_framework.request import Request

from upstage_console.kernel import clock


def asked_at(request: Request) -> datetime:
    """The instant of the request, read from the clock the first time it is asked for."""
    http: HttpRequest = request._request
    at: datetime | None = getattr(http, "asked_at", None)
    if at is None:
        at = http.asked_at = clock.now()  # type: ignore[attr-defined]
    return at
